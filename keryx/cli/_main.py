"""Which commands there are, their arguments, and what becomes of errors."""

import argparse
import sys
from collections.abc import Sequence

from keryx._core.errors import KeryxError
from keryx._version import __version__
from keryx.cli import _bench, _classify, _convert, _demo, _inspect, _run, _summary

USAGE_ERROR, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: Its arguments; those of the process if `None`.

    Returns:
        The exit status: 0 for success, 1 if a check failed, 2 for wrong arguments or
        files.
    """
    parser = make_parser()
    try:
        options = parser.parse_args(argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else USAGE_ERROR
    if options.command is None:
        parser.print_help(sys.stderr)
        return USAGE_ERROR
    try:
        status: int = options.run(options)
    except (KeryxError, OSError) as error:
        print(f"keryx {options.command}: {_message(error)}", file=sys.stderr)
        return USAGE_ERROR
    except KeyboardInterrupt:
        print("\nInterrupted.", file=sys.stderr)
        return INTERRUPTED
    return status


def make_parser() -> argparse.ArgumentParser:
    """Returns the parser of all commands."""
    parser = argparse.ArgumentParser(
        prog="keryx", description="Deep learning with the Keras API, on JAX."
    )
    parser.add_argument("--version", action="version", version=f"keryx {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for module in (_run, _demo, _summary, _inspect, _convert, _classify, _bench):
        module.add_to(commands)
    return parser


def _message(error: Exception) -> str:
    """Returns one or two lines about an error, its notes included."""
    notes = getattr(error, "__notes__", [])
    if isinstance(error, OSError) and not isinstance(error, KeryxError):
        name = f"{error.filename}: " if error.filename else ""
        return f"{name}{error.strerror or error}"
    return "\n".join([str(error), *notes])
