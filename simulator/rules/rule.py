"""What is known of one rule of `check`."""

from __future__ import annotations

from typing import NamedTuple


class Rule(NamedTuple):
    """A rule; ids and names are stable.

    Attributes:
        id: ``KN104``; rules that are cases of one share it.
        name: ``catch-all``, unique; the ``code`` of its findings.
        severities: Of its findings, the usual one first.
        why: What comes of it.
        fix: The smallest change that ends it.
        asked: Only `timetable` tells it, and `check` where ``--select`` names it.
    """

    id: str
    name: str
    severities: str
    what: str
    why: str
    fix: str
    source: str
    asked: bool = False

    @property
    def severity(self) -> str:
        """The usual severity: ``fault``, ``warning`` or ``note``."""
        return self.severities.partition(",")[0]
