"""Rows of the reference tables that do not hold yet, and why. Data."""

LATER: dict[str, str] = {}
