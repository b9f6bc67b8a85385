"""What records say of faults, approvals and breakpoints: of those who meddle with a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.trace import Record

INTERVENTIONS: Mapping[str, str] = {
    "fault-set": "fault",
    "fault-lifted": "fault",
    "fault-hit": "fault",
    "waiting": "waiting",
    "approved": "approved",
    "rejected": "rejected",
    "withdrawn": "rejected",
    "held": "held",
    "released": "held",
    "dropped": "dropped",
}
"""The words of the trace, each with its outcome word."""


def intervention_sentence(record: Record) -> str:
    """Tell what such a record says."""
    target, detail = record.target, record.detail
    kind = str(record.kind)
    if kind in _SENTENCES:
        where = "everywhere" if target == "*" else f"at {target}"
        told = _SENTENCES[kind].format(
            fault=detail, where=where, target=target, source=record.source
        )
        return told[:1].upper() + told[1:] if kind.startswith("fault") else told
    why = f": {detail}" if detail else ""
    answers = f"; {target} answers {record.status}" if record.status else ""
    return f"It is {kind}{why}{answers}."


_SENTENCES = {
    "fault-set": "{fault} is in force {where}.",
    "fault-lifted": "{fault} is lifted {where}.",
    "fault-hit": "{fault} hits the request to {target}.",
    "waiting": "{source} holds the request until it is decided.",
    "held": "A breakpoint holds the request before {target} gets it.",
    "released": "The request that was held goes on to {target}.",
    "dropped": "The request that was held is dropped: {target} never gets it.",
}
