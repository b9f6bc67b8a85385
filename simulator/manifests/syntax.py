"""A text that is no YAML is answered with what to change."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from yaml.reader import ReaderError

from simulator.errors import Fault, Position
from simulator.manifests.construct import TOO_DEEP, BoundError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from yaml import MarkedYAMLError
    from yaml.error import Mark

_TEMPLATE = re.compile(
    r"\{\{-?\s*(?:[.$]|/\*|(?:include|template|if|else|range|with|end|define|block"
    r"|toYaml|tpl|default|quote|required|printf|lookup)\b)"
)
_DOCUMENT = re.compile(r"^---(?=\s)", re.MULTILINE)
_TAB_INDENT = re.compile(r" *\t")
# What word processors and web pages make of the signs of YAML, at the places of those.
_LOOKALIKE = re.compile(
    r"^ *([\u2010-\u2015\u2212\u2022])(?= )|[:-] *([\u2018-\u201f])|(\xa0)"
)
_SHELL = re.compile(
    r"(?:[$#] ?)?(?:kubectl|oc|kn|cat|helm|curl) .*<<|(?:EOF|EOT|```\w*)$"
)
_LIBYAML_TOO_DEEP = "exceeded maximum nesting depth"
_INDENT = "check the indentation of this line and of the one above"
_QUOTE = "put the value in quotes"
_HINTS = {
    "mapping values are not allowed in this context": (
        "a second ': ' in this line needs quotes, or the indentation is wrong"
    ),
    "did not find expected key": _INDENT,
    "did not find expected '-' indicator": _INDENT,
    "could not find expected ':'": "a key is followed by ': '",
    "found character that cannot start any token": _QUOTE,
    "did not find expected node content": (
        "a '{' or '[' above is not closed, or a value is missing"
    ),
    "found undefined alias": (
        "'*' refers to an '&' anchor before it; put the value in quotes if it is a text"
    ),
}
_OPENED = {
    "while scanning a quoted scalar": "the quote opened in line {} is not closed",
    "while parsing a flow mapping": "the '{{' opened in line {} is not closed",
    "while parsing a flow sequence": "the '[' opened in line {} is not closed",
}
TEMPLATE_REASON = (
    "this is a Go template, as Helm has them, not yet a manifest; render the chart "
    "first: "
    "helm template CHART | kn-sim run -"
)
_YTT = re.compile(r"(?:^|[\s:-])#@(?=[ /a-z])", re.MULTILINE)
_JSONNET = re.compile(r"\s*(?:local\s+\w+\s*=|import\s*['\"])")
_JSONNET_REASON = (
    "this is Jsonnet, not yet a manifest; render it first: "
    "jsonnet -y FILE | kn-sim run -"
)
_YTT_REASON = (
    "this is a template of ytt, not yet a manifest; render it first: "
    "ytt -f FOLDER | kn-sim run -"
)


def template_fault(file: str, text: str, lines: Iterable[int]) -> Fault | None:
    """Point at a text's first Go template action, as Helm has it, or at one of ytt.

    None if neither the faulty *lines* nor those above them hold such an action.
    """
    if file.endswith((".jsonnet", ".libsonnet")) or _JSONNET.match(text):
        return Fault(_JSONNET_REASON, Position(file=file))
    ytt = _YTT.search(text)
    if ytt is not None:
        return Fault(_YTT_REASON, _at(file, text, ytt.start()))
    found = _TEMPLATE.search(text)
    if found is None:
        return None
    written = text.split("\n")
    if not any(_TEMPLATE.search("\n".join(written[max(n - 2, 0) : n])) for n in lines):
        return None
    return Fault(TEMPLATE_REASON, _at(file, text, found.start()))


def syntax_fault(
    file: str, text: str, error: MarkedYAMLError | ReaderError, first_line: int
) -> Fault:
    if isinstance(error, ReaderError):
        # libyaml counts bytes
        before = text.encode()[: error.position].decode(errors="ignore")
        position = _at(file, text, len(before))
        return Fault(
            position=position._replace(line=position.line + first_line - 1),
            reason=f"the character U+{error.character:04X} is not allowed in YAML; "
            "write it as an escape in double quotes",
        )
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    position = Position(file=file, line=first_line + line, column=column + 1)
    if isinstance(error, BoundError):
        return Fault(str(error.problem), position)
    if error.problem == _LIBYAML_TOO_DEEP:
        return Fault(TOO_DEEP, position)
    if _TAB_INDENT.match(_line(text, line)):
        return Fault(
            position=position,
            reason="a tab indents this line; YAML is indented with spaces",
        )
    problem = error.problem or "unreadable"
    hint = (
        _mistaken(text, line, first_line)
        or _opened(error, first_line)
        or _HINTS.get(problem, "")
    )
    return Fault(
        position=position, reason=f"not valid YAML: {problem}" + (hint and f"; {hint}")
    )


def _mistaken(text: str, line: int, first_line: int) -> str:
    """Point at what web pages have beside YAML, in a faulty line or just above it."""
    for number in range(line, max(line - 3, -1), -1):
        written = _line(text, number)
        if _SHELL.match(written):
            return f"line {first_line + number} is none of the manifest: {written!r}"
        found = _LOOKALIKE.search(written)
        if found is not None:
            return f"line {first_line + number} has {lookalike(found[0])}"
    return ""


_MEANT = {
    "Pd": "'-'",
    "Zs": "a space",
    "Pi": "a quote",
    "Pf": "a quote",
    "Ps": "a quote",
}


def lookalike(text: str) -> str:
    """Name the first sign of a text that is not ASCII, and which of YAML's it looks like."""
    sign = next(letter for letter in text if not letter.isascii())
    meant = _MEANT.get(unicodedata.category(sign), "")
    name = unicodedata.name(sign, "a character").lower()
    return f"U+{ord(sign):04X} ({name})" + (meant and f" in place of {meant}")


def half_pair(file: str, text: str, index: int) -> Fault:
    """Refuse half of a surrogate pair, which Python has in a text and UTF-8 has not."""
    reason = (
        f"U+{ord(text[index]):04X} is half of a character; a manifest is UTF-8 text"
    )
    return Fault(reason, _at(file, text, index))


def resume_index(text: str, error: MarkedYAMLError | ReaderError) -> int | None:
    mark: Mark | None = getattr(error, "problem_mark", None)
    if mark is None or isinstance(error, BoundError):
        return None
    following = _DOCUMENT.search(text, max(mark.index, 1))
    return following.start() if following else None


def _opened(error: MarkedYAMLError, first_line: int) -> str:
    hint = _OPENED.get(error.context or "")
    if hint is None or error.context_mark is None:
        return ""
    return hint.format(first_line + error.context_mark.line)


def _at(file: str, text: str, index: int) -> Position:
    before = text.count("\n", 0, index)
    column = index - (text.rfind("\n", 0, index) + 1)
    return Position(file=file, line=before + 1, column=column + 1)


def _line(text: str, number: int) -> str:
    lines = text.split("\n", number + 1)
    return lines[number] if number < len(lines) else ""
