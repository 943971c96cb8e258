"""`keryx run`: a program written for any Keras, unmodified."""

import argparse
import sys
import warnings
from pkgutil import resolve_name
from typing import Any

from keryx._core.errors import ArgumentError
from keryx.dialects import forget
from keryx.dialects._load import load

ACTIONS = ("default", "error", "ignore", "always", "module", "once")


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "run", help="run a program written for any version of Keras"
    )
    parser.add_argument(
        "--era",
        choices=("1", "2", "tf", "3", "auto"),
        default="auto",
        help="the Keras that it was written for (default: told from its text)",
    )
    parser.add_argument(
        "--modernize",
        action="store_true",
        help="print afterwards how it is written today, as a patch",
    )
    parser.add_argument(
        "-W",
        dest="warn",
        action="append",
        default=[],
        metavar="ACTION[::CATEGORY]",
        help="what to do with warnings, as for `python -W`",
    )
    parser.add_argument("script", metavar="SCRIPT", help="the file of the program")
    parser.add_argument(
        "arguments", nargs=argparse.REMAINDER, metavar="...", help="its arguments"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    runner = load("_run")
    for word in options.warn:
        treat_warnings(word)
    forget()
    status: int = runner.run(options.script, options.arguments, options.era)
    if options.modernize:
        sys.stdout.write(load("_run_diff").patch(options.script))
    return status


def treat_warnings(word: str) -> None:
    """Does what `python -W` does with one word.

    Example:
        >>> with warnings.catch_warnings():
        ...     treat_warnings("error::UserWarning")
        ...     print(warnings.filters[0][:3])
        ('error', None, <class 'UserWarning'>)

    Raises:
        ArgumentError: If it is not of the form ACTION or ACTION::CATEGORY.
    """
    action, _, name = word.partition("::")
    place = name if "." in name else f"builtins.{name}"
    try:
        category = resolve_name(place) if name else Warning
    except (AttributeError, ImportError, ValueError):
        category = None
    whole = [a for a in ACTIONS if action and a.startswith(action)]
    if not whole or not (isinstance(category, type) and issubclass(category, Warning)):
        raise ArgumentError(
            "keryx run", "-W", expected="ACTION or ACTION::CATEGORY", got=word
        )
    warnings.simplefilter(whole[0], category)  # type: ignore[arg-type]  # one of ACTIONS
