"""The policy of layers: in which float type they compute, and keep their weights."""

from keryx._core.dtypes import DTypePolicy as DTypePolicy
from keryx.config import (
    dtype_policy as dtype_policy,
    set_dtype_policy as set_dtype_policy,
)

Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy
