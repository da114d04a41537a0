"""At which line and column does a key path stand in the file?

Only an error asks this, so only then is the grammar loaded.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from tree_sitter import Node

    from engine.read.findings import KeyPath

_KEYS = ("bare_key", "quoted_key", "dotted_key")
_BRACKETS = ("[", "]", "[[", "]]", "{", "}", ",", "=", "comment")


class Places:
    """Finds the places of the keys and values of one TOML text, which must be well formed."""

    def __init__(self, text: str) -> None:
        self._content = text.encode()
        self._keys: dict[KeyPath, Node] = {}
        self._values: dict[KeyPath, Node] = {}
        self._tables: dict[KeyPath, int] = {}
        tree = Parser(Language(tree_sitter_toml.language())).parse(self._content)
        for node in tree.root_node.named_children:
            if node.type == "pair":
                self._add_pair((), node)
            elif node.type in ("table", "table_array_element"):
                self._add_table(node)

    def find(self, path: KeyPath, *, at_key: bool = False) -> tuple[int, int] | None:
        """Return line and column, from 1, of the value at `path` (or of its key).

        If there is no such place, that of the nearest table or list around it; None if there is none.
        """
        for length in range(len(path), 0, -1):
            start = path[:length]
            node = (self._keys.get(start) if at_key else None) or self._value(start)
            if node is not None:
                if not at_key and length < len(path):
                    node = self._keys.get(start, node)
                return self._position(node)
        return None

    def _value(self, path: KeyPath) -> Node | None:
        """Return the node of a value, looking into lists and inline tables as needed."""
        if not path or path in self._values:
            return self._values.get(path)
        outer = self._value(path[:-1])
        step = path[-1]
        if outer is None:
            return None
        if outer.type == "array" and isinstance(step, int):
            items = [child for child in outer.children if child.type not in _BRACKETS]
            for index, item in enumerate(items):
                self._values[(*path[:-1], index)] = item
        elif outer.type == "inline_table":
            for pair in outer.named_children:
                if pair.type == "pair":
                    self._add_pair(path[:-1], pair)
        return self._values.get(path)

    def _add_table(self, node: Node) -> None:
        key = next((child for child in node.children if child.type in _KEYS), None)
        if key is None:
            return
        *outer, last = self._parts(key)
        path: KeyPath = ()
        for part in outer:
            path = (*path, part)
            if path in self._tables:
                path = (*path, self._tables[path])
        path = (*path, last)
        if node.type == "table_array_element":
            self._tables[path] = self._tables.get(path, -1) + 1
            self._keys.setdefault(path, key)
            path = (*path, self._tables[path])
        self._put(path, key, key)
        for child in node.named_children:
            if child.type == "pair":
                self._add_pair(path, child)

    def _add_pair(self, table: KeyPath, pair: Node) -> None:
        key, value = pair.children[0], pair.children[-1]
        path = table
        for part in self._parts(key):
            path = (*path, part)
            self._keys.setdefault(path, key)
        self._put(path, key, value)

    def _put(self, path: KeyPath, key: Node, value: Node) -> None:
        self._keys[path], self._values[path] = key, value

    def _parts(self, key: Node) -> list[str]:
        """Return the parts of a key, as the parser of the standard library reads them."""
        text = (key.text or b"").decode()
        parts: list[str] = []
        table: Any = tomllib.loads(f"{text} = 0")
        while isinstance(table, dict):
            name, table = next(iter(table.items()))
            parts.append(name)
        return parts

    def _position(self, node: Node) -> tuple[int, int]:
        start = self._content.rfind(b"\n", 0, node.start_byte) + 1
        column = len(self._content[start : node.start_byte].decode("utf-8", "replace")) + 1
        return node.start_point.row + 1, column
