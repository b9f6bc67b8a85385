"""The warnings that came with a change of the file: told once, shown until seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from simulator.wiring import Finding


class Warned:
    """Knows which warnings somebody has seen."""

    def __init__(self) -> None:
        self._seen: frozenset[tuple[str, ...]] | None = None
        self._before: frozenset[tuple[str, ...]] = frozenset()

    def see(self, problems: Iterable[Finding]) -> None:
        """Take all that there are as seen."""
        self._seen = frozenset(map(_essence, problems))

    def begin(self, problems: Sequence[Finding]) -> None:
        """Look at what there is before a change; what was there at first is seen."""
        self._before = frozenset(map(_essence, problems))
        if self._seen is None:
            self.see(problems)

    def new(self, problems: Iterable[Finding]) -> list[Finding]:
        """List the warnings that the last change brought."""
        return [
            each for each in _warnings(problems) if _essence(each) not in self._before
        ]

    def unseen(self, problems: Iterable[Finding]) -> list[Finding]:
        """List the warnings that nobody has seen."""
        seen = self._seen
        if seen is None:
            return []
        return [each for each in _warnings(problems) if _essence(each) not in seen]


def _warnings(problems: Iterable[Finding]) -> Iterable[Finding]:
    return (each for each in problems if each.severity is not Severity.NOTE)


def _essence(finding: Finding) -> tuple[str, ...]:
    """Give what stays of a finding while it moves within the file."""
    return (finding.code, finding.subject, finding.path, finding.message)
