"""The version of keryx."""

__version__ = "0.1.0"
