"""A filter's answer is one of four verdicts, and only `FAIL` blocks an event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from typing import TypeAlias


class Verdict(Enum):
    """What the broker's filter handler decides about one event and one trigger.

    Source: knative-resources 5, "Three-valued result: Pass, Fail, NoFilter; only
        Fail blocks"; knative-runtime, "Filters", for the panic.
    """

    PASS = "pass"  # noqa: S105 - no password
    FAIL = "fail"
    NO_FILTER = "noFilter"  # nothing to judge: delivered as with PASS
    PANIC = "panic"  # the real handler crashes: the connection drops, the hop retries

    @property
    def delivers(self) -> bool:
        """Whether the event reaches the subscriber."""
        return self in (Verdict.PASS, Verdict.NO_FILTER)


Judge: TypeAlias = Callable[[Mapping[str, str]], Verdict]


_NO_FILTER = Verdict.NO_FILTER  # looking up a member costs more than the call


def no_filter(_attributes: Mapping[str, str]) -> Verdict:
    """Let every event through."""
    return _NO_FILTER
