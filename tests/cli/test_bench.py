"""`keryx bench`, on benchmarks that take no time and on a real one, shortened."""

import json

import pytest

from keryx.cli import _bench, main

TIMED = {"median_s": 0.5, "first_s": 2.0}
SLOWER = {"median_s": 1.0, "first_s": 3.0}
ROW = {"benchmark": "quick", "work": "nothing", "left_out": {}, "keryx": TIMED}
SCRIPT = """
from sys import argv, stderr
print("[1/1] quick: keryx", file=stderr)
print({row!r})
{then}
# Work
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the real table and no benchmarks, which the command looks in."""
    table = (_bench.FOLDER / "table.py").read_text(encoding="utf-8")
    (tmp_path / "table.py").write_text(table, encoding="utf-8")
    (tmp_path / "bench_other.py").write_text("raise SystemExit('not one of them')")
    monkeypatch.setattr(_bench, "FOLDER", tmp_path)
    return tmp_path


def add(folder, name, row, then=""):
    """Writes a benchmark that prints a line."""
    script = SCRIPT.format(row=json.dumps(row), then=then)
    (folder / f"bench_{name}.py").write_text(script, encoding="utf-8")


def test_real_benchmark_prints_a_row_and_keeps_no_short_result(capsys):
    results = _bench.FOLDER / "results" / "mlp_small.jsonl"
    before = results.read_bytes() if results.exists() else None

    status = main(["bench", "mlp_small", "--short", "--sides", "keryx"])

    assert status == 0
    assert "| 8-12-8-1, 768 rows, batch 10, 150 epochs | 0." in capsys.readouterr().out
    assert (results.read_bytes() if results.exists() else None) == before


def test_table_compares_with_the_best_of_each_rival(folder, capsys):
    slowest = {"median_s": 4.0, "first_s": 2.5}
    rivals = {"keras-jax/1": slowest, "keras-jax/32": SLOWER, "torch": slowest}
    add(folder, "quick", {**ROW, **rivals})

    status = main(["bench"])

    cells = capsys.readouterr().out.splitlines()[2].strip("| ").split(" | ")
    assert status == 0
    assert cells == [
        "nothing",
        "0.5 s",
        "1 s (keras-jax/32)",
        "2 ×",
        "1.25 ×",
        "PyTorch 4 s (8 ×)",
    ]


def test_libraries_that_are_left_out_are_named(folder, capsys):
    add(folder, "quick", {**ROW, "left_out": {"torch": "torch is not installed"}})

    main(["bench"])

    assert "left out: torch: torch is not installed" in capsys.readouterr().out


def test_failure_is_told_and_the_others_run(folder, capsys):
    add(folder, "bad", ROW, "raise SystemExit('torch computed 1, but keryx 2.')")
    add(folder, "quick", {**ROW, "work": "something"})

    status = main(["bench"])

    captured = capsys.readouterr()
    assert status == 1
    assert "| something | 0.5 s |" in captured.out
    assert "bad: torch computed 1, but keryx 2." in captured.err


def test_arguments_reach_the_benchmark(folder, capsys):
    add(folder, "quick", ROW, "raise SystemExit(' '.join(argv[1:]))")

    main(["bench", "quick", "--repeats", "2", "--rounds", "4", "--sides", "keryx,jax"])

    expected = "quick: --repeats 2 --rounds 4 --sides keryx jax"
    assert expected in capsys.readouterr().err


def test_unknown_name_lists_the_known_ones(folder, capsys):
    add(folder, "quick", ROW)

    status = main(["bench", "quik"])

    message = capsys.readouterr().err
    assert status == 2
    assert "benchmark 'quik' is not known." in message
    assert "Known: quick." in message


def test_installation_without_benchmarks_says_what_to_do(folder, capsys):
    status = main(["bench"])

    message = capsys.readouterr().err
    assert status == 2
    assert "the benchmarks of keryx's repository" in message
    assert "in a clone" in message
