"""What the answers of a profile come to, in a few words each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.duration import duration_text
from simulator.profiles.endings import Broken, Data, NoEvent, Refused
from simulator.profiles.profile import Reading, Stamp, Unretried

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulator.profiles.profile import Profile

_ACCEPTED, _OTHER_4XX = 202, 403


def _answered(profile: Profile) -> str:
    waits_ns = profile.door.waits_ns
    if waits_ns is None:
        return "202 as soon as the event is stored, whatever becomes of it"
    return (
        "202 or 500 after all its deliveries, retries and dead letters, at most "
        f"{duration_text(waits_ns)} for each"
    )


def _hops(profile: Profile) -> str:
    hops = profile.door.hops
    return "no limit" if hops is None else f"{hops} brokers, then it is refused"


def _remembered(profile: Profile) -> str:
    window_ns = profile.door.remembers_ns
    if not window_ns:
        return "is a further event"
    return f"is dropped for {duration_text(window_ns)}, whatever its source and type"


_STAMPS = {
    None: "none",
    Stamp.TIME: "time, where it has none",
    Stamp.TRACE: "traceparent and tracestate, empty",
    Stamp.PARTITION: "knativekafkapartition and knativekafkaoffset",
}


def _stamped(profile: Profile) -> str:
    queue = profile.queue
    stamp = _STAMPS[queue.stamp]
    if profile.door.stamps_arrival:
        stamp = "knativearrivaltime"
    if queue.drops_trace:
        stamp += "; takes traceparent and tracestate away"
    return stamp


def _door(profile: Profile) -> str:
    door = profile.door
    said = f"OPTIONS {door.options}, path / {door.root}, other paths {door.malformed}"
    said += "; the path is looked at before the event" if door.path_first else ""
    return said if door.takes_slash else f"{said}; a slash at the end counts"


def _authentication(profile: Profile) -> str:
    if profile.door.authorizes:
        return "asked for, and policies count"
    return "not asked for: that is not simulated"


def _counts(profile: Profile) -> str:
    rules = profile.in_force
    if not rules.reads_hub:
        return "the trigger's own alone; the broker's is not read"
    if rules.merges:
        return "the trigger's own, and for what that leaves out the broker's"
    if rules.keeps_sink:
        return "the trigger's own; without a sink in it, that of the broker"
    whole = "the trigger's own as a whole, also without a sink"
    return f"{whole}, also an empty one" if rules.empty_counts else whole


def _retries(profile: Profile) -> str:
    retry = profile.in_force.retry
    return f"{retry} retries" if retry else "no retry"


def _backoff(profile: Profile) -> str:
    rules, hazard = profile.in_force, profile.hazards.no_backoff
    if rules.policy is not None and rules.delay_ns is not None:
        return f"{duration_text(rules.delay_ns)} {rules.policy.value}"
    if hazard is not None:
        return f"the {hazard.process.format(route='trigger')} process dies"
    return "no wait"


def _zero(profile: Profile) -> str:
    hazard = profile.hazards.no_delay
    if hazard is None:
        return "retries follow at once"
    return "no retry is made" if hazard.gives_up else "its dispatcher dies"


def _body(profile: Profile) -> str:
    limit = profile.hazards.error_body
    return "nothing breaks" if limit is None else f"over {limit} bytes breaks it"


def _no_sink(profile: Profile) -> str:
    if profile.hazards.no_exchange is None:
        return "the event is lost"
    return "the event is lost, its queue stalls, and what is under way comes again"


def _timeout(profile: Profile) -> str:
    rules = profile.in_force
    said = "none" if rules.timeout_ns is None else duration_text(rules.timeout_ns)
    return f"{said}; PT0S is none, too" if rules.zero_is_none else said


def _dialects(profile: Profile) -> str:
    if profile.filtering.dialects:
        return "counts, and beats filter"
    return "is ignored: without filter, every event is delivered"


_READINGS = {
    Reading.KNATIVE: "any value that is not empty; absent subject: no match",
    Reading.JAVA: "anything, also absent; prefix, suffix of absent subject discard",
    Reading.HEADERS_EXCHANGE: "an empty value alone; datacontenttype never matches",
}


def _judged(profile: Profile) -> str:
    if profile.filtering.service:
        return "at each attempt, by a service between"
    return "once, as the event is taken"


def _order(profile: Profile) -> str:
    queue = profile.queue
    if profile.door.waits_ns is not None or queue.workers is None:
        if not queue.partitions:
            return "all at once"
        each = "partition" if queue.partitions > 1 else "trigger"
        return f"one by one in each {each}"
    if queue.workers > 1:
        return f"up to {queue.workers} at once"
    holds = "a wait before a retry holds up the rest"
    return (
        f"one by one; {holds}" if queue.retry_holds else "one by one, but for retries"
    )


def _waits(profile: Profile) -> str:
    retrying = profile.retrying
    first = retrying.first
    linear = [_times(first + n if retrying.linear_grows else 1) for n in range(3)]
    exponential = [_times(2 ** (first + n)) for n in range(3)]
    return f"linear {', '.join(linear)}; exponential {', '.join(exponential)}"


def _times(number: int) -> str:
    return "0" if not number else "d" if number == 1 else f"{number}d"


def _retried(profile: Profile) -> str:
    retrying = profile.retrying
    last = retrying.server_errors.stop - 1
    statuses = ", ".join(map(str, sorted(retrying.statuses)))
    return f"{statuses} and {retrying.server_errors.start} to {last}"


_UNRETRIED = {
    Unretried.BURIED: "a failure, dead-lettered at once",
    Unretried.BURIED_ON_LAST: "given up; dead-lettered only on the last attempt",
    Unretried.DELIVERED: "a success",
}


def _after(profile: Profile) -> str:
    after = sorted(profile.retrying.retry_after)
    if not after:
        return "is ignored"
    return f"counts for {' and '.join(map(str, after))}, with retryAfterMax"


def _redirects(profile: Profile) -> str:
    retrying = profile.retrying
    if not retrying.redirects:
        return "are not followed"
    followed = ", ".join(map(str, sorted(retrying.followed)))
    said = f"{followed} are followed"
    return said if retrying.keeps_type else f"{said}, by GET without Content-Type"


_NO_EVENTS = {
    NoEvent.DELIVERED: "delivered; the body is dropped",
    NoEvent.BAD_GATEWAY: "502: retried, then dead-lettered",
    NoEvent.BURIED: "dead-lettered at once, not retried",
}

_BROKEN = {
    Broken.AS_SENT: "goes to the broker, which refuses it",
    Broken.UNREAD: "is dropped if it cannot be read",
    Broken.NO_EVENT: "counts as a body that is no event",
    Broken.INVALID_IS_BURIED: "is dropped if it cannot be read, else dead-lettered",
}


def _broken(profile: Profile) -> str:
    replies = profile.replies
    said = _BROKEN[replies.broken]
    return f"{said}; without id, one is made" if replies.makes_id else said


def _no_data(profile: Profile) -> str:
    return "is dropped" if profile.replies.needs_data else "is a reply"


def _replying(profile: Profile) -> str:
    statuses = profile.replies.statuses
    if _OTHER_4XX in statuses:
        return "in 2xx, 3xx and those 4xx that are not retried"
    return "in any 2xx" if _ACCEPTED in statuses else "in 200 alone"


_REFUSED = {
    Refused.BURIED: "the event is dead-lettered",
    Refused.BURIED_AS_ANSWERED: "the event is dead-lettered with the answer's status",
    Refused.FORGOTTEN: "the reply is forgotten",
}


def _reply_way(profile: Profile) -> str:
    replies = profile.replies
    how = "stored at once" if replies.direct else "posted to the broker"
    if replies.unread:
        how = "read only where there is a reply address"
    again = "the delivery is tried again" if replies.repeat_delivery else ""
    return f"{how}; if refused, {again or _REFUSED[replies.refused]}"


_ROLES = {"event": "subscriber", "reply": "reply address", "dead letter": "sink"}


def _prefer(profile: Profile) -> str:
    roles = [_ROLES[role] for role in profile.requests.prefer]
    return f"sent to the {' and '.join(roles)}" if roles else "never sent"


def _carried(profile: Profile) -> str:
    requests = profile.requests
    said = ["Kn-Namespace"] if requests.namespace else []
    if requests.passes:
        said.append("what Knative passes on")
    elif requests.passes_trace:
        said.append("traceparent")
    if requests.formats:
        said.append("delivery.format")
    return ", ".join(said) or "none"


def _errors(profile: Profile) -> str:
    letters = profile.dead_letters
    if not letters.attributes:
        return "none"
    said = "knativeerrordest, -code"
    said += "" if letters.data is Data.NONE else ", -data"
    code = letters.code
    return f"{said}; {f'code {code}' if code else 'no code'} where nobody answered"


def _burial(profile: Profile) -> str:
    if profile.dead_letters.queued:
        return "from a queue of its own"
    onward = profile.onward
    if onward is not None and onward.settings is not None:
        return f"{onward.settings.retry} retries, whatever the delivery says"
    return "as the delivery says"


def _sink_replies(profile: Profile) -> str:
    return "goes to the broker" if profile.dead_letters.replies else "is ignored"


SAYS: Mapping[str, Callable[[Profile], str]] = {
    "sender-answered": _answered,
    "hop-limit": _hops,
    "duplicate-ids": _remembered,
    "stamps": _stamped,
    "door": _door,
    "authentication": _authentication,
    "delivery-counts": _counts,
    "retries-unsaid": _retries,
    "backoff-unsaid": _backoff,
    "no-delay": _zero,
    "timeout-unsaid": _timeout,
    "filters-ignored": _dialects,
    "filter-values": lambda profile: _READINGS[profile.filtering.reading],
    "filtered-when": _judged,
    "order": _order,
    "waits": _waits,
    "retried-statuses": _retried,
    "other-statuses": lambda profile: _UNRETRIED[profile.retrying.unretried],
    "retry-after": _after,
    "redirects": _redirects,
    "no-event": lambda profile: _NO_EVENTS[profile.replies.no_event],
    "broken-replies": _broken,
    "reply-without-data": _no_data,
    "reply-statuses": _replying,
    "replies-refused": _reply_way,
    "prefer": _prefer,
    "headers": _carried,
    "error-attributes": _errors,
    "dead-letters-sent": _burial,
    "sink-replies": _sink_replies,
    "no-sink": _no_sink,
    "error-body": _body,
}
"""The code of a difference -> what a profile answers."""
