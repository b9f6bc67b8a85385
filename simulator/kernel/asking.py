"""Whom a delivery asks that was under way when another topology took over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.filters import Verdict
from simulator.kernel.answer import Answer, Unreported
from simulator.kernel.panics import panicking
from simulator.kernel.program import FILTER_HOST, trigger_uid
from simulator.kernel.request import Role
from simulator.kernel.target import Target

if TYPE_CHECKING:
    from simulator.kernel.envelope import Envelope
    from simulator.kernel.kernel import Kernel
    from simulator.kernel.lane import Lane

_OK = 200
_NOT_FOUND, _BAD_REQUEST = 404, 400


def whom_to_ask(
    kernel: Kernel, lane: Lane, target: Target, envelope: Envelope, role: Role
) -> tuple[Lane, Target]:
    """Look up again whom a delivery asks that began in an earlier program.

    A channel's fan-out keeps the subscription that it began with: addresses, retries,
    backoff. Behind an address is what is there now. Behind a broker the address is
    that of the filter service, which looks the trigger up at each request.

    Returns:
        The route for this attempt, and whom it leads to.

    Source: knative-runtime, "Shape of one delivery" (the trigger's filter is judged
        again at each try), Filter service (wrong uid 400, unknown trigger 404, filter
        does not match 200, empty), Dead letters (no attributes where the filter makes
        no report). pkg/channel/fanout/fanout_event_handler.go (read, not run): the
        subscription is bound when the event is dispatched.
    """
    program = kernel.program
    if not (lane.filtered and role is Role.EVENT):
        return lane, program.afresh(target)
    key = lane.route.resource
    current = program.trigger(key)
    if current is lane:  # the hub judged the filter, which is the same at each try
        return lane, lane.target
    if program.generations.get(key, 0) != lane.generation:
        return lane, _gone(lane, there=key in program.wiring.resources)
    if current is None:
        # Its broker is gone or not ready; the trigger's status keeps the last address
        # (pkg/reconciler/broker/trigger/trigger.go, read, not run).
        return lane, program.target(lane.route.subscriber)
    now = lane.to(current.target, lane.retries)
    now.filter, now.format = current.filter, current.format
    if now.filter is None:
        return now, now.target
    verdict = now.filter.verdict(envelope.attributes())
    if verdict is Verdict.PANIC:
        now = panicking(now)
    elif verdict is Verdict.FAIL:
        now = now.to(_filter_service(lane, Answer(_OK)), lane.retries)
    return now, now.target


def _gone(lane: Lane, *, there: bool) -> Target:
    """Give the filter service that knows no such trigger, or one of another UID."""
    if there:
        refusal = Unreported(_BAD_REQUEST, "the trigger was created anew")
    else:
        refusal = Unreported(_NOT_FOUND, "the trigger was deleted")
    return _filter_service(lane, refusal)


def _filter_service(lane: Lane, answer: Answer) -> Target:
    key = lane.route.resource
    uid = trigger_uid(key.namespace, key.name, lane.generation)
    url = f"http://{FILTER_HOST}/triggers/{key.namespace}/{key.name}/{uid}"
    return Target("broker-filter", url, fixed=answer)
