"""What a service that approves requests does with each of them, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.subscribers.condition import Condition, parse_condition
from simulator.subscribers.latency import NO_LATENCY, Latency, parse_latency
from simulator.subscribers.script import Response, parse_response
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields, Table

APPROVE, REJECT, TIMEOUT = "approve", "reject", "timeout"
_THEN = (APPROVE, REJECT, TIMEOUT)
APPROVAL: Table = {
    "approve": ("response", "the answer to what is approved; 200"),
    "reject": ("response", "the answer to what is rejected; 403"),
    "policy": ("policy", "what is decided by itself"),
    "deadline": ("duration", "how long it waits"),
    "then": (_THEN, "what happens at the deadline"),
}
POLICY: Table = {
    "approve": ("text", "CESQL"),
    "reject": ("text", "CESQL; looked at first"),
    "after": ("latency", "how long that takes"),
}
_FORBIDDEN = 403


class Policy(Value):
    """Which requests are decided by themselves; *reject* has a say before *approve*."""

    approve: Condition | None = None
    reject: Condition | None = None
    after: Latency = NO_LATENCY

    def decision(self, attributes: Mapping[str, str]) -> str:
        """Give ``approve`` or ``reject``; empty where somebody has to decide."""
        if self.reject is not None and self.reject.holds(attributes):
            return REJECT
        approves = self.approve is not None and self.approve.holds(attributes)
        return APPROVE if approves else ""

    def decides(self, attributes: Mapping[str, object]) -> bool:
        return bool(self.decision({n: str(v) for n, v in attributes.items()}))


class ApprovalSpec(Value):
    """How a service decides about requests, and what it answers.

    Args:
        deadline_ns: How long it waits for a decision; None for ever.
        then: What happens at the deadline: ``approve``, ``reject``, or ``timeout``:
            nobody can decide any more, and there is no answer.
    """

    approve: Response = Response()
    reject: Response = Response(status=_FORBIDDEN)
    policy: Policy = Policy()
    deadline_ns: int | None = None
    then: str = REJECT


def parse_approval(fields: Fields, name: str) -> ApprovalSpec | None:
    """Read ``approval: {approve: {reply: {…}}, reject: 403, deadline: 1h, then: reject}``.

    None when absent; ``approval: {}`` is one.
    """
    if name not in fields:
        return None
    part = fields.child(name)
    part.only(APPROVAL)
    deadline_ns = part.duration("deadline") if "deadline" in part else None
    then = part.text("then", REJECT)
    if then not in _THEN:
        hint = nearest(then, _THEN)
        part.fault("then", f"expected one of {', '.join(_THEN)}, found {then!r}{hint}")
    elif "then" in part and deadline_ns is None:
        part.fault("then", "says what happens at the deadline; there is none")
    return ApprovalSpec(
        approve=parse_response(part, "approve", Response()),
        reject=parse_response(part, "reject", Response(status=_FORBIDDEN)),
        policy=_parse_policy(part.child("policy")),
        deadline_ns=deadline_ns,
        then=then,
    )


def _parse_policy(fields: Fields) -> Policy:
    fields.only(POLICY)
    return Policy(
        approve=parse_condition(fields, "approve"),
        reject=parse_condition(fields, "reject"),
        after=parse_latency(fields, "after"),
    )
