"""Findings that a comment in the files says are meant so."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from simulator.rules import RULES
from simulator.rules.selection import UnknownRuleError, named
from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.manifests.comments import Ignore
    from simulator.wiring import Wiring

_CDEVENTS = "cdevents"  # these are found by `check --cdevents` alone
_PLACE = re.compile(r"(.*):(\d+):\d+", re.DOTALL)

Asked = Callable[[Collection[str]], Iterable[Finding]]
"""Finds what rules find that are told only when they are asked for."""


def with_ignored(wiring: Wiring, ignores: Collection[Ignore], asked: Asked) -> Wiring:
    """Set apart what comments ignore, and tell of comments that ignore nothing."""
    kept, ignored = parted(wiring.findings, ignores)
    idle = _idle(ignores, ignored, asked)
    return wiring.replace(findings=(*kept, *idle), ignored=ignored)


def parted(
    findings: Iterable[Finding], ignores: Collection[Ignore]
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Part findings in those told and those ignored; a fault is told always."""
    kept: list[Finding] = []
    ignored: list[Finding] = []
    for each in findings:
        fault = each.severity is Severity.FAULT
        met = not fault and any(_names(i, each.code) for i in _about(ignores, each))
        (ignored if met else kept).append(each)
    return tuple(kept), tuple(ignored)


def _about(ignores: Collection[Ignore], finding: Finding) -> Iterator[Ignore]:
    found = _PLACE.fullmatch(finding.where)
    if found:
        line = int(found[2])
        for each in ignores:
            if each.file == found[1] and each.first <= line <= each.last:
                yield each


def _names(ignore: Ignore, code: str) -> bool:
    return any(code in _known(word) for word in ignore.words)


def _known(word: str) -> frozenset[str]:
    try:
        return named(word)
    except UnknownRuleError:
        return frozenset()


def _idle(
    ignores: Collection[Ignore], ignored: Iterable[Finding], asked: Asked
) -> Iterator[Finding]:
    """Tell of each word that ignores nothing, not even what is told when asked for."""
    for each in ignores:
        if not each.words:
            yield _told(each, "names no rule; write # kn-sim: ignore KN104")
        for word in each.words:
            try:
                names = named(word)
            except UnknownRuleError as error:
                yield _told(each, str(error))
                continue
            more = [name for name in names if RULES[name].asked]
            if not (
                any(name.startswith(_CDEVENTS) for name in names)
                or _meets(each, names, ignored)
                or _meets(each, names, asked(more))
            ):
                yield _told(each, f"{word} finds nothing there")


def _meets(ignore: Ignore, names: Collection[str], found: Iterable[Finding]) -> bool:
    return any(f.code in names and any(_about((ignore,), f)) for f in found)


def _told(ignore: Ignore, message: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="idle-ignore",
        subject="comment",
        message=message,
        where=f"{ignore.file}:{ignore.line}:{ignore.column}",
    )
