"""What a program that was run is in today's spelling, as a patch."""

import ast
import difflib
import os
from collections.abc import Iterator
from typing import Any, NamedTuple

from keryx.dialects import _report, _run
from keryx.dialects._modules import LegacyModule, ROOTS
from keryx.dialects._roots import module_at


class Edit(NamedTuple):
    """A stretch of a text, in bytes of UTF-8, and what comes in its place."""

    begin: int
    end: int
    text: str


def patch(script: str) -> str:
    """Returns a unified diff of a program and today's spelling of what it called.

    What cannot be rewritten without thought is listed at the end, as comments.

    Args:
        script: The file of a program that has been run.
    """
    mine = [r for r in _report.rewrites() if os.path.realpath(r.file) == _path(script)]
    old = _run.read(script)
    new, left = modernized(old, mine)
    lines = difflib.unified_diff(
        old.splitlines(True), new.splitlines(True), script, script
    )
    ended = (line if line.endswith("\n") else f"{line}\n" for line in lines)
    notes = (f"# line {r.line}: `{r.old}` is `{r.new}` today\n" for r in left)
    return "".join((*ended, *notes))


def _path(script: str) -> str:
    return os.path.realpath(script)


def modernized(
    source: str, rewrites: list[_report.Rewrite]
) -> tuple[str, list[_report.Rewrite]]:
    """Returns a program with its calls in today's spelling, and what was left as it is.

    Example:
        >>> made = _report.Rewrite("x", 1, "Dense(output_dim=3)", "Dense(units=3)")
        >>> modernized("Dense(output_dim=n)", [made])
        ('Dense(units=n)', [])

    Args:
        source: The program.
        rewrites: What was recorded while it ran.
    """
    left = []
    renamed: dict[str, str] = {}
    # From below, so that the lines above keep their numbers.
    for rewrite in sorted(rewrites, key=lambda r: -r.line):
        edits = _edits(source, rewrite)
        if edits is None:
            left.append(rewrite)
            continue
        source = _applied(source, edits)
        olds, news = rewrite.old.partition("(")[0], rewrite.new.partition("(")[0]
        if olds != news and olds.isidentifier() and news.isidentifier():
            renamed[olds] = news
    return _applied(source, list(_imports(source, renamed))), left[::-1]


def _applied(source: str, edits: list[Edit]) -> str:
    text = source.encode()
    for edit in sorted(edits, reverse=True):
        text = text[: edit.begin] + edit.text.encode() + text[edit.end :]
    return text.decode()


class _Text:
    """A program and its syntax tree, with places in bytes."""

    def __init__(self, source: str) -> None:
        self.bytes = source.encode()
        self.tree = ast.parse(source)
        self.starts = [0]
        for line in self.bytes.splitlines(True):
            self.starts.append(self.starts[-1] + len(line))

    def begin(self, node: Any) -> int:
        return int(self.starts[node.lineno - 1] + node.col_offset)

    def end(self, node: Any) -> int:
        return int(self.starts[node.end_lineno - 1] + node.end_col_offset)

    def of(self, node: Any) -> str:
        return self.bytes[self.begin(node) : self.end(node)].decode()

    def at(self, line: int, kind: type) -> Iterator[Any]:
        for node in ast.walk(self.tree):
            if isinstance(node, kind):
                place: Any = node
                if place.lineno <= line <= place.end_lineno:
                    yield node


def _edits(source: str, rewrite: _report.Rewrite) -> list[Edit] | None:
    """Returns the changes of one rewrite, or `None` if they are not clear."""
    try:
        old, new = (_parsed(words) for words in (rewrite.old, rewrite.new))
        text = _Text(source)
    except SyntaxError:
        return None
    if isinstance(old, ast.Call) and isinstance(new, ast.Call):
        found = [c for c in text.at(rewrite.line, ast.Call) if _is_call(c, old)]
        near = min(found, key=lambda c: abs(c.lineno - rewrite.line), default=None)
        return None if near is None else _call(text, near, old, new)
    if isinstance(old, ast.Constant) and isinstance(new, ast.Constant):
        words = text.at(rewrite.line, ast.Constant)
        same = [w for w in words if w.value == old.value]
        return [_whole(text, w, repr(new.value)) for w in same] or None
    if isinstance(old, ast.Attribute):
        return _attribute(text, rewrite.line, old, new)
    return None


def _parsed(words: str) -> Any:
    """Returns the tree of a spelling; of `opt.lr = ...` what is assigned to."""
    return ast.parse(words.removesuffix(" = ..."), mode="eval").body


def _whole(text: _Text, node: Any, words: str) -> Edit:
    return Edit(text.begin(node), text.end(node), words)


def _attribute(text: _Text, line: int, old: Any, new: Any) -> list[Edit] | None:
    """Changes `x.lr` to `x.learning_rate`, and `np.float` to `float`."""
    same = [n for n in text.at(line, ast.Attribute) if n.attr == old.attr]
    if isinstance(new, ast.Name):
        return [_whole(text, n, new.id) for n in same] or None
    if not isinstance(new, ast.Attribute):
        return None
    if ast.unparse(old.value) != ast.unparse(new.value):
        return None
    return [_whole(text, n, f"{text.of(n.value)}.{new.attr}") for n in same] or None


def _is_call(node: ast.Call, old: ast.Call) -> bool:
    """Tells whether a call in a program is the one that was recorded."""
    names = [word.arg for word in node.keywords]
    return (
        _last(node.func) == _last(old.func)
        and len(node.args) == len(old.args)
        and not any(isinstance(arg, ast.Starred) for arg in node.args)
        and sorted(map(str, names)) == sorted(str(word.arg) for word in old.keywords)
    )


def _last(node: Any) -> str:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return str(name)


def _call(text: _Text, node: ast.Call, old: ast.Call, new: ast.Call) -> Any:
    """Returns the changes that turn a call into the new one."""
    words = {word.arg: text.of(word.value) for word in node.keywords}
    pool = [(ast.dump(a), text.of(n)) for a, n in zip(old.args, node.args, strict=True)]
    pool += [(ast.dump(word.value), words[word.arg]) for word in old.keywords]
    pieces = [_piece(value, pool) for value in new.args]
    for word in new.keywords:
        value = _piece(word.value, pool)
        pieces.append(None if value is None else f"{word.arg}={value}")
    if None in pieces:
        return None
    edits = [_head(text, node.func, _last(new.func))]
    places = [*node.args, *node.keywords]
    if len(places) == len(pieces) and _same_order(text, places):
        pairs = zip(places, pieces, strict=True)
        changed = [(p, w) for p, w in pairs if w is not None and text.of(p) != w]
        return edits + [_whole(text, place, words) for place, words in changed]
    if not places:
        return None
    begin, end = text.begin(places[0]), text.end(places[-1])
    return [*edits, Edit(begin, end, ", ".join(p for p in pieces if p))]


def _same_order(text: _Text, places: list[Any]) -> bool:
    begins = [text.begin(place) for place in places]
    return begins == sorted(begins)


def _head(text: _Text, func: Any, name: str) -> Edit:
    if isinstance(func, ast.Attribute):
        return _whole(text, func, f"{text.of(func.value)}.{name}")
    return _whole(text, func, name)


def _piece(value: Any, pool: list[tuple[str, str]]) -> str | None:
    """Returns a value as the program wrote it, if it is one that it gave."""
    dump = ast.dump(value)
    for i, (known, words) in enumerate(pool):
        if known == dump:
            del pool[i]
            return words
    if isinstance(value, ast.Tuple | ast.List):
        parts = [_piece(item, pool) for item in value.elts]
        if None in parts:
            return None
        inner = ", ".join(part for part in parts if part)
        if isinstance(value, ast.List):
            return f"[{inner}]"
        return f"({inner},)" if len(parts) == 1 else f"({inner})"
    wild = any(isinstance(n, ast.Constant) and n.value is ... for n in ast.walk(value))
    return None if wild else ast.unparse(value)


def _imports(source: str, renamed: dict[str, str]) -> Iterator[Edit]:
    """Yields the changes of the imports: modules of today, and names of today."""
    text = _Text(source)
    used = {node.id for node in ast.walk(text.tree) if isinstance(node, ast.Name)}
    for node in ast.walk(text.tree):
        if not isinstance(node, ast.ImportFrom) or node.level or not node.module:
            continue
        names: list[str] = []
        for alias in node.names:
            words = f"{alias.name} as {alias.asname}" if alias.asname else alias.name
            today = renamed.get(alias.name) if alias.asname is None else None
            if today is None or alias.name in used:
                names.append(words)
            if today is not None:
                names.append(today)
        module = _module_of_today(node.module, [a.name for a in node.names], renamed)
        old = [(a.name, a.asname) for a in node.names]
        if (
            module != node.module
            or len(names) != len(old)
            or renamed.keys() & {name for name, _ in old}
        ):
            listed = ", ".join(dict.fromkeys(names))
            yield _whole(text, node, f"from {module} import {listed}")


def _module_of_today(path: str, names: list[str], renamed: dict[str, str]) -> str:
    """Returns where names are imported from today."""
    if not any(path.startswith(root) for root in ROOTS) or "*" in names:
        return path
    module = module_at(path)
    if not isinstance(module, LegacyModule):
        return path
    root = next(root for root in ROOTS if path.startswith(root))
    for source in module._sources:
        public = module_at(f"keras.{source}") if source and source[0] != "." else None
        if public is None:
            continue
        if all(renamed.get(name, name) in vars(public) for name in names):
            return f"{root}{source}"
    return path
