"""`keryx run`: programs of every era run unmodified, as `python` would run them."""

import contextlib
import importlib.util
import io
import subprocess
import sys
import warnings

import pytest

from keryx.cli import main
from keryx.cli._run import treat_warnings
from keryx.dialects import in_force
from keryx.dialects._report import DialectWarning, forget, Rewrite
from keryx.dialects._run import read, without_magics
from keryx.dialects._run_diff import modernized

BUILD = {
    "1": """
from keras.models import Sequential
from keras.layers.core import Dense, Activation
model = Sequential()
model.add(Dense(output_dim=3, input_dim=2, init="uniform"))
model.add(Activation("tanh"))
model.compile(loss="mse", optimizer="sgd")
""",
    "2": """
from keras.models import Sequential
from keras.layers.merge import add
from keras.layers import Dense
from keras.utils import np_utils
model = Sequential()
model.add(Dense(3, input_dim=2, kernel_initializer="normal"))
""",
    "tf": """
import tensorflow as tf
from tensorflow.keras.layers import Dense
model = tf.keras.Sequential([Dense(3, input_shape=(2,))])
""",
    "3": """
import keras
from keras import ops, layers
model = keras.Sequential([keras.Input((2,)), layers.Dense(3)])
ops.zeros(1)
""",
}
ERAS = {"1": "Keras 1", "2": "Keras 2", "tf": "tf.keras", "3": "Keras 3"}


class Outcome:
    """What `keryx run` printed, and its exit status."""

    def __init__(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            warnings.simplefilter("ignore", DialectWarning)
            self.status = main(["run", *map(str, words)])
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Returns a function that writes a program to a folder of its own."""
    monkeypatch.chdir(tmp_path)
    forget()

    def write(text, name="program.py"):
        folder = tmp_path / "folder"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(text)
        return path

    yield write
    forget()


@pytest.mark.parametrize("era", BUILD)
def test_program_of_any_era_runs(program, era):
    path = program(BUILD[era] + "print(model.count_params(), type(model).__module__)\n")

    ran = Outcome(path)

    assert ran.out == "9 keryx.models._sequential\n"
    assert ran.status == 0


@pytest.mark.parametrize("era", BUILD)
def test_stderr_says_in_one_line_which_era_was_found(program, era):
    ran = Outcome(program(BUILD[era]))

    assert ran.err.startswith(f"keryx run: read as {ERAS[era]} (line ")
    assert ran.err.count("\n") == 1


def test_era_that_is_given_is_in_force_while_the_program_runs(program):
    path = program("from keryx.dialects import in_force\nprint(in_force())")

    ran = Outcome("--era", "2", path)

    assert ran.out == "Era.K2\n"
    assert ran.err == ""
    assert in_force() is None


def test_program_has_the_surroundings_that_python_gives(program):
    program("NUMBER = 7\n", "helper.py")
    path = program(
        "import sys, helper, pickle\n"
        "class Thing: pass\n"
        "print(__name__, __file__, sys.argv, helper.NUMBER)\n"
        "print(type(pickle.loads(pickle.dumps(Thing()))) is Thing)\n"
    )
    before = sys.argv, sys.path[:], sys.modules["__main__"]

    ran = Outcome("--era", "3", path, "--deep", "-n", 3)

    argv = [str(path), "--deep", "-n", "3"]
    assert ran.out == f"__main__ {path} {argv} 7\nTrue\n"
    assert (sys.argv, sys.path, sys.modules["__main__"]) == before
    sys.modules.pop("helper")


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        ("", 0, ""),
        ("import sys; sys.exit(3)", 3, ""),
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit('no data')", 1, "no data\n"),
    ],
)
def test_exit_status_is_the_programs(program, code, status, said):
    ran = Outcome("--era", "3", program(code))

    assert (ran.status, ran.err) == (status, said)


def test_traceback_begins_in_the_program(program):
    path = program("import keras\n\ndef fail():\n    return 1 / 0\n\nfail()\n")

    ran = Outcome("--era", "3", path)

    assert ran.status == 1
    assert ran.err.splitlines()[:2] == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 6, in <module>',
    ]
    assert "fail()" in ran.err
    assert ran.err.endswith("ZeroDivisionError: division by zero\n")


def test_error_of_keryx_in_a_program_has_its_traceback(program):
    ran = Outcome("--era", "3", program("import keras\nkeras.layers.Dense(-1)\n"))

    assert ran.status == 1
    assert "line 2, in <module>\n    keras.layers.Dense(-1)" in ran.err


@pytest.mark.parametrize(
    "code", ["from keras.layers import Densse", "import theano; theano.shared(1)"]
)
def test_traceback_of_an_import_ends_in_the_program(program, code):
    ran = Outcome("--era", "1", program(code))

    assert ran.status == 1
    assert ran.err.count('  File "') == 1


@pytest.mark.parametrize(
    ("code", "note"),
    [
        ("print 'x'", "`print` is a function in Python 3"),
        ("for i in xrange(3): pass", "`xrange` is `range` in Python 3"),
        ("raw_input()", "`raw_input` is `input` in Python 3"),
        ("import cPickle", "`cPickle` is `pickle` in Python 3"),
    ],
)
def test_python_2_is_named_and_not_translated(program, code, note):
    ran = Outcome(program(code))

    assert ran.status == 1
    assert note in ran.err
    assert "written for Python 2" in ran.err


def test_lines_of_a_notebook_are_left_out_and_numbers_of_lines_kept(program):
    text = "%matplotlib inline\nif True:\n    !pip install keras\n1 / 0\n"

    ran = Outcome("--era", "3", program(text))

    assert "line 4, in <module>\n    1 / 0" in ran.err


def test_magics_of_a_converted_notebook_do_nothing(program):
    text = "get_ipython().run_line_magic('matplotlib', 'inline')\nprint(1)\n"

    assert Outcome("--era", "3", program(text)).out == "1\n"


def test_text_that_python_understands_is_left_alone(program):
    text = 'x = """\n%matplotlib inline\n"""\n'

    assert read(str(program(text))) == text
    assert without_magics(text) != text


def test_program_that_is_not_there(tmp_path):
    ran = Outcome(tmp_path / "none.py")

    assert ran.status == 2
    assert "none.py': expected a file that can be read" in ran.err


@pytest.mark.parametrize("backend", ["", "TkAgg"])
def test_show_writes_the_figures_where_there_is_no_screen(
    program, monkeypatch, tmp_path, backend
):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MPLBACKEND", backend)
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("agg")
    path = program(
        "import matplotlib\nmatplotlib.use('TkAgg')\n"
        "from matplotlib import pyplot as plt\n"
        "plt.plot([1, 2])\nplt.figure()\nplt.show()\n"
        "plt.figure()\nplt.show()\nprint(plt.get_fignums())\n"
    )

    ran = Outcome("--era", "3", path)

    assert ran.out == "[]\n"
    assert ran.err.splitlines() == [
        f"keryx run: figure saved as program-{i}.png" for i in (1, 2, 3)
    ]
    assert (tmp_path / "program-3.png").stat().st_size > 0
    assert "keryx" not in pyplot.show.__module__


def test_modernize_prints_the_program_of_today_as_a_patch(program):
    text = (
        "from keras.models import Sequential\n"
        "from keras.layers.convolutional import Convolution2D\n"
        "import numpy as np\n"
        "n = 3\n"
        "model = Sequential([Convolution2D(4, n, n,\n"
        "    border_mode='same', input_shape=(8, 8, 1))])\n"
        "x = np.zeros(3, np.float)\n"
    )

    ran = Outcome("--modernize", program(text))

    changed = [line for line in ran.out.splitlines() if line[:1] in "+-"][2:]
    assert changed == [
        "-from keras.layers.convolutional import Convolution2D",
        "+from keras.layers import Conv2D",
        "-model = Sequential([Convolution2D(4, n, n,",
        "-    border_mode='same', input_shape=(8, 8, 1))])",
        "-x = np.zeros(3, np.float)",
        "+model = Sequential([Conv2D(4, kernel_size=(n, n), padding='same', "
        "input_shape=(8, 8, 1))])",
        "+x = np.zeros(3, float)",
    ]


def test_modernize_of_a_program_of_today_prints_nothing(program):
    assert Outcome("--modernize", program(BUILD["3"])).out == ""


@pytest.mark.parametrize(
    ("source", "old", "new", "expected"),
    [
        ("f(W=x)", "f(W=3)", "f(w=3)", "f(w=x)"),
        ("f(1, b=y)", "f(1, b=2)", "g(1, c=2)", "g(1, c=y)"),
        ("m.f(a, p=q)", "m.f(..., p=1)", "m.f(..., q=1)", "m.f(a, q=q)"),
        ("f(x, dead=z)", "f(3, dead=4)", "f(3)", "f(x)"),
        ("g(f(a=1), a=1)", "f(a=1)", "f(b=1)", "g(f(b=1), a=1)"),
        ("opt.lr", "SGD.lr", "SGD.learning_rate", "opt.learning_rate"),
        ("o.lr = x", "SGD.lr = ...", "SGD.learning_rate = ...", "o.learning_rate = x"),
        ("f('msle')", "'msle'", "'m'", "f('m')"),
        ("é = f(ü, a=1)", "f(3, a=1)", "f(3, b=1)", "é = f(ü, b=1)"),
    ],
)
def test_call_is_rewritten_with_the_programs_own_words(source, old, new, expected):
    text, left = modernized(source, [Rewrite("program.py", 1, old, new)])

    assert (text, left) == (expected, [])


@pytest.mark.parametrize(
    ("source", "old", "new"),
    [
        ("f(*rest)", "f(1)", "g(1)"),
        ("h(1)", "f(1)", "g(1)"),
        ("f(x)", "f(...)", "f(..., y=...)"),
    ],
)
def test_what_is_not_clear_is_left_for_a_person(source, old, new):
    rewrite = Rewrite("program.py", 1, old, new)

    assert modernized(source, [rewrite]) == (source, [rewrite])


@pytest.mark.parametrize("word", ["error", "e", "error::UserWarning"])
def test_warnings_can_be_errors(word):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        treat_warnings(word)

        with pytest.raises(DialectWarning, match="old"):
            warnings.warn("old", DialectWarning, stacklevel=1)


@pytest.mark.parametrize("word", ["eror", "error::Nothing", "error::int", ""])
def test_wrong_words_for_warnings_are_named(program, word):
    ran = Outcome("-W", word, program(""))

    assert ran.status == 2
    assert "ACTION::CATEGORY" in ran.err


def test_command_is_strict_and_silent_on_stdout(program):
    path = program(BUILD["1"] + "print('done')\n")
    run = [sys.executable, "-W", "error::UserWarning", "-m", "keryx", "run", path]

    ran = subprocess.run(run, check=False, capture_output=True, text=True)

    assert ran.returncode == 1
    assert ran.stdout == ""
    assert "line 5, in <module>\n    model.add(Dense(output_dim=3" in ran.stderr
    assert "DialectWarning: `Dense(output_dim=3" in ran.stderr


@pytest.mark.skipif(
    importlib.util.find_spec("IPython") is not None, reason="IPython is installed"
)
def test_a_notebooks_own_package_is_not_needed_to_draw(program):
    path = program(
        "from IPython import get_ipython\nfrom IPython.display import SVG\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\n"
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()\n"
    )

    ran = Outcome("--era", "2", path)

    assert (ran.status, ran.out) == (0, "")
    assert "figure saved as program-1.png" in ran.err
