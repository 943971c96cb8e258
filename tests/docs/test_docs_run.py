"""The code on pages of the documentation runs, and prints what the page says."""

import contextlib
import io
import re
from pathlib import Path

import pytest

import keryx

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ["files.md", "sequences.md"]
BLOCK = re.compile(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", re.DOTALL)
IMAGE = re.compile(r"!\[[^]]+\]\(([^)]+)\)")
LARGEST = 60_000  # bytes of a picture


@pytest.mark.parametrize("page", PAGES)
def test_code_prints_what_the_page_says(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    keryx.utils.clear_session()  # names of layers begin anew, as in a new process
    names = {}
    for code, said in BLOCK.findall((DOCS / page).read_text(encoding="utf-8")):
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, page, "exec"), names)
        assert printed.getvalue() == said


@pytest.mark.parametrize("page", ["sequences.md"])
def test_pictures_are_there_and_small(page):
    pictures = IMAGE.findall((DOCS / page).read_text(encoding="utf-8"))
    assert pictures
    assert all(0 < (DOCS / name).stat().st_size < LARGEST for name in pictures)


@pytest.mark.parametrize("page", sorted(p.name for p in DOCS.glob("*.md")))
def test_every_page_is_in_the_navigation(page):
    assert f": {page}\n" in (DOCS.parent / "mkdocs.yml").read_text(encoding="utf-8")
