"""What the author of a delivery should know about its timetable, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.delivery import NS_PER_SECOND, BackoffPolicy, PeriodError, parse_period
from simulator.duration import duration_ns, duration_text
from simulator.timetable.settings import DURATIONS, RETRYING
from simulator.value import Value
from simulator.wiring import HubKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.timetable.course import Course
    from simulator.timetable.settings import Blocks
    from simulator.wiring import Hub, Route

_STORM_FROM = 3
_LONG_WAIT_NS = 10 * NS_PER_SECOND
_UNITS = (
    ("years", 31_556_952 * NS_PER_SECOND),  # the mean Gregorian year
    ("days", 86_400 * NS_PER_SECOND),
    ("hours", 3_600 * NS_PER_SECOND),
)
_MINUTE_NS = 60 * NS_PER_SECOND


class Warned(Value):
    code: str
    text: str

    @property
    def id(self) -> str:
        from simulator.rules import ID_OF  # only where there is a warning

        return ID_OF[self.code]


def warnings_of(
    hub: Hub, route: Route, blocks: Blocks, courses: tuple[Course, ...]
) -> tuple[Warned, ...]:
    """Judge one route; of its courses, the slowest decides."""
    return (
        *_on_inheritance(hub, blocks),
        *_on_backoff(hub, route, courses[0]),
        *_on_retry_after(hub, route),
        *_on_durations(blocks),
        *_on_length(hub, route, courses),
        *_on_dead_letters(hub, route),
    )


def _on_inheritance(hub: Hub, blocks: Blocks) -> Iterator[Warned]:
    """Say which settings of the hub do not count.

    Source: knative-runtime, Retries ("replaces the broker's whole"; "set by the
        webhook only when spec.delivery is absent").
    """
    rules = hub.profile.in_force
    if rules.merges or not rules.reads_hub:
        return
    if blocks.own is not None and blocks.hub is not None:
        lost = [
            f"{name} {blocks.hub[name]}"
            for name in RETRYING
            if blocks.hub.get(name) is not None and blocks.own.get(name) is None
        ]
        if lost:
            yield Warned(
                code="delivery-replaced",
                text=f"its own delivery replaces that of {hub.node} as a whole; not in "
                f"force here: {', '.join(lost)}",
            )
    of_broker = hub.kind is HubKind.BROKER and blocks.own is None and not rules.retry
    if of_broker and blocks.hub is not None and blocks.hub.get("retry") is None:
        yield Warned(
            code="defaults-replaced",
            text=f"{hub.node} has a delivery without retry, so nothing is retried: the "
            "default retries of the cluster count only for a broker without any delivery",
        )


def _on_backoff(hub: Hub, route: Route, fastest: Course) -> Iterator[Warned]:
    """Say when retries come sooner than their author may think.

    Source: knative-runtime, Retries (linear waits 0, d, 2d; without policy or delay
        no wait at all).
    """
    retries, retrying = route.retries, hub.profile.retrying
    if not retries.retry:
        return
    hazard = hub.profile.hazards.of(retries)
    if hazard is not None:
        name = route.node.rpartition("/")[2]
        dies = f"{hazard.process.format(route=name)} dies: " if hazard.process else ""
        yield Warned(code="hazard", text=f"at the first retry {dies}{hazard.text}")
        return
    tries = f"all {retries.retry} retries" if retries.retry > 1 else "the retry"
    missing = [
        name
        for name, value in (
            ("backoffPolicy", retries.policy),
            ("backoffDelay", retries.delay_ns),
        )
        if value is None
    ]
    if missing:
        yield Warned(
            code="immediate-retries",
            text=f"without {' and '.join(missing)} {tries} follow at once, without waiting",
        )
    elif not retries.delay_ns or retries.delay_ns < 0:
        yield Warned(
            code="immediate-retries",
            text=f"with that backoffDelay {tries} follow at once",
        )
    elif retries.policy is BackoffPolicy.LINEAR and not retrying.backoff_ns(retries, 0):
        yield Warned(
            code="immediate-first-retry",
            text="linear backoff counts from 0: the first retry follows at once, the second "
            f"waits {duration_text(retries.delay_ns)}",
        )
    last = fastest.delivery.instants_ns[-1]
    if retries.retry >= _STORM_FROM and 0 < last < NS_PER_SECOND:
        yield Warned(
            code="sub-second-storm",
            text=f"{tries} are over within {duration_text(last)}; a subscriber that "
            "restarts is not back by then",
        )


def _on_retry_after(hub: Hub, route: Route) -> Iterator[Warned]:
    """Say when answers may make the waits longer, or cannot although that is asked for.

    Source: knative-runtime, Retries (Retry-After, for 429 and 503 only); profiles 3.1
        (each implementation has its own).
    """
    longest = route.retries.retry_after_max_ns
    if longest and not hub.profile.retrying.retry_after:
        yield Warned(
            code="retry-after-ignored",
            text=f"retryAfterMax has no effect: {hub.node} is played by "
            f"{hub.profile.name}, which ignores Retry-After",
        )
    elif longest and route.retries.retry:
        yield Warned(
            code="retry-after",
            text="an answer 429 or 503 with Retry-After can make each wait up to "
            f"{duration_text(longest)} long; these times are without one",
        )


def _on_durations(blocks: Blocks) -> Iterator[Warned]:
    """Say which durations are not what is written.

    Source: knative-runtime, Retries ("cut to tenths of a second").
    """
    for name in DURATIONS:
        text = str(blocks.ruling.get(name) or "")
        try:
            exact, counted = duration_ns(text), parse_period(text)
        except (ValueError, PeriodError):
            continue
        if exact != counted:
            yield Warned(
                code="duration-cut",
                text=f"{name} {text} counts as {duration_text(counted)}: durations are cut "
                "to tenths of a second",
            )


def _on_length(hub: Hub, route: Route, courses: tuple[Course, ...]) -> Iterator[Warned]:
    """Say when the whole takes longer than anybody waits.

    Source: knative-resources 4.4 (wait limit 15 min, then 500); knative-runtime,
        "Shape of one delivery" (a sender that hangs up cancels everything).
    """
    endless = next((each.delivery for each in courses if each.is_open), None)
    if endless is not None:
        text = f"{endless.count:,} attempts are too many to be listed"
        yield Warned(code="too-many", text=text)
        return
    cut = next((each for each in courses if each.is_cut), None)
    if cut is not None:
        yield Warned(code="cut-off", text=_cut_text(hub, route, cut))
        return
    longest = max(each.delivery.settled_ns or 0 for each in courses)
    limit_ns = courses[0].limit_ns
    if not hub.answers_first and longest >= _LONG_WAIT_NS:
        yield Warned(
            code="sender-waits",
            text=f"the sender waits up to {in_words(longest)} for its answer; when it hangs "
            "up before, the rest is called off and the event is lost, dead letter sink "
            "or not",
        )
    if route.dead_letter is not None and limit_ns is not None:
        after = [each.dead_letter.settled_ns for each in courses if each.dead_letter]
        if any(not courses[0].happens(instant) for instant in after):
            yield Warned(
                code="sink-cut-off",
                text="the dead letter sink's own retries outlast "
                f"{in_words(limit_ns)}, the longest that {hub.node} waits",
            )


def _cut_text(hub: Hub, route: Route, cut: Course) -> str:
    settled, limit_ns = cut.delivery.settled_ns, cut.limit_ns
    assert limit_ns is not None, "it was cut off there"
    whole = "centuries" if settled is None else in_words(settled)
    dead = ", not even dead-lettered" if route.dead_letter is not None else ""
    told = "" if hub.answers_first else ", answers the sender with 500"
    count = f"attempts from number {cut.made + 1} on are never made: "
    if cut.made == cut.delivery.count:
        count = ""
    return (
        f"to give up takes {whole}; {count}{hub.node} waits "
        f"{in_words(limit_ns)} for a delivery, then calls it off{told}, and the "
        f"event is lost{dead}"
    )


def _on_dead_letters(hub: Hub, route: Route) -> Iterator[Warned]:
    """Say where events end that nobody takes.

    Source: knative-runtime, Dead letters.
    """
    if route.dead_letter is None:
        end = "" if hub.answers_first else ", and the sender is answered 500"
        yield Warned(
            code="no-dead-letter-sink",
            text=f"there is no dead letter sink: an event that fails is lost{end}",
        )
    elif route.dead_letter == route.subscriber:
        yield Warned(
            code="sink-is-subscriber",
            text="the dead letter sink is the subscriber itself: it gets what it just "
            "failed to take",
        )
    elif route.dead_letter == hub.url:
        yield Warned(
            code="sink-is-hub",
            text=f"the dead letter sink is {hub.node} itself: what fails comes back to "
            "the same subscribers",
        )


def in_words(ns: int) -> str:
    """Spell a duration in its largest unit: ``42.5s``, ``15 minutes``, ``34.2 years``."""
    if _MINUTE_NS < ns < _UNITS[-1][1] and not ns % _MINUTE_NS:
        return f"{ns // _MINUTE_NS} minutes"
    for unit, length in _UNITS:
        if ns >= length:
            number = f"{ns / length:.1f}".removesuffix(".0")
            return f"{number} {unit if number != '1' else unit.removesuffix('s')}"
    return duration_text(ns)
