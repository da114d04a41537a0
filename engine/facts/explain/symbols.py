r"""How is a symbol of the screen written in LaTeX?

A symbol is told once, as the screen shows it (`engine.facts.number`), and its LaTeX follows from the
notation. δ1[2]@0 has a letter, a layer, a place and a time: \delta^{(1)\langle 0 \rangle}_{2}. What stands
before it changes it: ∂C/∂, Σ, Δ, a sign, f'() around it, words, or the letter of what an optimiser
remembers of a parameter, vW1[2,3]: v_{W^{(1)}_{2,3}}.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from engine.order.quantities import PARAMETER_LETTERS

_BEFORE = {"-": "-{}", "∂C/∂": r"\frac{\partial C}{\partial {}}", "Σ": r"\sum {}", "Δ": r"\Delta {}"}
_OF_PARAMETER = re.compile(rf"([a-z])([{''.join(PARAMETER_LETTERS.values())}]\d+\[.+)")
_NAME = re.compile(r"([^\W\d_]+?)(\u0302?)(\d*)(ⁿ?)(?:\[([\d,]+)\])?(?:@(-?\d+))?")
_FRACTION = re.compile("(\\d+)\N{FRACTION SLASH}(\\d+)")
_WORD = re.compile("[a-z]{2,}")


@lru_cache(maxsize=2048)
def latex_symbol(shown: str) -> str:
    """Return the LaTeX of a symbol as the screen shows it: `new W1[2,1]`, `-η`, `max z`, `½`."""
    largest = shown.removeprefix("max ")
    if largest != shown:
        return rf"\max {latex_symbol(largest)}"
    return r"\ ".join(
        rf"\text{{{part}}}" if _WORD.fullmatch(part) else _part(part) for part in shown.split(" ")
    )


def latex_number(shown: str) -> str:
    """Return the LaTeX of a number that is written in digits: 0.5, 1.2e-5, inf or nan."""
    if "inf" in shown:
        return shown.replace("inf", r"\infty")
    mantissa, e, exponent = shown.partition("e")
    if shown == "nan":
        return r"\text{nan}"
    return rf"{mantissa} \times 10^{{{int(exponent)}}}" if e else mantissa


def letter(shown: str) -> str:
    r"""Return the LaTeX of one letter: \delta for δ, W for W."""
    name = unicodedata.name(shown)
    if not name.startswith("GREEK"):
        return shown
    greek = name.rpartition(" ")[2].lower().replace("lamda", "lambda")
    return "\\" + (greek.capitalize() if "CAPITAL" in name else greek)


def _part(shown: str) -> str:
    for sign, form in _BEFORE.items():
        if shown.startswith(sign):
            return form.replace("{}", _part(shown.removeprefix(sign)))
    if shown.startswith("f'(") and shown.endswith(")"):
        return rf"f'\left({_part(shown[3:-1])}\right)"
    remembered = _OF_PARAMETER.fullmatch(shown)
    if remembered is not None:
        return f"{remembered[1]}_{{{_part(remembered[2])}}}"
    fraction = _FRACTION.fullmatch(unicodedata.normalize("NFKC", shown))
    if fraction is not None:
        return rf"\frac{{{fraction[1]}}}{{{fraction[2]}}}"
    name = _NAME.fullmatch(unicodedata.normalize("NFD", shown))
    return latex_number(shown) if name is None else _named(name)


def _named(name: re.Match[str]) -> str:
    letters, hat, digits, power, place, time = name.groups()
    text = letter(letters) if len(letters) == 1 else rf"\text{{{letters}}}"
    if hat:
        text = rf"\hat{{{text}}}"
    if place is None and digits:  # the first of two settings, not what belongs to a layer
        return f"{text}_{{{digits}}}" + ("^{n}" if power else "")
    above = (f"({digits})" if digits else "") + ("" if time is None else rf"\langle {time} \rangle")
    return text + (f"^{{{above}}}" if above else "") + ("" if place is None else f"_{{{place}}}")
