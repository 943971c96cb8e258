"""Progress is a bar where one can move, and lines where not."""

import re

import pytest

from keryx._core import config
from keryx.callbacks import _line, CallbackList, Progbar

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def plain(text):
    return ANSI.sub("", text)


def frames(screen):
    """Returns everything that stood on lines of a terminal, in order."""
    rows = plain(screen.getvalue()).replace("\n", "\r").split("\r")
    return [row.rstrip() for row in rows if row.strip()]


def train(clock, verbose=1, epochs=2, steps=4, batches=(1, 3), **logs):
    """Plays epochs of 0.1 s a step, then a validation of 5 s."""
    events = CallbackList(add_progbar=True, verbose=verbose, epochs=epochs, steps=steps)
    events.on_train_begin()
    for epoch in range(epochs):
        events.on_epoch_begin(epoch)
        done = 0
        for batch in batches:
            clock[0] += 0.1 * (batch + 1 - done)
            done = batch + 1
            if events.every != "epoch":
                events.on_train_batch_end(batch, {"loss": 0.5})
        events.on_test_begin()
        clock[0] += 5
        events.on_test_end()
        events.on_epoch_end(epoch, {"loss": 0.5, "val_loss": 0.0005, **logs})
    events.on_train_end()


def test_a_pipe_gets_one_line_an_epoch_and_no_codes(clock, capsys):
    train(clock, verbose="auto")

    out = capsys.readouterr().out
    line = "4/4 - 5s - 100ms/step - loss: 0.5000 - val_loss: 5.0000e-04"
    assert out == f"Epoch 1/2 - {line}\nEpoch 2/2 - {line}\n"


def test_verbose_2_is_two_lines_an_epoch_as_in_keras(clock, capsys):
    train(clock, verbose=2, epochs=2)

    line = "4/4 - 5s - 100ms/step - loss: 0.5000 - val_loss: 5.0000e-04"
    assert capsys.readouterr().out == f"Epoch 1/2\n{line}\nEpoch 2/2\n{line}\n"


def test_a_single_epoch_has_no_title(clock, capsys):
    train(clock, epochs=1)

    assert capsys.readouterr().out.startswith("4/4 - 5s - 100ms/step - loss: 0.5000")


def test_verbose_0_is_silent(clock, capsys):
    train(clock, verbose=0)

    assert capsys.readouterr().out == ""


def test_steps_that_nobody_counted_are_left_out(clock, capsys):
    train(clock, epochs=1, steps=None)

    assert capsys.readouterr().out == "5s - loss: 0.5000 - val_loss: 5.0000e-04\n"


def test_a_terminal_gets_a_bar_that_moves(clock, terminal):
    train(clock, epochs=2)

    first = [
        "Epoch 1/2",
        "2/4 ━━━━━━━━━━━━━━━━━━━━ 0s 100ms/step - loss: 0.5000",
        "4/4 ━━━━━━━━━━━━━━━━━━━━ 0s 100ms/step - loss: 0.5000",
        "4/4 ━━━━━━━━━━━━━━━━━━━━ 5s 100ms/step - loss: 0.5000 - val_loss: 5.0000e-04",
    ]
    assert frames(terminal) == first + ["Epoch 2/2", *first[1:]]
    assert terminal.getvalue().endswith("\n")


def test_the_bar_is_green_as_far_as_it_is_done(clock, terminal):
    bar = Progbar(4)
    bar.update(1)

    assert "\x1b[32m━━━━━\x1b[37m━━━━━━━━━━━━━━━\x1b[0m" in terminal.getvalue()


def test_unknown_steps_are_counted_and_known_after_an_epoch(clock, terminal):
    train(clock, epochs=2, steps=None)

    found = frames(terminal)
    assert found[1] == "2/Unknown 0s 100ms/step - loss: 0.5000"
    assert found[3].startswith("4/4 ━━━━")
    assert found[5].startswith("2/4 ━━━━")


def test_the_time_left_does_not_count_the_first_report(clock, terminal):
    bar = Progbar(100, interval=0)
    clock[0] = 50.0  # compiling
    bar.update(10)
    clock[0] = 51.0
    bar.update(20)

    assert [re.search(r"(\S+) (\S+/step)", f).groups() for f in frames(terminal)] == [
        ("7:30", "5s/step"),
        ("8s", "100ms/step"),
    ]


def test_redraws_wait_for_the_interval(clock, terminal):
    bar = Progbar(100, interval=0.1)
    for step in range(1, 101):
        clock[0] += 0.01
        bar.update(step)

    assert 10 <= len(frames(terminal)) <= 12
    assert frames(terminal)[-1].startswith("100/100")


LOGS = {f"a_rather_long_name_{i}": 0.5 for i in range(6)}


@pytest.mark.parametrize("columns", [12, 30, 47, 80, 200])
def test_no_line_is_wider_than_the_terminal(columns, clock, terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))

    train(clock, epochs=2, **LOGS)
    bar = Progbar(3)
    bar.note("compiling a program of which much can be said")

    assert max(map(len, frames(terminal))) < columns


def test_the_last_line_wraps_and_loses_nothing(clock, terminal):
    train(clock, epochs=1, **LOGS)

    text = " ".join(frames(terminal))
    assert all(f"{name}: 0.5000" in text for name in LOGS)


def test_a_shorter_line_leaves_nothing_of_a_longer_one(terminal, clock):
    bar = Progbar(10, interval=0)
    bar.note("x" * 70)
    bar.update(1)

    last = plain(terminal.getvalue()).split("\r")[-1]
    assert len(last) == 70
    assert "x" not in last


def test_messages_clear_the_bar(terminal, clock, model):
    from keryx.callbacks._screen import say

    Progbar(10).update(1)
    say("hello")

    assert terminal.getvalue().endswith("\r\x1b[Khello\n")


@pytest.mark.parametrize(
    ("variable", "value"), [("CI", "true"), ("TERM", "dumb")], ids=str
)
def test_some_terminals_are_treated_as_files(
    variable, value, terminal, clock, monkeypatch
):
    monkeypatch.setenv(variable, value)

    train(clock, epochs=1)

    assert "\r" not in terminal.getvalue()


def test_interactive_logging_can_be_switched_off(terminal, clock):
    config.disable_interactive_logging()
    try:
        train(clock, epochs=1)
    finally:
        config.enable_interactive_logging()

    assert "\r" not in terminal.getvalue()


def test_a_terminal_without_the_glyphs_gets_plain_ones(terminal, clock, monkeypatch):
    monkeypatch.setattr(type(terminal), "encoding", "ascii")

    Progbar(4).update(1)

    assert "1/4 =====............... " in plain(terminal.getvalue())


def test_no_color_means_none(terminal, clock, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    Progbar(4).update(1)

    assert "\x1b" not in terminal.getvalue()
    assert "1/4 ━━━━━───" in terminal.getvalue()


def test_a_notebook_is_live(clock, terminal, monkeypatch):
    kernel = type(
        "OutStream", (type(terminal),), {"__module__": "ipykernel.iostream"}
    )()
    kernel.isatty = lambda: False
    monkeypatch.setattr("keryx.callbacks._screen.stream", lambda: kernel)

    train(clock, epochs=1)

    assert frames(kernel)[0].startswith("2/4 ━━━")


def test_no_output_at_all_is_no_error(clock, monkeypatch):
    monkeypatch.setattr("sys.stdout", None)

    train(clock)


def test_values_are_averaged_over_steps(clock, capsys):
    bar = Progbar(4, verbose=2, stateful_metrics=["rate"])
    bar.add(1, [("loss", 1.0), ("rate", 1.0)])
    bar.add(3, [("loss", 2.0), ("rate", 7.0)])

    assert "loss: 1.7500 - rate: 7.0000" in capsys.readouterr().out


def test_a_value_that_comes_at_the_end_speaks_for_all(clock, capsys):
    bar = Progbar(2, verbose=2)
    bar.update(1, [("loss", 1.0)])
    bar.update(2, [("loss", 2.0)], finalize=False)
    bar.update(2, [("loss", 9.0)], finalize=True)

    assert "loss: 9.0000" in capsys.readouterr().out


def test_only_some_values_may_be_averaged(clock, capsys):
    bar = Progbar(2, verbose=2, stateless_metrics=["loss"])
    bar.add(1, [("loss", 1.0), ("acc", 1.0)])
    bar.add(1, [("loss", 2.0), ("acc", 2.0)])

    assert "loss: 1.5000 - acc: 2.0000" in capsys.readouterr().out


def test_stateful_and_stateless_exclude_each_other():
    with pytest.raises(ValueError, match="stateless_metrics"):
        Progbar(3, stateful_metrics=[], stateless_metrics=[])


def test_an_unknown_verbosity_is_an_error():
    with pytest.raises(ValueError, match="'auto'"):
        Progbar(3, verbose="loud")


def test_a_text_may_be_shown_as_a_value():
    assert _line.value_text("warm") == "warm"
