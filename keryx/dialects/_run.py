"""Runs a program of any Keras, unmodified, as `python` would run it."""

import ast
import contextlib
import io
import os
import re
import sys
import tokenize
import traceback
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any

from keryx._core.errors import ArgumentError, FileError
from keryx.dialects import (
    _alias,
    _detect,
    _figures,
    _neighbours,
    _placeholders,
    _report,
)
from keryx.dialects._era import Era

FAILED = 1
SHOWN_REASONS = 2

# What a line of a notebook begins with that is not Python.
MAGIC = re.compile(r"^(\s*)[%!].*$")
# Names that only Python 2 had, and what they are in Python 3.
PYTHON_2 = {
    "xrange": "range",
    "raw_input": "input",
    "unicode": "str",
    "basestring": "str",
    "long": "int",
    "unichr": "chr",
    "reduce": "functools.reduce",
    "execfile": "exec(open(...).read())",
    "reload": "importlib.reload",
    "cPickle": "pickle",
    "urllib2": "urllib.request",
    "ConfigParser": "configparser",
    "Queue": "queue",
    "StringIO": "io",
    "Tkinter": "tkinter",
}
_SECOND = "This program is written for Python 2; `2to3` translates it."


def run(script: str, arguments: Sequence[str] = (), era: str = "auto") -> int:
    """Runs a program as `__main__`, with keryx in the place of Keras and TensorFlow.

    Args:
        script: Its file.
        arguments: What it finds in `sys.argv` after its name.
        era: "1", "2", "tf", "3", or "auto" to tell it from the text.

    Returns:
        Its exit status.

    Raises:
        FileError: If the file cannot be read.
        ArgumentError: If `era` is none of these.
    """
    source = read(script)
    chosen = choose_era(source, era)
    figures = _figures.Shown(Path(script).stem)
    _figures.choose_backend()
    _neighbours.EXTRA["matplotlib"] = _figures.keep_windows_closed
    _neighbours.EXTRA["matplotlib.pyplot"] = figures.patch
    _alias.install(chosen.value, tensorflow=True)
    try:
        with _as_main(source, script, arguments) as main:
            return _execute(source, script, main)
    finally:
        _alias.uninstall()
        _neighbours.EXTRA.clear()


def read(script: str) -> str:
    """Returns the text of a program, lines of a notebook that are not Python empty."""
    try:
        with tokenize.open(script) as file:
            source = file.read()
    except OSError as error:
        raise FileError(
            f"program {script!r}",
            expected="a file that can be read",
            got=(error.strerror or "an error").lower(),
        ) from error
    except (SyntaxError, UnicodeDecodeError) as error:
        raise FileError(
            f"program {script!r}", expected="a text of Python", got=str(error)
        ) from error
    return source if _parses(source) else without_magics(source)


def without_magics(source: str) -> str:
    """Returns a program with `pass` for the lines that only a notebook understands.

    Example:
        >>> without_magics("%matplotlib inline\\nx = 1")
        'pass\\nx = 1'
    """
    return "\n".join(MAGIC.sub(r"\1pass", line) for line in source.split("\n"))


def _parses(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(source)
        except (SyntaxError, ValueError):
            return False
    return True


def choose_era(source: str, era: str) -> Era:
    """Returns the era to run a program in, and says on stderr which was found."""
    if era != "auto":
        return Era(era)
    try:
        found, reasons = _detect.detect(source)
    except ArgumentError:  # the error of its syntax follows
        return Era.K3
    why = "; ".join(reasons[:SHOWN_REASONS]) or "nothing in it belongs to one era alone"
    name = _detect._called(found)
    print(f"keryx run: read as {name} ({why})", file=sys.stderr, flush=True)
    return found


@contextlib.contextmanager
def _as_main(
    source: str, script: str, arguments: Sequence[str]
) -> Iterator[ModuleType]:
    """Gives a program the surroundings that it has when `python` runs it."""
    main = ModuleType("__main__")
    main.__file__ = script
    main.__dict__["__builtins__"] = __builtins__
    main.__dict__["__cached__"] = None
    if "get_ipython" in source:
        main.__dict__["get_ipython"] = _placeholders.Notebook
    old = sys.modules["__main__"], sys.argv, sys.path[:]
    sys.modules["__main__"] = main
    sys.argv = [script, *arguments]
    sys.path[:1] = [os.path.dirname(os.path.realpath(script))]
    try:
        yield main
    finally:
        sys.modules["__main__"], sys.argv, sys.path[:] = old


def _execute(source: str, script: str, main: ModuleType) -> int:
    """Runs the text of a program; returns its exit status."""
    try:
        exec(_compiled(source, script), main.__dict__)
    except SystemExit as end:
        return _status(end.code)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        _explain(error)
        _print(error, script)
        return FAILED
    finally:
        with contextlib.suppress(OSError, ValueError, AttributeError):
            sys.stdout.flush()
    return 0


def _compiled(source: str, script: str) -> CodeType:
    return compile(source, script, "exec", dont_inherit=True)


def _status(code: Any) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)
    return FAILED


def _print(error: BaseException, script: str) -> None:
    """Prints a traceback that begins in the program."""
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename != script:
        trace = trace.tb_next
    error.__traceback__ = trace
    if isinstance(error, _alias.NotServedError | _placeholders.PlaceholderError):
        _cut(trace)
    if sys.excepthook is not sys.__excepthook__:
        sys.excepthook(type(error), error, trace)
        return
    text = io.StringIO()
    traceback.print_exception(type(error), error, trace, file=text)
    print(text.getvalue(), end="", file=sys.stderr, flush=True)


def _cut(trace: TracebackType | None) -> None:
    """Ends a traceback where it leaves the program: the rest is how keryx imports."""
    last = trace
    while trace is not None:
        if not _report._is_ours(trace.tb_frame.f_code.co_filename):
            last = trace
        trace = trace.tb_next
    if last is not None:
        last.tb_next = None


def _explain(error: BaseException) -> None:
    """Adds what a program that fails because of its age should know."""
    name = str(getattr(error, "name", None) or "")
    if isinstance(error, SyntaxError):
        if _is_print(error):
            error.add_note(f"`print` is a function in Python 3. {_SECOND}")
    elif isinstance(error, NameError | ModuleNotFoundError) and name in PYTHON_2:
        error.add_note(f"`{name}` is `{PYTHON_2[name]}` in Python 3. {_SECOND}")
    elif type(error) is ImportError and name.startswith("keryx."):
        found = re.match(r"cannot import name '(\w+)'", str(error))
        if found:
            error.add_note(_alias.missing(f"{name}.{found[1]}"))


def _is_print(error: SyntaxError) -> bool:
    return "print" in (error.text or "") and "parenthes" in str(error.msg)
