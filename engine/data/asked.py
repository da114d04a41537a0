"""What does the table `[data]` say of its file, and what is to be written so that it says more?"""

from __future__ import annotations

from msgspec import Struct

from engine.spelling.text import quoted, shortened


class Asked(Struct, frozen=True):
    """What the table `[data]` says of the file: columns by their names, classes, and how it is written.

    `inputs` and `targets` are None where columns count from the left, `header` where the file shows it.
    `at_top` says that there is no such table: the file is all that the scenario says (`data = "rows.csv"`);
    `braces` that the table has no heading (`data = {file = "rows.csv"}`).
    """

    file: str = ""
    inputs: tuple[str, ...] | None = None
    targets: tuple[str, ...] | None = None
    classes: tuple[str, ...] | None = None
    one_hot: bool = False
    separator: str | None = None
    decimal: str = "."
    header: bool | None = None
    at_top: bool = False
    braces: bool = False

    def saying(self, *lines: str, file: str = "") -> str:
        """Return what to write so that the scenario says so, too: each of the lines is a key and its value.

        It is TOML as it stands, in a place that is told, and leaves no key given twice. The data may stand in
        another `file` then.
        """
        name = _text(self.file)
        whole = (f"file = {_text(file or self.file)}", *lines)
        if self.at_top:
            return f"write data = {{{', '.join(whole)}}} in the place of data = {name}"
        there = file or any(self._says(line.partition(" = ")[0]) for line in lines)
        if self.braces and there:
            return f"let this stand within the braces of data: {', '.join(whole)}"
        if self.braces:
            return f"add {', '.join(lines)} within the braces of data, behind a comma"
        if file or len(lines) > 1:
            return f"let these lines stand under [data]: {', '.join(whole[:-1])} and {lines[-1]}"
        return f"let this line stand under [data]: {lines[0]}" if there else f"add {lines[0]} under [data]"

    def _says(self, key: str) -> bool:
        return bool(getattr(self, key) != getattr(NOTHING, key))

    @property
    def labels(self) -> bool:
        """Whether the targets may be a column of labels."""
        return self.one_hot or self.classes is not None


NOTHING = Asked()


def _text(name: str) -> str:
    return quoted(shortened(name, 200))
