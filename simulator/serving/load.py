"""One revision under load: requests come, wait, begin; its pods are scaled, in virtual time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.kernel.calendar import Alarm
from simulator.serving.kpa import SECOND, TICK_NS, Autoscaler, Scaled
from simulator.serving.pods import Pod, Pods, Ticket
from simulator.serving.reconciler import Reconciler
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.kernel.calendar import Calendar, Suspended
    from simulator.serving.revision import Revision

FIRST_REQUEST = "first request"


class Draws(Protocol):
    def start_ns(self) -> int:
        """Draw how long a pod takes until it is Ready."""

    def pick(self, most: int) -> int:
        """Draw a number from 0, less than *most*."""


class PodObserver(Protocol):
    def scaled(self, before: int, after: int, why: str, cause: int) -> None:
        """Tell that there are to be more pods, or fewer."""

    def started(self, ready: int, wanted: int, took_ns: int) -> None:
        """Tell that a pod is Ready."""


class Load:
    """One revision under load.

    It looks at itself each second, but only while it has requests, or pods that may go.

    Args:
        calendar: Gives what is due when, once anything is.
    """

    def __init__(
        self,
        revision: Revision,
        node: str,
        calendar: Callable[[], Calendar],
        draws: Draws,
        observer: PodObserver,
    ) -> None:
        self.revision = revision
        self._node = node
        self._calendar = calendar
        self._draws = draws
        self._observer = observer
        self.pods = Pods(revision.concurrency, draws.pick, revision.bounded(0))
        self._statistics = Statistics(by_rate=revision.by_rate)
        self._scaler = Autoscaler(revision.scaling)
        self._reconciler = Reconciler(revision, 0, is_new=False)
        self._found = Scaled()
        self._awake = False
        self._asleep_ns = -revision.window_ns  # as it has been for long
        self._retired = False

    @property
    def in_path(self) -> bool:
        return self._reconciler.in_path or not self.pods.ready

    def begin(self) -> None:
        """Begin as a new revision, with its initial scale, after what is due now."""
        calendar = self._calendar()
        alarm = Alarm(calendar, self._node, self._begin)
        calendar.ready.append((alarm, alarm.token, None))

    def _begin(self) -> None:
        self._reconciler = Reconciler(self.revision, self._now, is_new=True)
        self._wake()
        more = self.revision.bounded(self.revision.initial)
        self._scale(more, "initial scale", -1)
        # It has traffic only once it is Ready.
        for pod in self.pods.all:
            pod.ready_ns = self._now
        self._start()

    def retire(self) -> None:
        self._retired = True

    def come(self, caller: Suspended, serial: int) -> Ticket | None:
        """Take a request, whose caller is resumed once a pod begins with it.

        None where it is refused, as the queue is full.
        """
        self._wake()
        ticket, in_path = Ticket(caller), self.in_path
        if not self.pods.enter(ticket, in_path=in_path):
            return None
        now = self._now
        self._statistics.come(now)
        if in_path and self._statistics.is_first():
            self._scaler.record(now, 1)
            if not self._found.desired:
                self._tick(FIRST_REQUEST, serial)
        return ticket

    def go(self, ticket: Ticket) -> None:
        self._statistics.go(self._now)
        self.pods.leave(ticket)

    # -- time

    @property
    def _now(self) -> int:
        return self._calendar().now

    def _wake(self) -> None:
        """Look at itself each second from now on."""
        if self._awake:
            return
        self._awake = True
        now, scaling = self._now, self.revision.scaling
        if self.pods.ready and scaling.burst_capacity >= 0:
            # Meanwhile each second had no requests: the pods have reported that.
            last = now // SECOND
            first = max(self._asleep_ns // SECOND, last - scaling.stable_s) + 1
            for second in range(first, last + 1):
                self._scaler.record(second * SECOND, 0)
        self._statistics.begin(now)
        self._at((now // SECOND + 1) * SECOND, self._second)

    def _at(self, instant_ns: int, act: Callable[[], None]) -> Alarm:
        alarm = Alarm(self._calendar(), self._node, act)
        alarm.set(instant_ns)
        return alarm

    def _second(self) -> None:
        """End a second, of which there is a report; every other one, scale."""
        now, ready = self._now, self.pods.ready
        scraped = ready > 0 and self.revision.scaling.burst_capacity >= 0
        value = self._statistics.second(now, scraped=scraped)
        if value is not None:
            self._scaler.record(now, value)
        if self._retired:
            return
        if now % TICK_NS == 0 or (value and not self._found.desired):
            self._tick("", -1)
        if self._is_quiet():
            self._awake, self._asleep_ns = False, now
        else:
            self._at(now + SECOND, self._second)

    def _is_quiet(self) -> bool:
        """Tell whether nothing would change any more until somebody asks."""
        found = self._found
        rest = self.revision.bounded(0)
        if rest == 0 and not self.revision.to_zero:
            rest = min(1, len(self.pods.all))
        always = self.revision.scaling.panic_threshold <= 0  # nothing is less
        if always and found.panicking:
            rest = self.revision.bounded(found.desired)
        at_rest = len(self.pods.all) == rest and self.pods.settled
        idle = not self._statistics.at_once and (always or not found.panicking)
        stays = self.revision.bounded(found.desired) in (0, rest)
        return at_rest and idle and stays and not (found.stable or found.panic)

    def _tick(self, why: str, cause: int) -> None:
        found = self._scaler.scale(self._now, self.pods.ready)
        if found.valid or not self._found.valid:  # else, the last wish stands
            self._found = found
        self._reconcile(why, cause)

    def _reconcile(self, why: str = "", cause: int = -1) -> None:
        now, found = self._now, self._found
        pods = self._reconciler.pods(now, found, self.pods.ready)
        if pods is not None:
            self._scale(pods, why or self._reason(pods), cause)
        again = self._reconciler.again_ns
        if again is not None and again > now and again % SECOND:
            self._at(again, self._reconcile)

    def _reason(self, pods: int) -> str:
        """Say what made the number of pods: ``stable 92.5/70``, ``idle 60s``."""
        found, target = self._found, self.revision.scaling.target
        if not pods and not self.pods.ready:
            return "no pod has become Ready"
        if not pods:
            return f"idle {self.revision.scaling.stable_s}s"
        word = "panic" if found.panicking else "stable"
        value = found.panic if found.panicking else found.stable
        return f"{word} {value:g}/{target:g}"

    def _scale(self, pods: int, why: str, cause: int) -> None:
        before, now = len(self.pods.all), self._now
        if pods == before:
            return
        self._observer.scaled(before, pods, why, cause)
        for _ in range(before, pods):
            pod = Pod(now, now + self._draws.start_ns())
            pod.alarm = self._at(pod.ready_ns, self._start)
            self.pods.add(pod)
        for _ in range(pods, before):
            self.pods.remove()

    def _start(self) -> None:
        now = self._now
        for pod in self.pods.all:
            if not pod.ready and pod.ready_ns <= now:
                self.pods.start(pod)
                ready, wanted = self.pods.ready, len(self.pods.all)
                self._observer.started(ready, wanted, now - pod.asked_ns)
        self._reconciler.look(now, self.pods.ready)
        self.pods.serve()


class Statistics:
    """Requests at once, waiting ones too, and how many came, second by second.

    Args:
        by_rate: Whether the autoscaler counts those that come, not those that are there.

    Source: knative/serving pkg/activator/handler/concurrency_reporter.go (the first request
        is reported at once as 1, and taken off again in the report of that second).
    """

    def __init__(self, *, by_rate: bool) -> None:
        self.at_once = 0
        self._by_rate = by_rate
        self._area = 0
        self._since = 0
        self._came = 0
        self._known = False
        self._told = 0

    def begin(self, now_ns: int) -> None:
        self._since, self._area, self._came = now_ns, 0, 0

    def come(self, now_ns: int) -> None:
        self._pass(now_ns)
        self.at_once += 1
        self._came += 1

    def go(self, now_ns: int) -> None:
        self._pass(now_ns)
        self.at_once -= 1

    def is_first(self) -> bool:
        """Tell whether the activator knows of none, and so reports this one at once."""
        first, self._known = not self._known, True
        self._told += first
        return first

    def second(self, now_ns: int, *, scraped: bool) -> float | None:
        """End a second, *scraped* by asking a pod; give what is reported, None for nothing."""
        self._pass(now_ns)
        value = float(self._came) if self._by_rate else self._area / SECOND
        active = bool(self._area or self._came)
        told, self._told = self._told, 0
        self._area = self._came = 0
        self._known = self._known and active
        return max(0.0, value - told) if scraped or active else None

    def _pass(self, now_ns: int) -> None:
        self._area += self.at_once * (now_ns - self._since)
        self._since = now_ns


class PodsState(Value):
    """What the pods of a service have come to.

    Args:
        most: How many were wanted at most.
        refused: Those that were answered 503, as a queue was full.
        timed_out: Those whose time was up, the caller's or Serving's, before a pod began.
        cut_short: Those that were answered 504 while a pod was busy with them.
        start_ns: The longest time that a pod took to start; 0 where none has.
        longest_ns: The longest time that a request waited.
    """

    node: str
    first: int = 0
    wanted: int = 0
    ready: int = 0
    most: int = 0
    waiting: int = 0
    queued: int = 0
    refused: int = 0
    timed_out: int = 0
    cut_short: int = 0
    start_ns: int = 0
    longest_ns: int = 0

    @property
    def as_data(self) -> dict[str, str | int]:
        return {
            name: getattr(self, name)
            for name in (
                "node", "first", "wanted", "ready", "most", "waiting", "queued",
                "refused", "timed_out", "cut_short", "start_ns", "longest_ns",
            )
        }  # fmt: skip


class InPods(Protocol):
    @property
    def load(self) -> Load: ...

    @property
    def state(self) -> PodsState: ...
