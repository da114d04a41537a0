"""How is a condition written? From its text to a tree.

    condition  = both { "or" both }
    both       = denied { "and" denied }
    denied     = "not" denied | comparison
    comparison = sum [ "rises" | "falls" | "changes" "sign" | { compared sum } ]
    compared   = "<" | "<=" | ">" | ">=" | "==" | "!="
    sum        = product { ("+" | "-") product }
    product    = factor { ("*" | "/") factor }
    factor     = "-" factor | number | "(" condition ")"
               | "loss" "of" "sample" place | "any" "not" "finite"
               | word "(" condition { "," condition } ")" | word { "[" place { "," place } "]" }

A name of the screen stands for a word and its layer: W1[1,2] for weight[1][1,2].

What fits together (a number on both sides of a <) and what a network has is asked in
`engine.conditions.meaning`.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from engine.conditions.words import (
    ANYTHING,
    EVERY,
    FUNCTIONS,
    JOINING,
    MOTIONS,
    MOVING,
    OF_ONE,
    PLACES,
    TOGETHER,
    WORDS,
    on_screen,
)
from engine.spelling.lookalikes import remedy as of_print
from engine.spelling.lookalikes import typed
from engine.spelling.nearest import nearest
from engine.spelling.text import in_place, shortened

LONGEST = 1000  # characters
_DEEPEST = 40  # brackets within brackets
_DIGITS = 9  # of a place
COMPARED = ("<=", ">=", "==", "!=", "<", ">")
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<word>(?:Σ?∂C/∂)?[^\W\d]\w*)"
    r"|(?P<sign><=|>=|==|!=|[-+*/<>()\[\],]))"
)

_OURS = {
    **dict.fromkeys(("&&", "&", "∧"), "and"),
    **dict.fromkeys(("||", "|", "∨"), "or"),
    **dict.fromkeys(("!", "¬", "~"), "not"),
    **dict.fromkeys(("≤", "⩽", "=<"), "<="),
    **dict.fromkeys(("≥", "⩾", "=>"), ">="),
    **dict.fromkeys(("≠", "<>"), "!="),
    **dict.fromkeys(("×", "·", "⋅", "∙"), "*"),
    **dict.fromkeys(("÷", "∕", "//"), "/"),
}
"""How signs of mathematics and of other languages are written here."""
_SIGNLESS = {
    **dict.fromkeys(("^", "**"), "A power is a product: loss * loss."),
    **dict.fromkeys(("%", "‰"), "There are no percentages and no remainders: 5 % is 0.05."),
    "√": "A root has no sign: compare with the square.",
    "=": "Equality is written ==.",
}
"""What has no sign, and what to write instead."""
_OTHERS = "|".join(re.escape(one) for one in sorted({*_OURS, *_SIGNLESS} - {"=", "!"}, key=len, reverse=True))
_ELSEWHERE = re.compile(rf"\s*(=(?!=)[<>]?|!(?!=)|{_OTHERS})")

_GO_ON = ("and", "or", *MOVING)
"""Words that may follow what is complete."""


class ConditionError(Exception):
    """A condition can't be understood: `column` (from 1) is where, `says` why, `remedy` what helps."""

    def __init__(self, text: str, column: int, says: str, remedy: str = "") -> None:
        super().__init__(text, column, says, remedy)
        self.text, self.column, self.says, self.remedy = text, column, says, remedy

    def __str__(self) -> str:
        """Return the complaint as a sentence, for a line of a screen."""
        return f"Column {self.column}: {self.says}.{' ' if self.remedy else ''}{self.remedy}"

    def in_full(self) -> str:
        """Return the complaint with the condition and a mark below the place."""
        start = max(0, self.column - 60)
        shown = in_place(self.text[start : start + 100])
        return f"{self}\n  {shown}\n  {' ' * (self.column - 1 - start)}^"


class Number(NamedTuple):
    """A number as it was typed."""

    value: float
    column: int


class Name(NamedTuple):
    """A quantity: its word and what stands in each pair of brackets.

    Of the loss perhaps that of one `sample` (from 1).
    """

    word: str
    places: tuple[tuple[int, ...], ...]
    column: int
    sample: int | None = None


class Call(NamedTuple):
    """A function of what stands in its brackets; of ANYTHING nothing does."""

    function: str
    arguments: tuple[Node, ...]
    column: int


class Binary(NamedTuple):
    """Two sides with a sign between them: of arithmetic, of a comparison, or `and` or `or`."""

    sign: str
    left: Node
    right: Node
    column: int


class Single(NamedTuple):
    """What stands before or after one side: `-`, `not`, or what it does between iterations."""

    sign: str
    of: Node
    column: int


Node: TypeAlias = Number | Name | Call | Binary | Single


class _Token(NamedTuple):
    kind: str
    text: str
    column: int


def parse(text: str) -> Node:
    """Return the tree of a condition.

    Raises:
        ConditionError: it can't be read.
    """
    if len(text) > LONGEST:
        raise ConditionError(text, LONGEST, f"a condition has {LONGEST:,} characters at most")
    return _Parser(text).condition_alone()


def _tokens(text: str) -> list[_Token]:
    found, at = [], 0
    end = len(text.rstrip())
    while at < end:
        if (other := _ELSEWHERE.match(text, at)) is not None:
            raise _no_sign(text, other.start(1), other[1])
        match = _TOKEN.match(text, at)
        if match is None:
            at += len(text[at:]) - len(text[at:].lstrip())
            raise _no_sign(text, at, text[at])
        kind = match.lastgroup
        assert kind is not None
        found.append(_Token(kind, match[kind], match.start(kind) + 1))
        at = match.end()
    return [*found, _Token("end", "", end + 1)]


def _no_sign(text: str, at: int, sign: str) -> ConditionError:
    """Return the complaint about a sign that there is not, with what is written for it."""
    hint = f"Write {_OURS[sign]}." if sign in _OURS else _SIGNLESS.get(sign, "")
    if not hint and typed(sign) is not None:  # one of print, such as a minus sign
        hint = of_print(sign)
    return ConditionError(
        text, at + 1, f"there is no sign {shortened(sign)!r}", hint or "Such as loss < 0.01"
    )


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0
        self._depth = 0

    def condition_alone(self) -> Node:
        """Return the condition that the whole text is.

        Raises:
            ConditionError: it is none.
        """
        found = self._condition()
        if self._now.kind != "end":
            closing = " An opening bracket is missing." if self._now.text in (")", "]") else ""
            raise self._unexpected("`and`, `or`, a comparison or the end", closing.strip())
        return found

    @property
    def _now(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._now
        self._at += 1
        return token

    def _took(self, *texts: str) -> _Token | None:
        return self._next() if self._now.text in texts else None

    def _need(self, text: str, expected: str) -> None:
        if self._took(text) is None:
            typed = self._now
            raise self._unexpected(expected, nearest(typed.text, (text,)) if typed.kind == "word" else "")

    def _unexpected(self, expected: str, remedy: str = "") -> ConditionError:
        token = self._now
        found = f"not {shortened(token.text, 40)!r}" if token.text else "and here it ends"
        if token.kind == "word" and not remedy and token.text not in EVERY:
            remedy = nearest(token.text, _GO_ON)
        if self._is_decimal_comma() and not remedy:
            before, after = self._tokens[self._at - 1], self._tokens[self._at + 1]
            remedy = f"Decimals have a point: {before.text}.{after.text}."
        if token.text == OF_ONE[0] and not remedy:
            remedy = "Of one sample is the loss alone: loss of sample 27."
        return ConditionError(self._text, token.column, f"expected {expected}, {found}", remedy)

    def _is_decimal_comma(self) -> bool:
        """Return whether what comes now is a comma between digits, with no blank at either side."""
        before, now, after = (
            self._tokens[max(0, min(at, len(self._tokens) - 1))] for at in range(self._at - 1, self._at + 2)
        )
        digits = before.kind == after.kind == "number" and before.text.isdecimal() and after.text.isdecimal()
        return digits and now.text == "," and after.column - before.column == len(before.text) + 1

    def _condition(self) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConditionError(self._text, self._now.column, f"more than {_DEEPEST} brackets in brackets")
        found = self._both()
        while (sign := self._took("or")) is not None:
            found = Binary("or", found, self._both(), sign.column)
        self._depth -= 1
        return found

    def _both(self) -> Node:
        found = self._denied()
        while (sign := self._took("and")) is not None:
            found = Binary("and", found, self._denied(), sign.column)
        return found

    def _denied(self) -> Node:
        signs = []
        while (sign := self._took("not")) is not None:
            signs.append(sign)
        found = self._comparison()
        for sign in reversed(signs):
            found = Single("not", found, sign.column)
        return found

    def _comparison(self) -> Node:
        left = self._sum()
        for motion in MOTIONS:
            first, *rest = motion.split()
            if (verb := self._took(first)) is not None:
                for word in rest:
                    self._need(word, f"`{word}` after `{first}`")
                return Single(motion, left, verb.column)
        found: Node | None = None
        while (sign := self._took(*COMPARED)) is not None:
            right = self._sum()
            one = Binary(sign.text, left, right, sign.column)
            found = one if found is None else Binary("and", found, one, sign.column)
            left = right  # 0.1 < loss < 0.2
        return left if found is None else found

    def _sum(self) -> Node:
        found = self._product()
        while (sign := self._took("+", "-")) is not None:
            found = Binary(sign.text, found, self._product(), sign.column)
        return found

    def _product(self) -> Node:
        found = self._factor()
        while (sign := self._took("*", "/")) is not None:
            found = Binary(sign.text, found, self._factor(), sign.column)
        return found

    def _factor(self) -> Node:
        signs = []
        while (sign := self._took("-")) is not None:
            signs.append(sign)
        found = self._atom()
        for sign in reversed(signs):
            found = Single("-", found, sign.column)
        return found

    def _atom(self) -> Node:
        token = self._now
        if token.kind == "number":
            self._next()
            return Number(float(token.text), token.column)
        if self._took("(") is not None:
            found = self._condition()
            self._need(")", "a closing bracket `)`")
            return found
        if token.kind != "word" or token.text in (*JOINING, *MOVING):
            raise self._unexpected("a number, a quantity such as loss, or a function such as abs(...)")
        self._next()
        if token.text == ANYTHING.split()[0] and self._took("not") is not None:
            self._need("finite", "`finite` after `any not`")
            return Call(ANYTHING, (), token.column)
        if token.text in FUNCTIONS:
            return self._call(token)
        word, places = token.text, list[tuple[int, ...]]()
        if (shown := on_screen(word, indexed=self._now.text == "[")) is not None:
            word, layer = shown
            places += [(int(layer[:_DIGITS]),)] if layer else []
        if word not in (*WORDS, *TOGETHER, *PLACES):
            raise self._unknown(token)
        if word == "loss" and self._took(OF_ONE[0]) is not None:
            self._need(OF_ONE[1], f"`{OF_ONE[1]}` after `{OF_ONE[0]}`")
            return Name(word, (), token.column, self._place("a whole number, that of a sample"))
        while self._took("[") is not None:
            places.append(self._places())
        return Name(word, tuple(places), token.column)

    def _call(self, token: _Token) -> Node:
        also = " or `not finite`" if token.text == ANYTHING.split()[0] else ""
        self._need("(", f"a bracket `(`{also} after {token.text}")
        arguments = [self._condition()]
        while self._took(",") is not None:
            arguments.append(self._condition())
        self._need(")", "a comma or a closing bracket `)`")
        return Call(token.text, tuple(arguments), token.column)

    def _places(self) -> tuple[int, ...]:
        places = [self._place()]
        while self._took(",") is not None:
            places.append(self._place())
        self._need("]", "a comma or a closing bracket `]`")
        return tuple(places)

    def _place(self, expected: str = "a whole number, the place of a layer or a unit") -> int:
        token = self._now
        if not token.text.isdecimal() or len(token.text) > _DIGITS:
            raise self._unexpected(expected)
        self._next()
        return int(token.text)

    def _unknown(self, token: _Token) -> ConditionError:
        remedy = nearest(token.text, EVERY)
        remedy = remedy or f"Quantities are {', '.join((*WORDS, *PLACES))}."
        return ConditionError(self._text, token.column, f"there is no {shortened(token.text, 40)!r}", remedy)
