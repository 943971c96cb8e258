"""Files that somebody made to do harm: each is read in every way there is.

`hostile/corpus.py` lists them, with what each stands for. One process reads them all;
an audit hook and inotify tell what it touches.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.files.hostile.corpus import TABLE

ROOT = Path(__file__).resolve().parents[2]
SECONDS, MIB = 8.0, 450
# These two are how a program makes objects, and fail as any call does.
CALLS = ("from_config", "clone_model")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="inotify and /proc are Linux's"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where a process has read all files, and what it wrote about that."""
    folder = tmp_path_factory.mktemp("hostile")
    log = folder.with_suffix(".log")
    with log.open("w") as output:
        subprocess.run(
            [sys.executable, "-m", "tests.files.hostile.attack", str(folder)],
            cwd=ROOT,
            env={**os.environ, "JAX_PLATFORMS": "cpu"},
            stdout=output,
            stderr=output,
            timeout=300,
            check=False,
        )
    return folder


@pytest.fixture(scope="module")
def rows(folder):
    lines = (folder / "results").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def attempts(rows):
    """What happened by file and by way to read it."""
    found = {}
    for name, entry, *result in (row for row in rows if len(row) == 7):
        found.setdefault(name, {})[entry] = result
    return found


def test_no_file_ends_the_process(rows, folder):
    log = folder.with_suffix(".log").read_text(errors="replace")
    assert rows[-1] == ["end"], f"the last was {rows[-1]}\n{log[-2000:]}"


@pytest.mark.parametrize("name", TABLE)
def test_file_is_refused_in_every_way(name, attempts):
    spared = TABLE[name].harmless

    for entry, (outcome, message, *_) in attempts[name].items():
        if outcome == "harmless":
            may = entry.startswith("inspect") or (spared and entry.startswith(spared))
            assert may, f"{entry} reads it"
        elif outcome == "python":
            assert entry in CALLS, f"{entry}: {message}"
        else:
            assert outcome == "refused", f"{entry}: {outcome} {message}"
            assert len(message) > 20, f"{entry} does not say why"


@pytest.mark.parametrize("name", TABLE)
def test_file_reaches_nothing_outside(name, attempts):
    seen = {entry: row[2] for entry, row in attempts[name].items() if row[2]}

    assert attempts[name]
    assert not seen


@pytest.mark.parametrize("name", TABLE)
def test_file_costs_little_memory_and_time(name, attempts):
    costs = {entry: row[3:] for entry, row in attempts[name].items()}
    high = {
        entry: (seconds, mib)
        for entry, (seconds, mib) in costs.items()
        if seconds > SECONDS or mib > MIB
    }

    assert costs
    assert not high


CONTROLS = (
    *("open", "open in C", "write", "write here", "remove", "program", "shell"),
    *("socket", "pickle", "code", "secret"),
)


@pytest.mark.parametrize("name", CONTROLS)
def test_harm_would_be_noticed(name, attempts):
    assert attempts["control"][name][2]


def test_high_cost_would_be_noticed(attempts):
    assert attempts["control"]["memory"][4] > MIB
    assert attempts["control"]["time"][0] == "late"


def test_no_canary_was_written(folder, rows):
    assert rows
    assert sorted(p.name for p in (folder / "cwd").iterdir()) == ["evil.py"]
    assert not (folder / "outside" / "canary").exists()
    assert not list((folder / "tmp").iterdir())
    assert {p.name for p in folder.iterdir()} == {
        *("cwd", "files", "outside", "results", "tmp")
    }


def test_files_name_nothing_public_but_parts_of_models(rows):
    (table,) = (row[1] for row in rows if row[0] == "public")
    reached = {
        name: found
        for name, made in table.items()
        for found in made.items()
        if found[1][0] != "python" or found[1][2]
    }

    assert len(table) > 500
    assert not reached


def test_every_advisory_about_loading_has_a_file():
    rows = {case.row for case in TABLE.values()}
    advisories = {
        *("CVE-2021-37678", "CVE-2024-3660", "CVE-2025-1550", "CVE-2025-8747"),
        *("CVE-2025-9906", "CVE-2025-9905", "CVE-2025-49655", "CVE-2025-12058"),
        *("CVE-2026-0897", "CVE-2026-1669", "CVE-2026-1462", "CVE-2026-9335"),
        *("CVE-2026-12479", "CVE-2026-12480", "CVE-2026-12481", "CVE-2026-12570"),
    }

    assert advisories <= rows
