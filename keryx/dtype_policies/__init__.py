"""Policies as objects, and as plain data."""

from keryx._core.dtypes import DTypePolicy as DTypePolicy

from ._serial import deserialize as deserialize, get as get, serialize as serialize

FloatDTypePolicy = DTypePolicy
