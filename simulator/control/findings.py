"""What the author of a topology should know, collected in document order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.wiring import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulator.control.given import Admitted

Place = tuple["Admitted", str]
"""A resource, and the path of a field of it."""


class Findings:
    """The collected findings; each is kept once.

    Args:
        admitted: The resources, in the order that the findings shall have; findings
            about anything else come last.
    """

    __slots__ = ("_found", "_order")

    def __init__(self, admitted: Sequence[Admitted]) -> None:
        self._order = {each.key: at for at, each in enumerate(admitted)}
        self._found: dict[Finding, int] = {}

    def warn(
        self,
        about: Admitted,
        code: str,
        message: str,
        path: str = "",
        *,
        also: Place | None = None,
    ) -> None:
        """Say that something will hardly do what its author wants.

        Args:
            about: The resource.
            code: The name of the rule.
            message: What is to be known.
            path: The field.
            also: Another place that disagrees.
        """
        self._add(Severity.WARNING, about, code, message, path, also=also)

    def note(
        self,
        about: Admitted,
        code: str,
        message: str,
        path: str = "",
        *,
        also: Place | None = None,
    ) -> None:
        """Say what is good to know; the arguments are those of `warn`."""
        self._add(Severity.NOTE, about, code, message, path, also=also)

    def fault(self, about: Admitted, code: str, message: str, path: str = "") -> None:
        """Say that something that only kn-sim reads is wrong."""
        self._add(Severity.FAULT, about, code, message, path)

    def collected(self) -> tuple[Finding, ...]:
        """Give all findings in document order."""
        return tuple(sorted(self._found, key=self._found.__getitem__))

    def _add(
        self,
        severity: Severity,
        about: Admitted,
        code: str,
        message: str,
        path: str,
        *,
        also: Place | None = None,
    ) -> None:
        finding = Finding(
            severity=severity,
            code=code,
            subject=str(about.resource),
            message=message,
            where=str(about.resource.position(path)),
            path=path,
            also=() if also is None else (_shown(about, *also),),
        )
        self._found.setdefault(finding, self._order.get(about.key, len(self._order)))


def _shown(about: Admitted, other: Admitted, path: str) -> tuple[str, str]:
    """Give another place, and what stands there."""
    what = path if other is about else str(other.resource)
    return str(other.resource.position(path)), what
