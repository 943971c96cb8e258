"""Small pieces of HTML."""

import html
from collections.abc import Iterable, Sequence


def escape(text: object) -> str:
    """Returns a text as it may stand in HTML, attributes included."""
    return html.escape(str(text), quote=True)


def tag(name: str, inside: str, **attributes: str) -> str:
    """Returns an element; `inside` is HTML, attributes are text.

    Example:
        >>> tag("p", "x", class_="note")
        '<p class="note">x</p>'
    """
    given = (f' {k.rstrip("_")}="{escape(v)}"' for k, v in attributes.items())
    return f"<{name}{''.join(given)}>{inside}</{name}>"


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    caption: str,
    *,
    text_columns: int = 1,
    foot: Iterable[Sequence[object]] = (),
) -> str:
    """Returns a table that scrolls sideways where it does not fit.

    Args:
        head: Headings.
        rows: Cells, as text; the first of a row is its heading.
        caption: What the table shows, for screen readers too.
        text_columns: How many columns, from the left, are text rather than numbers.
        foot: Rows below a line.
    """

    def row(cells: Sequence[object], heading: bool = False) -> str:
        made = []
        for i, cell in enumerate(cells):
            kind = {} if i < text_columns else {"class_": "number"}
            if heading:
                made.append(tag("th", escape(cell), scope="col", **kind))
            elif i == 0:
                made.append(tag("th", escape(cell), scope="row", **kind))
            else:
                made.append(tag("td", escape(cell), **kind))
        return tag("tr", "".join(made))

    parts = [tag("caption", escape(caption)), tag("thead", row(head, heading=True))]
    parts.append(tag("tbody", "\n".join(row(cells) for cells in rows)))
    ends = [row(cells) for cells in foot]
    parts += [tag("tfoot", "\n".join(ends))] if ends else []
    inside = tag("table", "\n".join(parts))
    label = {"role": "region", "aria-label": caption, "tabindex": "0"}
    return tag("div", inside, class_="wide", **label)


def figure(inside: str, caption: str) -> str:
    """Returns a figure with its caption."""
    return tag("figure", inside + tag("figcaption", escape(caption)))


def section(title: str, *parts: str) -> str:
    """Returns a titled part of the page."""
    slug = "-".join(title.lower().split())
    inside = tag("h2", escape(title), id=slug) + "\n" + "\n".join(p for p in parts if p)
    return f'<section aria-labelledby="{escape(slug)}">\n{inside}\n</section>'
