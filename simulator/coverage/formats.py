"""A coverage in the formats of coverage tools: LCOV, Cobertura, and a page of HTML.

A line is hit where anything of it is covered; where several things may happen because of
one line, each is a branch of it. So that equal runs give equal bytes, no time is written.
"""

from __future__ import annotations

import json
from html import escape
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET

from simulator.coverage.report import by_line, coverage_json, percent_text
from simulator.errors import UsageError, naming_file
from simulator.quoting import xml_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

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
    """Give the page: a table of files, and each file with what its lines miss."""
    return _HEAD + "".join(f"{line}\n" for line in _body(coverage, root))


def _body(coverage: Coverage, root: Path) -> Iterator[str]:
    files = coverage.by_file()
    yield f"<h1>Coverage of topologies: {percent_text(coverage.percent)}%</h1>"
    yield '<table class="files">'
    yield "<thead><tr><th>File<th>Items<th>Missing<th>Covered</tr></thead><tbody>"
    for number, (file, each) in enumerate(files.items(), 1):
        yield _row(f'<a href="#f{number}">{escape(file)}</a>', each)
    yield f"</tbody><tfoot>{_row('Total', coverage)}</tfoot></table>"
    yield _LEGEND
    for number, (file, each) in enumerate(files.items(), 1):
        yield f'<h2 id="f{number}">{escape(file)}: {percent_text(each.percent)}%</h2>'
        yield '<table class="source">'
        yield from _source(f"f{number}", each, _lines(root / file))
        yield "</table>"
    yield "</body>"
    yield "</html>"


def _row(name: str, coverage: Coverage) -> str:
    items, missing = len(coverage.items), len(coverage.missing)
    percent = percent_text(coverage.percent)
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
        yield f"<tr{_css_class(items, missing)}>{number}<td>{escape(text)}<td>{why}</tr>"


def _css_class(items: list[Item], missing: list[Item]) -> str:
    if not items:
        return ""
    share = "some" if len(missing) < len(items) else "none"
    return f' class="{share if missing else "all"}"'


_DTD = "http://cobertura.sourceforge.net/xml/coverage-04.dtd"


class _Lines(NamedTuple):
    """How many lines and branches there are, and how many of them are covered."""

    lines: int
    hit: int
    branches: int
    taken: int

    @classmethod
    def of(cls, coverages: Iterable[Coverage]) -> _Lines:
        lines = [
            _taken(each, items)
            for each in coverages
            for items in by_line(each).values()
        ]
        branching = [taken for taken in lines if len(taken) > 1]
        return cls(
            len(lines), sum(map(any, lines)),
            sum(map(len, branching)), sum(map(sum, branching)),
        )  # fmt: skip

    @property
    def rates(self) -> dict[str, str]:
        """Give the attributes that most elements of Cobertura have."""
        return {
            "line-rate": _rate(self.hit, self.lines),
            "branch-rate": _rate(self.taken, self.branches),
            "complexity": "0",
        }


def lcov_text(coverage: Coverage) -> str:
    """Give it as LCOV.

    Source: geninfo(1) of LCOV 2, "TRACEFILE FORMAT".
    """
    return "".join(
        f"{line}\n"
        for file, each in coverage.by_file().items()
        for line in _lcov_lines(file, each)
    )


def _lcov_lines(file: str, coverage: Coverage) -> Iterator[str]:
    lines = {at: _taken(coverage, items) for at, items in by_line(coverage).items()}
    numbers = _Lines.of([coverage])
    yield "TN:"
    yield f"SF:{file}"
    for at, taken in lines.items():
        if len(taken) > 1:
            for number, each in enumerate(taken):
                yield f"BRDA:{at},0,{number},{int(each) if any(taken) else '-'}"
    yield f"BRF:{numbers.branches}"
    yield f"BRH:{numbers.taken}"
    for at, taken in lines.items():
        yield f"DA:{at},{int(any(taken))}"
    yield f"LF:{numbers.lines}"
    yield f"LH:{numbers.hit}"
    yield "end_of_record"


def cobertura_text(coverage: Coverage) -> str:
    """Give it as XML of Cobertura: a folder is a package, a file a class.

    Source: coverage-04.dtd of Cobertura; it requires a timestamp, which is 0.
    """
    files = coverage.by_file()
    whole = _Lines.of(files.values())
    root = ET.Element(
        "coverage",
        whole.rates
        | {
            "lines-covered": str(whole.hit),
            "lines-valid": str(whole.lines),
            "branches-covered": str(whole.taken),
            "branches-valid": str(whole.branches),
            "version": "kn-sim",
            "timestamp": "0",
        },
    )
    ET.SubElement(ET.SubElement(root, "sources"), "source").text = "."
    packages = ET.SubElement(root, "packages")
    folders: dict[str, dict[str, Coverage]] = {}
    for file, each in files.items():
        folders.setdefault(str(PurePath(file).parent), {})[file] = each
    for folder, inside in folders.items():
        rates = _Lines.of(inside.values()).rates
        package = ET.SubElement(packages, "package", rates, name=xml_text(folder))
        classes = ET.SubElement(package, "classes")
        for file, each in inside.items():
            classes.append(_class(file, each))
    ET.indent(root)
    text = ET.tostring(root, encoding="unicode")
    head = (
        f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE coverage SYSTEM "{_DTD}">'
    )
    return f"{head}\n{text}\n"


def _class(file: str, coverage: Coverage) -> ET.Element:
    named = {"name": xml_text(PurePath(file).name), "filename": xml_text(file)}
    element = ET.Element("class", named | _Lines.of([coverage]).rates)
    ET.SubElement(element, "methods")
    lines = ET.SubElement(element, "lines")
    for at, items in by_line(coverage).items():
        taken = _taken(coverage, items)
        line = ET.SubElement(
            lines, "line", {"number": str(at), "hits": str(int(any(taken)))}
        )
        if len(taken) == 1:
            continue
        share = f"{100 * sum(taken) // len(taken)}% ({sum(taken)}/{len(taken)})"
        line.attrib |= {"branch": "true", "condition-coverage": share}
        conditions = ET.SubElement(line, "conditions")
        for number, each in enumerate(taken):
            covered = {"type": "jump", "coverage": "100%" if each else "0%"}
            ET.SubElement(conditions, "condition", {"number": str(number)} | covered)
    return element


def _taken(coverage: Coverage, items: Iterable[Item]) -> list[bool]:
    return [item.name in coverage.covered for item in items]


def _rate(part: int, whole: int) -> str:
    return f"{part / whole if whole else 1:.4g}"


def _json(coverage: Coverage, root: Path) -> str:
    return json.dumps(coverage_json(coverage), indent=2) + "\n"


# Name -> spells a coverage; of files whose names are relative to a folder.
FORMATS: MappingProxyType[str, Callable[[Coverage, Path], str]] = MappingProxyType(
    {
        "json": _json,
        "lcov": lambda coverage, root: lcov_text(coverage),
        "cobertura": lambda coverage, root: cobertura_text(coverage),
        "html": html_text,
    }
)


class Target(NamedTuple):
    """What to report, and where to: ``html:FILE``; ``text`` is for those who watch."""

    form: str
    path: str

    @classmethod
    def of(cls, text: str) -> Target:
        """Read it; UsageError where it is none."""
        form, _, path = text.partition(":")
        if text != "text" and not (form in FORMATS and path):
            raise UsageError(
                f"expected text or {'|'.join(FORMATS)}:FILE, found {text!r}"
            )
        return cls(form, path)

    def write(self, coverage: Coverage, folder: Path, root: Path) -> str:
        """Write the file, which is relative to a folder; say so, or raise an OSError."""
        file = folder / self.path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = FORMATS[self.form](coverage, root)
        with naming_file(self.path):
            file.write_text(text, "utf-8", errors="backslashreplace", newline="\n")
        return f"Coverage {self.form} written to file {self.path}"


def targets_of(
    texts: Iterable[str], folder: Path, read: Iterable[str | Path]
) -> list[Target]:
    """Read what to report.

    Args:
        texts: Each as `Target.of` takes it; none for text.
        folder: That their files are relative to.
        read: The files that are measured.

    Raises:
        UsageError: One is no target; or its file is a folder, is one of those that are
            measured, or that of another target.
    """
    targets = [Target.of(each) for each in texts] or [Target("text", "")]
    taken = {Path(each).resolve(): "is a file that is read" for each in read}
    for path in [target.path for target in targets if target.path]:
        file = (folder / path).resolve()
        if file.is_dir():
            raise UsageError(f"{path} is a folder, expected a file")
        if file in taken:
            raise UsageError(f"{path} {taken[file]}; name another")
        taken[file] = "is named twice"
    return targets
