"""How does `bp-tui new` ask for what a scenario needs, and write it?

On a terminal each question has a sensible answer, which Enter takes, and its meaning is told at each key.
Without one the options are the answers.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from engine.draft.draft import SETS, Draft, Samples
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.read import ScenarioError, checked
from engine.spelling.text import one_line, shortened
from tui.commands.asking.conversation import asking
from tui.commands.asking.question import AnswerError, Question
from tui.commands.making import answers, data_asked
from tui.commands.making.words import beginning, one_of
from tui.commands.making.writing import write
from tui.commands.streams import say
from tui.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from tui.commands.asking.conversation import Options


def new_command(chosen: argparse.Namespace) -> int:
    """Write a scenario; open it where there is a terminal to show it."""
    given = None if chosen.file is None else Path(chosen.file)
    if given is not None:
        _check_file(given)
    with asking() as ask:
        file, draft = ask.talk(lambda: _asked(chosen, ask, given))
    if file is None:
        print(draft.text(), end="")
        return 0
    _write(file, draft)
    print(f"{one_line(str(file))}: written")
    if draft.samples.unused:
        say(f"{one_line(str(file))}: {draft.samples.unused}.")
    if not ask.talks or chosen.no_open:
        return 0
    from tui.commands.outcome import carry_out

    return carry_out([str(file)])


def _asked(chosen: argparse.Namespace, ask: Options, file: Path | None) -> tuple[Path | None, Draft]:
    if file is None and ask.talks:
        file = ask(Question("File", "network.toml", answers.file, answers.told_file, answers.files))
    return file, _drafted(chosen, ask, (file or Path("x")).parent)


def _drafted(chosen: argparse.Namespace, ask: Options, folder: Path) -> Draft:
    samples = _samples(chosen, ask, folder)
    title = ask(
        Question("Title", samples.title, answers.title, lambda _: "what the app calls it", option="--title"),
        chosen.title,
    )
    hidden = ask(
        Question(
            "Neurons of the hidden layers, such as 4 or 8 8; 0 for none",
            "4",
            answers.sizes,
            lambda sizes: answers.told_sizes(sizes, samples),
            option="--hidden",
        ),
        chosen.hidden,
    )
    activation = "tanh"
    if hidden:
        names = answers.HIDDEN
        asks = Question(
            "Their activation",
            "tanh",
            one_of(names),
            answers.told_activation,
            beginning(names),
            option="--activation",
        )
        activation = ask(asks, chosen.activation)
    elif chosen.activation is not None and (chosen.hidden is not None or not ask.talks):
        raise UsageError("bp-tui: --activation is of hidden layers, and --hidden 0 has none: leave it out.")
    last = ask(
        Question(
            "Activation of the last layer",
            samples.last,
            one_of(ACTIVATIONS),
            lambda name: answers.told_last(name, samples),
            beginning(ACTIVATIONS),
            option="--output",
        ),
        chosen.output,
    )
    samples = samples.with_last(last)
    loss = ask(
        Question(
            "Loss",
            samples.loss,
            one_of(LOSSES),
            lambda loss: answers.told_loss(loss, last, samples.outputs),
            beginning(LOSSES),
            option="--loss",
        ),
        chosen.loss,
    )
    asks_rate = Question("Learning rate", "0.1", answers.rate, answers.told_rate, option="--learning-rate")
    rate = ask(asks_rate, chosen.learning_rate)
    asks_count = Question("Iterations", "100", answers.count, answers.told_count, option="--iterations")
    iterations = ask(asks_count, chosen.iterations)
    return Draft(title, samples, hidden, activation, last, loss, rate, iterations)


def _samples(chosen: argparse.Namespace, ask: Options, folder: Path) -> Samples:
    def take(name: str) -> Samples | data_asked.Table | data_asked.ByHand:
        found = data_asked.data(name, folder, own=ask.talks)
        return found if chosen.targets is not None else data_asked.learnable(found)

    own = " or numbers" if ask.talks else ""
    found = ask(
        Question(
            f"Data: {', '.join(SETS)}, a CSV file{own}",
            "xor",
            take,
            data_asked.told_data,
            lambda text: data_asked.data_words(text, folder),
            lambda name: data_asked.glanced(name, folder),
            option="--data",
        ),
        chosen.data,
    )
    if isinstance(found, Samples):
        if chosen.targets is not None and (chosen.data is not None or not ask.talks):
            name = shortened(chosen.data or "xor")
            raise UsageError(
                f"bp-tui: --targets is for a CSV file, and the targets of {name} are given: leave it out."
            )
        return found
    if isinstance(found, data_asked.ByHand):
        return _typed(ask)
    names = found.names
    asks = f"Column to learn: {shortened(', '.join(names), 60)}"
    learn = Question(asks, names[-1], found.target, found.told, beginning(names), option="--targets")
    return found.learned(ask(learn, chosen.targets))


def _typed(ask: Options) -> Samples:
    rows: list[data_asked.Numbers] = []
    ask.tell("  A sample a line: its inputs, = and its targets, such as 0 1 = 1. An empty line ends.")
    while True:
        row = ask(
            Question(
                "",
                None,
                lambda text: data_asked.numbers(text, rows),
                lambda row: data_asked.told_numbers(row, rows),
            )
        )
        if row is None:
            return data_asked.typed_samples(rows)
        rows.append(row)


def _check_file(file: Path) -> None:
    try:
        answers.file(str(file))
    except AnswerError as error:
        raise UsageError(f"bp-tui: {shortened(str(file))}: {error}.") from error


def _write(file: Path, draft: Draft) -> None:
    """Write a scenario and the data that it brings; leave no file behind that isn't good."""
    if draft.samples is SETS["iris"] and not (file.parent / "iris.csv").exists():
        from engine.catalog import shipped_shelf

        shutil.copy(shipped_shelf().folder / "iris.csv", file.parent / "iris.csv")
    write(file, draft.text())
    try:
        for warning in checked(file)[1]:
            say(str(warning))
    except ScenarioError:
        file.unlink()
        raise
