"""`keryx summary`: the layers of a saved model."""

import argparse
from typing import Any

from keryx.saving import load_model


def add_to(commands: Any) -> None:
    """Adds the command to the parser."""
    parser = commands.add_parser(
        "summary", help="print the layers and parameter counts of a saved model"
    )
    parser.add_argument("file", metavar="FILE", help="a model that was saved")
    parser.add_argument(
        "--nested", action="store_true", help="list the layers of nested models too"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Runs the command."""
    load_model(options.file, compile=False).summary(expand_nested=options.nested)
    return 0
