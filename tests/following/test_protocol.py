"""Is what is said understood, and everything else refused?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace as changed

from engine.facts.broken.breaking import MOST_BY_HAND
from tests.following.lessons import a_state
from tests.given.any_character import ANY_CHARACTER
from tests.telling.states import STATES
from tui.following.protocol import (
    LONGEST_HELLO,
    LONGEST_STATE,
    Hello,
    Lines,
    ProtocolError,
    decode_hello,
    decode_state,
    encode,
)
from tui.telling.state import SetByHand, State

WRONG_NAMES = ["", "a" * 65, "Sign", "sign\n", 1]


@given(STATES)
def test_a_state_comes_back_as_it_was(state: State) -> None:
    line = encode(state)
    assert line.count(b"\n") == 1
    assert len(line) < LONGEST_STATE
    assert decode_state(line[:-1]) == state


def test_a_state_is_small_strict_json() -> None:
    line = encode(a_state(41))
    assert json.loads(line) == {
        "digest": "0" * 64,
        "order": "deferred",
        "chosen": {"optimizer": "sgd", "learning_rate": 0.5, "mistake": None},
        "step": 41,
        "scenario": "mazur",
        "units": [0, 1, 0],
    }
    assert len(line) < 260
    assert len(encode(Hello(1))) <= LONGEST_HELLO


def test_a_network_of_too_many_layers_is_told_without_its_units() -> None:
    state = changed(a_state(3), units=(2**53,) * 100_000)
    assert decode_state(encode(state)[:-1]) == changed(a_state(3), units=())
    longest = changed(a_state(3), units=(2**20,) * 2048, breaks=((2**53, 2**53),) * 256)
    by_hand = SetByHand(2**53, "recurrent_weights", (2**53, 2**53), -1.2345678901234567e-300)
    longest = changed(longest, by_hand=(by_hand,) * MOST_BY_HAND)
    assert len(encode(longest)) < LONGEST_STATE


@pytest.mark.parametrize("wrong", [
    {"step": -1}, {"step": 2**60}, {"step": 1.5}, {"step": "1"}, {"step": None}, {"step": True},
    {"order": "other"}, {"digest": "0" * 63}, {"digest": "../../etc/passwd"}, {"digest": 0},
    {"scenario": "../secret"}, {"scenario": "/etc/passwd"}, {"scenario": ""}, {"scenario": "a" * 251},
    {"scenario": "-x"}, {"scenario": "\u202e"},
    {"scenario": "x\u001b[2J"}, {"scenario": "mazur\n"}, {"units": [0] * 2049}, {"units": [-1]},
    {"units": {"0": 1}}, {"view": "../x"}, {"view": "a" * 17}, {"view": "tui.draw"}, {"logarithmic": 1},
    {"focus": {"quantity": "secret", "iteration": 0}}, {"focus": {"quantity": "loss"}},
    {"focus": {"quantity": "loss", "iteration": 0, "index": [0, 0, 0]}}, {"term": -1}, {"part": [1]},
    *({"chosen": {"optimizer": "sgd", "learning_rate": 1, "mistake": name}} for name in WRONG_NAMES),
    *({"chosen": {"optimizer": name, "learning_rate": 1, "mistake": None}} for name in WRONG_NAMES),
    {"chosen": {"optimizer": "sgd", "learning_rate": -1, "mistake": None}}, {"chosen": {}}, {"chosen": None},
    {"chosen": {"optimizer": "sgd", "learning_rate": "1", "mistake": None}}, {"breaks": [[1]]},
    {"breaks": [[-1, 1]]}, {"breaks": [[1, 1]] * 257}, {"breaks": 1},
])  # fmt: skip
def test_a_wrong_field_is_refused(wrong: dict[str, Any]) -> None:
    said = {**json.loads(encode(a_state())), **wrong}
    with pytest.raises(ProtocolError):
        decode_state(json.dumps(said).encode())


@pytest.mark.parametrize("line", [
    b"", b"{}", b"[]", b"null", b"nan", b"\xff\xfe", b"{" * 30_000, b"[" * 30_000, b'{"x":' * 6_000,
    b'{"step":1e999}', b'{"step":' + b"9" * 30_000 + b"}", b'{"a":"\\ud800"}', b'{"version":2}',
])  # fmt: skip
def test_what_is_no_message_is_refused(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_state(line)
    with pytest.raises(ProtocolError):
        decode_hello(line)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(ANY_CHARACTER),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(ANY_CHARACTER), inner),
    max_leaves=10,
)
FIELDS = sorted(State.__struct_fields__)


@given(st.binary(max_size=200) | JSON.map(lambda said: json.dumps(said).encode()))
def test_noise_is_refused_and_nothing_else_happens(line: bytes) -> None:
    with pytest.raises(ProtocolError):
        decode_state(line)


@given(st.sampled_from(FIELDS), JSON)
def test_a_state_with_a_field_of_noise_is_refused_or_within_bounds(field: str, noise: Any) -> None:
    said = {**json.loads(encode(a_state())), field: noise}
    try:
        state = decode_state(json.dumps(said).encode())
    except ProtocolError:
        return
    assert decode_state(encode(state)[:-1]) == state
    assert 0 <= state.step <= 2**53
    assert all(0 <= unit <= 2**53 for unit in state.units)


@given(st.lists(st.binary(max_size=12).filter(lambda line: b"\n" not in line), max_size=6), st.data())
def test_however_the_bytes_come_the_last_line_is_the_latest(lines: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(line + b"\n" for line in lines) + b"rest"
    splitter, latest = Lines(100), None
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found = splitter.feed(stream[:size])
        latest = latest if found is None else found
        stream = stream[size:]
    assert latest == (lines[-1] if lines else None)


@pytest.mark.parametrize("chunks", [[b"x" * 100], [b"x" * 60, b"x" * 60], [b"x" * 60, b"x" * 60 + b"\n"],
                                    [b"y\n" + b"x" * 100], [b"y\n" + b"x" * 100 + b"\n"]])  # fmt: skip
def test_a_line_that_is_too_long_is_refused(chunks: list[bytes]) -> None:
    splitter = Lines(100)

    def feed() -> None:
        for chunk in chunks:
            splitter.feed(chunk)

    with pytest.raises(ProtocolError):
        feed()
