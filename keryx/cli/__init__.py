"""The `keryx` command."""

from ._main import main as main
