"""`get_file` for programs, in old spellings as well."""

from keryx._core.get_file import get_file as fetch
from keryx._core.hook import hooked

get_file = hooked(fetch)
