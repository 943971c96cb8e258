"""Keeps the programs that tests run from being collected as modules."""

collect_ignore = ["programs"]
