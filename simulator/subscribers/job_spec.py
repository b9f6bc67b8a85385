"""What the Jobs of a JobSink come to, as a Simulation document says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.statuses import FAILING
from simulator.subscribers.emission import parse_emissions
from simulator.subscribers.latency import parse_latency
from simulator.subscribers.script import Response
from simulator.subscribers.service_spec import ServiceSpec

if TYPE_CHECKING:
    from simulator.subscribers.fields import Fields

_FIELDS = ("latency", "ends", "emit", "handler", "errors", "reconciled")
_ENDS = {"complete": Response(status=200), "failed": Response(status=500)}


def parse_job(fields: Fields) -> ServiceSpec:
    """Read what is said of the Jobs of one JobSink; faults go to *fields*.

    Returns:
        What is asked in the place of a Job: a success where it completes.
    """
    fields.only(_FIELDS)
    handler = fields.text("handler")
    if handler and ":" not in handler:
        fields.fault("handler", f"expected module:function, found {handler!r}")
    for name in ("ends", "emit") if handler else ():
        if name in fields:
            fields.fault(name, "a Job with a handler ends and emits by it alone")
    if "errors" in fields and not handler:
        fields.fault("errors", "is for a handler, which a Python function plays")
    ends = _ends(fields)
    return ServiceSpec(
        latency=parse_latency(fields, "latency"),
        responses=tuple(end for end in ends if isinstance(end, Response)),
        emissions=parse_emissions(fields, "emit"),
        handler=handler,
        errors=fields.number("errors", FAILING[0], FAILING[-1], 0),
        reconciled="reconciled" not in fields or fields.flag("reconciled"),
        refusals=tuple("" if isinstance(end, Response) else end for end in ends),
    )


def _ends(fields: Fields) -> list[Response | str]:
    """Read how Jobs end, one after another; a text for one that is not created."""
    written = fields.get("ends")
    if written is None:
        return []
    found: list[Response | str] = []
    several = isinstance(written, list)
    for number, each in enumerate(written if several else [written]):
        where = f"ends[{number}]" if several else "ends"
        refused = each.get("refused") if isinstance(each, dict) else None
        if isinstance(refused, str) and refused and len(each) == 1:
            found.append(refused)
        elif isinstance(each, str) and each in _ENDS:
            found.append(_ENDS[each])
        else:
            near = nearest(each, _ENDS) if isinstance(each, str) else ""
            fields.fault(
                where,
                "expected complete, failed or {refused: what the API server says}, "
                f"found {each!r}{near}",
            )
    return found
