"""A coverage as one page of HTML, which needs no other file and no network."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from simulator.coverage.report import by_line, percent_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulator.coverage.item import Coverage, Item

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Coverage of topologies</title>
<style>
:root { color-scheme: light dark; --all: #dcf5dc; --some: #fff3c4; --none: #ffdcd9; --dim: #6a6a6a; --why: #a1260d; }
@media (prefers-color-scheme: dark) {
  :root { --all: #12351b; --some: #453a0b; --none: #4c1a17; --dim: #9a9a9a; --why: #ffa198; }
}
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem; }
table { border-collapse: collapse; }
.files td, .files th { padding: .15rem .9rem .15rem 0; text-align: right; }
.files td:first-child, .files th:first-child { text-align: left; }
.files tfoot td { border-top: 1px solid; font-weight: bold; }
.source { font: 13px/1.55 ui-monospace, monospace; }
.source td { padding: 0 .8rem 0 .3rem; vertical-align: top; white-space: pre-wrap; overflow-wrap: anywhere; }
.source td:first-child { text-align: right; white-space: nowrap; overflow-wrap: normal; }
.source td:first-child a { color: var(--dim); text-decoration: none; }
.source td:last-child { color: var(--why); }
.all td:nth-child(2), b.all { background: var(--all); }
.some td:nth-child(2), b.some { background: var(--some); }
.none td:nth-child(2), b.none { background: var(--none); }
b { padding: 0 .4rem; font-weight: normal; }
</style>
</head>
<body>
"""
_LEGEND = (
    '<p><b class="all">all of the line is covered</b> <b class="some">some of it</b> '
    '<b class="none">nothing of it</b>; what is missing stands beside it.</p>'
)


def html_text(coverage: Coverage, root: Path) -> str:
    """Give the page: a table of files, and each file with what its lines miss.

    Args:
        coverage: Whose files are shown, as far as they can be read.
        root: What their names are relative to.
    """
    return _HEAD + "".join(f"{line}\n" for line in _body(coverage, root))


def _body(coverage: Coverage, root: Path) -> Iterator[str]:
    files = coverage.by_file()
    yield f"<h1>Coverage of topologies: {percent_text(coverage)}%</h1>"
    yield '<table class="files">'
    yield "<thead><tr><th>File<th>Items<th>Missing<th>Covered</tr></thead><tbody>"
    for number, (file, each) in enumerate(files.items(), 1):
        yield _row(f'<a href="#f{number}">{escape(file)}</a>', each)
    yield f"</tbody><tfoot>{_row('Total', coverage)}</tfoot></table>"
    yield _LEGEND
    for number, (file, each) in enumerate(files.items(), 1):
        yield f'<h2 id="f{number}">{escape(file)}: {percent_text(each)}%</h2>'
        yield '<table class="source">'
        yield from _source(f"f{number}", each, _lines(root / file))
        yield "</table>"
    yield "</body>"
    yield "</html>"


def _row(name: str, coverage: Coverage) -> str:
    items, missing = len(coverage.items), len(coverage.missing)
    percent = percent_text(coverage)
    return f"<tr><td>{name}<td>{items}<td>{missing}<td>{percent}%</tr>"


def _lines(file: Path) -> list[str]:
    """Read a file; nothing of one that is not there, such as stdin."""
    try:
        return file.read_text("utf-8", errors="replace").splitlines()
    except (OSError, ValueError):
        return []


def _source(name: str, coverage: Coverage, lines: list[str]) -> Iterator[str]:
    """Give a row for each line, or only for those with items where the file is not there."""
    found = by_line(coverage)
    for at in range(1, len(lines) + 1) if lines else found:
        text = lines[at - 1] if lines else ""
        items = found.get(at, [])
        missing = [item for item in items if item.name not in coverage.covered]
        number = f'<td><a id="{name}-{at}" href="#{name}-{at}">{at}</a>'
        why = "<br>".join(f"✗ {escape(item.told)}" for item in missing)
        yield f"<tr{_class(items, missing)}>{number}<td>{escape(text)}<td>{why}</tr>"


def _class(items: list[Item], missing: list[Item]) -> str:
    if not items:
        return ""
    share = "some" if len(missing) < len(items) else "none"
    return f' class="{share if missing else "all"}"'
