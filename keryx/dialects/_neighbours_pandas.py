"""What pandas had, and the arguments that `read_csv` took."""

import functools
import importlib
from types import ModuleType
from typing import Any

import numpy as np

from keryx.dialects import _report
from keryx.dialects._neighbours_patch import replace

# Arguments that change nothing any more.
_IDLE = (
    "warn_bad_lines", "infer_datetime_format", "mangle_dupe_cols", "tupleize_cols",
    "as_recarray", "compact_ints", "use_unsigned",
)  # fmt: skip


def change(pandas: ModuleType) -> None:
    """Gives the classes their old methods, and the readers their old arguments."""
    for cls in (pandas.DataFrame, pandas.Series):
        methods = {
            "as_matrix": _as_matrix,
            "ix": property(_Ix),
            "append": _append,
            "iteritems": _iteritems,
        }
        for name, method in methods.items():
            if not hasattr(cls, name):
                replace(cls, name, method)
    for name in ("read_csv", "read_table"):
        replace(pandas, name, _reader(getattr(pandas, name)))


def _as_matrix(self: Any, columns: Any = None) -> Any:
    _report.note(".as_matrix()", ".to_numpy()")
    return (self if columns is None else self[columns]).to_numpy()


def _append(self: Any, other: Any, ignore_index: bool = False, **_: Any) -> Any:
    pandas = importlib.import_module("pandas")
    _report.note(".append(other)", "pandas.concat([..., other])")
    others = other if isinstance(other, list) else [other]
    if isinstance(other, dict) or (self.ndim == 2 and getattr(other, "ndim", 2) == 1):
        others = [pandas.DataFrame([other])]
    return pandas.concat([self, *others], ignore_index=ignore_index)


def _iteritems(self: Any) -> Any:
    _report.note(".iteritems()", ".items()")
    return self.items()


class _Ix:
    """Rows and columns by label, or by number where labels are no numbers."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def __getitem__(self, key: Any) -> Any:
        _report.note(".ix[...]", ".loc[...] or .iloc[...]")
        found = self.frame
        if isinstance(key, tuple) and found.ndim == 2:
            rows, columns = key
            found = _pick(found, columns, 1)
            return _pick(found, rows, 0)
        return _pick(found, key, 0)

    def __setitem__(self, key: Any, value: Any) -> None:
        _report.note(".ix[...] = ...", ".loc[...] = ... or .iloc[...] = ...")
        keys = key if isinstance(key, tuple) else (key,)
        axes = (self.frame.index, getattr(self.frame, "columns", None))
        places = zip(keys, axes, strict=False)
        self.frame.loc[tuple(_labels(k, axis) for k, axis in places)] = value


def _pick(frame: Any, key: Any, axis: int) -> Any:
    place = frame.loc if _is_label(key, frame.axes[axis]) else frame.iloc
    return place[(slice(None), key) if axis else key]


def _labels(key: Any, axis: Any) -> Any:
    return key if _is_label(key, axis) else axis[key]


def _is_label(key: Any, axis: Any) -> bool:
    """Tells whether a key of one axis is a label, and no number of a place."""
    if axis.dtype.kind in "iu":
        return True
    parts = [key.start, key.stop] if isinstance(key, slice) else np.ravel(key).tolist()
    whole = [type(part) is int for part in parts if part is not None]
    return not (whole and all(whole))


def _reader(read: Any) -> Any:
    """Returns a reader of tables that takes the old arguments too."""

    @functools.wraps(read)
    def read_old(path: Any, *args: Any, **given: Any) -> Any:
        old = {name: given.pop(name) for name in _OLD if name in given}
        for name in _IDLE:
            given.pop(name, None)
        if not old:
            return read(path, *args, **given)
        words = ", ".join(f"{name}=..." for name in old)
        _report.note(f"{read.__name__}({words})", f"{read.__name__}(...)")
        before, after = _translated(old, given)
        made = read(path, *args, **before)
        for step in after:
            made = step(made)
        return made

    return read_old


_OLD = (
    "prefix",
    "squeeze",
    "error_bad_lines",
    "delim_whitespace",
    "date_parser",
)


def _translated(old: dict[str, Any], given: dict[str, Any]) -> tuple[Any, list[Any]]:
    """Returns today's arguments, and what is to be done with the table then."""
    after: list[Any] = []
    if old.get("error_bad_lines") is False:
        given["on_bad_lines"] = "skip"
    if old.get("delim_whitespace"):
        given["sep"] = r"\s+"
    if old.get("date_parser") is not None:
        after.append(_dates(old["date_parser"], given))
    if old.get("prefix") is not None:
        after.append(lambda frame: frame.add_prefix(old["prefix"]))
    if old.get("squeeze"):
        after.append(lambda frame: frame.squeeze("columns"))
    return given, after


def _dates(parse: Any, given: dict[str, Any]) -> Any:
    """Returns what turns the columns of dates into dates, those of the index too."""
    wanted = given.pop("parse_dates", False)
    index = given.pop("index_col", None)
    groups = list(wanted.items()) if isinstance(wanted, dict) else None
    if groups is None:
        first = [0 if index is None else index]
        columns = wanted if isinstance(wanted, list) else first
        groups = [(None, c if isinstance(c, list) else [c]) for c in columns]

    def finish(frame: Any) -> Any:
        names = list(frame.columns)
        for title, places in groups:
            own = [names[p] if isinstance(p, int) else p for p in places]
            texts = frame[own].astype(str).agg(" ".join, axis=1)
            dates = [parse(text) for text in texts]
            at = frame.columns.get_loc(own[0]) if len(own) == 1 else 0
            frame = frame.drop(columns=own)
            frame.insert(at, title or "_".join(own), dates)
        return (
            frame
            if index is None
            else frame.set_index(
                frame.columns[index] if isinstance(index, int) else index
            )
        )

    return finish
