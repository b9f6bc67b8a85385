"""What of a route makes a difference between brokers matter to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.delivery import BackoffPolicy, PeriodError, Retries, parse_period
from simulator.event import NotAnEventError, UnparsableEventError, read_http
from simulator.kernel import Failure
from simulator.profiles.profile import Reading, Unretried
from simulator.statuses import SERVER_ERROR, SUCCESS
from simulator.subscribers.replies import Echo, StaticReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.profiles import Profile
    from simulator.subscribers.replies import Reply
    from simulator.subscribers.script import Response
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Hub, Route

_LONG_BODY = 768
_SINK = "deadLetterSink"


class Case(NamedTuple):
    """A route of a broker, with all that is known of it.

    Args:
        name: The node of its subscriber; empty for what is no service.
        service: What is said of that; None for nothing.
        sink_name: The node of its dead letter sink, likewise.
        sink: What is said of that.
    """

    hub: Hub
    route: Route
    spec: Mapping[str, Any]
    name: str
    service: ServiceSpec | None
    sink_name: str
    sink: ServiceSpec | None
    circles: bool

    @property
    def block(self) -> Mapping[str, Any]:
        """The `delivery` that is written for it: its own, else that of the broker."""
        own, hubs = self.route.delivery, self.hub.delivery
        return (own if own is not None else hubs) or {}

    @property
    def has_retries(self) -> bool:
        retry = self.block.get("retry")
        return isinstance(retry, int) and retry > 0

    def retries_in(self, *profiles: Profile) -> bool:
        return self.has_retries and self._reads(profiles)

    def sink_in(self, *profiles: Profile) -> bool:
        own = self.route.delivery
        if own is None:
            return _SINK in self.block and self._reads(profiles)
        rules = [each.in_force for each in profiles]
        kept = all(rule.keeps_sink or rule.merges for rule in rules)
        return _SINK in own or (kept and _SINK in (self.hub.delivery or {}))

    def _reads(self, profiles: tuple[Profile, ...]) -> bool:
        own = self.route.delivery is not None
        return own or all(each.in_force.reads_hub for each in profiles)

    @property
    def responses(self) -> tuple[Response, ...]:
        return () if self.service is None else tuple(_responses(self.service))

    @property
    def replies(self) -> Iterator[Reply]:
        if self.service is not None and self.service.reply is not None:
            yield self.service.reply
        for each in self.responses:
            if each.reply is not None:
                yield each.reply


def _responses(spec: ServiceSpec) -> Iterator[Response]:
    yield from spec.responses
    for rule in spec.rules:
        yield from rule.responses
    if spec.approval is not None:
        yield from (spec.approval.approve, spec.approval.reject)


def _filters(case: Case, *_: Profile) -> str:
    if not case.spec.get("filters"):
        return ""
    return "filter and filters" if case.spec.get("filter") else "only filters"


def _values(case: Case, *profiles: Profile) -> str:
    attributes = (case.spec.get("filter") or {}).get("attributes") or {}
    readings = {each.filtering.reading for each in profiles}
    exchange = Reading.HEADERS_EXCHANGE in readings
    parts = list(_leaves(case.spec.get("filters") or ()))
    exact = [v for w, part in parts if w == "exact" for v in part.values()]
    if "" in attributes.values() or ("" in exact and not exchange):
        return 'the value "" in a filter'
    if "datacontenttype" in attributes and exchange:
        return "a filter by datacontenttype"
    affixes = [name for w, part in parts if w in ("prefix", "suffix") for name in part]
    absent = [name for name in affixes if name in ("subject", "datacontenttype")]
    if not absent or Reading.JAVA not in readings or exchange:
        return ""
    return f"a filter by how {absent[0]} begins or ends"


def _leaves(filters: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the parts of filters that name attributes, however deep they stand."""
    pending = list(filters)
    while pending:
        for word, part in (pending.pop() or {}).items():
            if word in ("all", "any"):
                pending += part
            elif word == "not":
                pending.append(part)
            elif isinstance(part, dict):
                yield word, part


def _counts(case: Case, here: Profile, other: Profile) -> str:
    own, hubs = case.route.delivery, case.hub.delivery or {}
    if own is None:
        reads = here.in_force.reads_hub, other.in_force.reads_hub
        return (
            "no delivery, under a broker with one" if hubs and len({*reads}) > 1 else ""
        )
    left = [name for name in hubs if not own.get(name)]
    if "backoffDelay" in hubs and _is_cut(case):
        left.append("backoffDelay")
    kept = {each.in_force.keeps_sink or each.in_force.merges for each in (here, other)}
    if _SINK in left and len(kept) > 1:
        return "a delivery without a dead letter sink, under a broker with one"
    if left and here.in_force.merges != other.in_force.merges:
        return f"a delivery with no {' or '.join(left)}, under a broker with it"
    return ""


def _no_retry(case: Case, *_: Profile) -> str:
    said = case.route.delivery is not None or bool(case.hub.delivery)
    says_nothing = said and case.block.get("retry") is None
    return "a delivery without retry" if says_nothing else ""


def _missing(case: Case) -> list[str]:
    names = ("backoffPolicy", "backoffDelay")
    return [name for name in names if case.block.get(name) is None]


def _no_backoff(case: Case, *profiles: Profile) -> str:
    missing = _missing(case)
    if not missing or not case.retries_in(*profiles):
        return ""
    return f"retries without {' and '.join(missing)}"


def _is_cut(case: Case) -> bool:
    """Whether there is a delay, of less than a tenth of a second."""
    written = case.block.get("backoffDelay")
    if written is None:
        return False
    try:
        return not parse_period(str(written))
    except PeriodError:
        return False


def _no_delay(case: Case, *profiles: Profile) -> str:
    if not case.retries_in(*profiles) or not _is_cut(case):
        return ""
    return f"retries with backoffDelay {case.block['backoffDelay']}"


def _waits(case: Case, here: Profile, other: Profile) -> str:
    if not case.retries_in(here, other) or _missing(case) or _is_cut(case):
        return ""
    policy = BackoffPolicy(case.block["backoffPolicy"])
    retries = Retries(retry=2, policy=policy, delay_ns=1)
    waits = {
        tuple(each.retrying.backoff_ns(retries, number) for number in range(2))
        for each in (here, other)
    }
    return f"retries with {policy.value} backoff" if len(waits) > 1 else ""


def _order(case: Case, here: Profile, other: Profile) -> str:
    one_by_one = {each.queue.workers == 1 for each in (here, other)}
    differs = len(one_by_one) > 1 or here.queue.retry_holds != other.queue.retry_holds
    return "retries" if differs and case.retries_in(here, other) else ""


def _hangs(case: Case, *_: Profile) -> str:
    if case.block.get("timeout") is not None:
        return ""
    hangs = any(each.failure is Failure.HANG for each in case.responses)
    return f"{case.name} may hang" if hangs else ""


def _answers(case: Case, wanted: Callable[[int], bool]) -> str:
    """Tell which statuses of this kind the subscriber answers; or nothing."""
    found = [r.status for r in case.responses if r.failure is None and wanted(r.status)]
    if not found:
        return ""
    return f"{case.name} answers {', '.join(map(str, dict.fromkeys(found)))}"


def _disputed(case: Case, here: Profile, other: Profile) -> str:
    if not case.has_retries:
        return ""
    one, two = here.retrying, other.retrying
    return _answers(case, lambda s: one.is_retried(s) != two.is_retried(s))


def _unretried(case: Case, here: Profile, other: Profile) -> str:
    last = Unretried.BURIED_ON_LAST
    ways = {here.retrying.unretried, other.retrying.unretried}
    tried = case.retries_in(here, other)
    if last in ways and Unretried.BURIED in ways and not tried:
        return ""  # the last attempt is the first
    return _answers(
        case,
        lambda s: (
            s in range(SUCCESS.stop, SERVER_ERROR)
            and not any(each.retrying.is_retried(s) for each in (here, other))
            and s not in (*here.retrying.followed, *other.retrying.followed)
        ),
    )


def _redirected(case: Case, here: Profile, other: Profile) -> str:
    def follows(profile: Profile, status: int) -> bool:
        return bool(profile.retrying.redirects) and status in profile.retrying.followed

    return _answers(case, lambda s: follows(here, s) != follows(other, s))


def _no_event(case: Case, *_: Profile) -> str:
    bare = [each.status for each in case.responses if _is_bare(each)]
    said = _answers(case, lambda status: status in bare)
    return f"{said} with a body that is no event" if said else ""


def _is_bare(response: Response) -> bool:
    if response.failure is not None or response.status not in SUCCESS:
        return False
    if response.reply is not None or not response.body:
        return False
    try:
        read_http(response.headers or {}, response.body)
    except (NotAnEventError, UnparsableEventError):
        return True
    return False


def _no_data(case: Case, *_: Profile) -> str:
    for reply in case.replies:
        if not isinstance(reply, StaticReply) or reply.mode != "binary":
            continue
        if not {"data", "data_base64"} & reply.members.keys():
            return f"{case.name} replies without data"
    return ""


def _replying(case: Case, here: Profile, other: Profile) -> str:
    one, two = here.replies.statuses, other.replies.statuses
    with_event = {each.status for each in case.responses if each.reply is not None}
    said = _answers(case, lambda s: s in with_event and (s in one) != (s in two))
    return f"{said} with an event" if said else ""


def _echoes(case: Case, *_: Profile) -> str:
    for reply in case.replies:
        if isinstance(reply, Echo) and "id" not in (*reply.set, *reply.remove):
            return f"{case.name} replies with the id of the event"
    return ""


def _careful(case: Case, *profiles: Profile) -> str:
    asks = {"event" in each.requests.prefer for each in profiles}
    careful = case.service is not None and case.service.when_preferred
    return f"{case.name} replies only when asked" if careful and len(asks) > 1 else ""


def _buried(case: Case, *profiles: Profile) -> str:
    return "a dead letter sink" if case.sink_in(*profiles) else ""


def _sink_fails(case: Case, *profiles: Profile) -> str:
    sink = case.sink if case.sink_in(*profiles) else None
    fails = sink is not None and (
        sink.unreachable
        or any(r.failure or r.status not in SUCCESS for r in _responses(sink))
    )
    return f"the dead letter sink {case.sink_name} may fail" if fails else ""


def _sink_replies(case: Case, *profiles: Profile) -> str:
    sink = case.sink if case.sink_in(*profiles) else None
    replies = sink is not None and sink.replies
    return f"the dead letter sink {case.sink_name} replies" if replies else ""


def _no_sink(case: Case, *_: Profile) -> str:
    if case.route.delivery is not None or _SINK in (case.hub.delivery or {}):
        return ""
    return "no delivery, under a broker without a dead letter sink"


def _long_body(case: Case, *_: Profile) -> str:
    if not case.route.dead_letter:
        return ""
    for each in case.responses:
        if each.status not in SUCCESS and len(each.body) > _LONG_BODY:
            return f"{case.name} fails with a body of {len(each.body)} bytes"
    return ""


def _circles(case: Case, *_: Profile) -> str:
    return "events go in a circle" if case.circles else ""


def _retry_after(case: Case, *_: Profile) -> str:
    return "retryAfterMax" if case.block.get("retryAfterMax") else ""


def _format(case: Case, here: Profile, other: Profile) -> str:
    formats = {here.requests.formats, other.requests.formats}
    return "a delivery with format" if case.route.format and len(formats) > 1 else ""


MATTERS: Mapping[str, Callable[[Case, Profile, Profile], str]] = {
    "hop-limit": _circles,
    "duplicate-ids": _echoes,
    "delivery-counts": _counts,
    "retries-unsaid": _no_retry,
    "backoff-unsaid": _no_backoff,
    "no-delay": _no_delay,
    "timeout-unsaid": _hangs,
    "filters-ignored": _filters,
    "filter-values": _values,
    "order": _order,
    "waits": _waits,
    "retried-statuses": _disputed,
    "other-statuses": _unretried,
    "retry-after": _retry_after,
    "redirects": _redirected,
    "no-event": _no_event,
    "reply-without-data": _no_data,
    "reply-statuses": _replying,
    "prefer": _careful,
    "headers": _format,
    "error-attributes": _buried,
    "dead-letters-sent": _sink_fails,
    "sink-replies": _sink_replies,
    "no-sink": _no_sink,
    "error-body": _long_body,
}
"""The code of a difference -> why it matters to a route whether one profile plays its
broker or another; empty where it does not."""
