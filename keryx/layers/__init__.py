"""Layers. Each name is re-exported by hand, so that `grep` finds it."""

from ._dense import Dense as Dense
from ._input import Input as Input, InputLayer as InputLayer
