"""At which line and column does a key path stand in the file?

Only an error asks this, so only then is the grammar loaded.
"""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import tree_sitter_toml
from tree_sitter import Language, Parser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tree_sitter import Node

    from engine.read.findings import KeyPath

_BETWEEN = ("[", "]", ",", "comment")


class Places:
    """Finds the places of the keys and values at some paths of one TOML text, which must be well formed.

    The text is walked once and only nodes on the way to one of the paths are kept, so that a file with very
    many keys costs little.
    """

    def __init__(self, text: str, paths: Iterable[KeyPath]) -> None:
        self._content = text.encode()
        self._steps: dict[KeyPath, set[str | int]] = {}
        for path in paths:
            for length, step in enumerate(path):
                self._steps.setdefault(path[:length], set()).add(step)
        self._keys: dict[KeyPath, Node] = {}
        self._values: dict[KeyPath, Node] = {}
        self._lengths: dict[KeyPath, int] = {}  # of arrays of tables
        for node in _children(_root(self._content)):
            if node.type == "pair":
                self._add_pair((), node)
            elif node.type in ("table", "table_array_element"):
                self._add_table(node)

    def find(self, path: KeyPath, *, at_key: bool = False) -> tuple[int, int] | None:
        """Return line and column, from 1, of the value at `path` (or of its key).

        If there is no such place, that of the key of the nearest table or list around it; None if
        that is the file as a whole.
        """
        for length in range(len(path), 0, -1):
            key, value = self._keys.get(path[:length]), self._values.get(path[:length])
            node = (key or value) if at_key or length < len(path) else (value or key)
            if node is not None:
                return self._position(node)
        return None

    def _add_table(self, node: Node) -> None:
        key = node.children[1]  # after the bracket
        *outer, last = _parts(key)
        path: KeyPath = ()
        for part in outer:
            path = (*path, part)
            if path in self._lengths:
                path = (*path, self._lengths[path] - 1)
        path = (*path, last)
        if not self._is_wanted(path):
            return
        if node.type == "table_array_element":
            self._keys.setdefault(path, key)
            self._lengths[path] = self._lengths.get(path, 0) + 1
            path = (*path, self._lengths[path] - 1)
        self._keys[path] = self._values[path] = key
        if path in self._steps:
            for child in _children(node):
                if child.type == "pair":
                    self._add_pair(path, child)

    def _add_pair(self, table: KeyPath, pair: Node) -> None:
        key, _, value = pair.children[:3]  # a comment may follow
        path = table
        for part in _parts(key):
            path = (*path, part)
            if not self._is_wanted(path):
                return
            self._keys.setdefault(path, key)
        self._values[path] = value
        self._look_into(path, value)

    def _look_into(self, path: KeyPath, value: Node) -> None:
        """Go on to what is wanted inside a list or an inline table."""
        steps = self._steps.get(path)
        if steps is None:
            return
        if value.type == "inline_table":
            for pair in _children(value):
                if pair.type == "pair":
                    self._add_pair(path, pair)
        elif value.type == "array":
            last = max((step for step in steps if isinstance(step, int)), default=-1)
            items = (child for child in _children(value) if child.type not in _BETWEEN)
            for index, item in zip(range(last + 1), items, strict=False):
                if index in steps:
                    self._values[(*path, index)] = item
                    self._look_into((*path, index), item)

    def _is_wanted(self, path: KeyPath) -> bool:
        return path[-1] in self._steps.get(path[:-1], ())

    def _position(self, node: Node) -> tuple[int, int]:
        start = self._content.rfind(b"\n", 0, node.start_byte) + 1
        column = len(self._content[start : node.start_byte].decode("utf-8", "replace")) + 1
        return node.start_point.row + 1, column


def last_key(text: str, end: int) -> tuple[KeyPath, int]:
    """Return the key whose value (or heading) ends at the offset `end`, and the offset at which it stands.

    The text is well formed up to there; a key that isn't found is the empty path, at `end`.
    """
    # Up to the end of that line: what is wrong later may be read as part of something that begins before.
    line = text.find("\n", end)
    content = text[: line if line >= 0 else len(text)].encode()
    stop = len(text[:end].encode())
    root = _root(content)
    if root.has_error:
        return (), end
    node = root.descendant_for_byte_range(max(0, stop - 1), stop)
    pair = table = None
    while node is not None and node.parent is not None:
        if node.type == "pair":
            pair = node
        elif node.type in ("table", "table_array_element"):
            table = node
        node = node.parent
    found = pair or table
    if found is None:
        return (), end
    path = () if table is None else _heading(root, table)
    if pair is not None:
        path = (*path, *_parts(pair.children[0]))
    return path, len(content[: found.start_byte].decode("utf-8", "replace"))


def lone_table(text: str, end: int, key: KeyPath) -> int | None:
    """Return the offset of the heading `[key]` that stands before another offset; None if there is none."""
    content = text[:end].encode()
    for node in _children(_root(content)):
        if node.type == "table" and tuple(_parts(node.children[1])) == key:
            return len(content[: node.start_byte].decode())
    return None


def _root(content: bytes) -> Node:
    return Parser(Language(tree_sitter_toml.language())).parse(content).root_node


def _heading(root: Node, table: Node) -> KeyPath:
    parts: KeyPath = tuple(_parts(table.children[1]))
    if table.type == "table":
        return parts
    before = (node for node in _children(root) if node.start_byte < table.start_byte)
    return (
        *parts,
        sum(node.type == table.type and tuple(_parts(node.children[1])) == parts for node in before),
    )


def _children(node: Node) -> Iterator[Node]:
    """Yield the children of a node one by one: the list of them all may be large."""
    cursor = node.walk()
    more = cursor.goto_first_child()
    while more:
        if child := cursor.node:
            yield child
        more = cursor.goto_next_sibling()


def _parts(key: Node) -> list[str]:
    """Return the parts of a key, as the parser of the standard library reads them."""
    text = (key.text or b"").decode()
    if '"' not in text and "'" not in text:
        return [part.strip() for part in text.split(".")]
    parts: list[str] = []
    table: Any = tomllib.loads(f"{text} = 0")
    while isinstance(table, dict):
        name, table = next(iter(table.items()))
        parts.append(name)
    return parts
