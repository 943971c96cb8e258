"""A process that is killed while it saves leaves one of two whole files.

What a process would leave if it were killed now is what is there while it is stopped:
so one process serves for many moments, and is killed in the end.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from keryx import saving
from tests.files import saver

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs SIGKILL")


def load(path):
    """Returns the model in a file, of weights alone too."""
    if path.name.endswith((".weights.h5", ".safetensors")):
        model = saver.make_model()
        model.load_weights(path)
        return model
    return saving.load_model(path)


def version_of(path):
    """Returns the one number of which all weights in a file consist."""
    values = {float(v) for w in load(path).get_weights() for v in np.unique(w)}
    assert len(values) == 1, f"parts of several versions: {values}"
    return values.pop()


def start(folder):
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.files.saver", str(folder)],
        cwd=ROOT,
        env={**os.environ, "JAX_PLATFORMS": "cpu"},
        stdout=subprocess.PIPE,
    )
    assert child.stdout.readline() == b"begin\n"
    return child


def signalled(child, number):
    assert child.poll() is None, "it ended by itself"
    child.send_signal(number)
    if number == signal.SIGSTOP:
        os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)


def copies(child, folder, target, times, moments):
    """Yields what a process would leave if it were killed at random moments."""
    for number in range(times):
        time.sleep(moments.uniform(0.0, 0.06))
        signalled(child, signal.SIGSTOP)
        copy = shutil.copytree(folder, target / str(number))
        signalled(child, signal.SIGCONT)
        yield copy
        shutil.rmtree(copy)
    signalled(child, signal.SIGKILL)
    child.wait()
    yield folder


def leftovers(folder):
    """Returns the names of the files that are not those saved."""
    return [p.name for p in folder.iterdir() if p.name not in saver.NAMES]


def check_kills(tmp_path, times, seed):
    """Returns how many of the saves were interrupted in the middle."""
    folder, target = tmp_path / "saved", tmp_path / "copies"
    folder.mkdir()
    target.mkdir()
    child, interrupted = start(folder), 0
    try:
        for copy in copies(child, folder, target, times, random.Random(seed)):
            for name in saver.NAMES:
                assert version_of(copy / name) in saver.VERSIONS
            left = leftovers(copy)
            assert len(left) <= 1
            for name in left:
                begins = name.startswith(tuple(f".{n}." for n in saver.NAMES))
                assert begins and name.endswith(".part"), "it is not recognisable"  # noqa: PT018  # one claim
            interrupted += bool(left)
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    return interrupted


def test_killed_process_leaves_whole_files(tmp_path):
    assert check_kills(tmp_path, 20, seed=0) > 0


def test_leftovers_of_a_killed_process_do_not_hurt(tmp_path):
    model = saver.make_model()
    saver.set_version(model, 3.0)
    for name in saver.NAMES:
        (tmp_path / f".{name}.abcdefgh.part").write_bytes(b"half a file")
        saver.save(model, tmp_path / name)

        assert version_of(tmp_path / name) == 3.0
        assert (tmp_path / f".{name}.abcdefgh.part").read_bytes() == b"half a file"


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 6))
def test_killed_process_leaves_whole_files_often(seed, tmp_path):
    assert check_kills(tmp_path, 100, seed) > 10
