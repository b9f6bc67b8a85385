"""What the services of one run share: the records, the seed, the time, the post."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from simulator.event.text import instant_text
from simulator.kernel import WIDTH, Sender
from simulator.session.arguments import expect_callable
from simulator.story.circles import CircleWatch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from simulator.event import Event
    from simulator.kernel import Chooser, Kernel, Log, Target
    from simulator.kernel.addresses import Answering
    from simulator.serving.load import InPods
    from simulator.session.approvals import Approvals
    from simulator.session.failures import Failures, HandlerFailure
    from simulator.session.interceptors import Interceptors
    from simulator.session.jobs import Job
    from simulator.session.outside import Outside
    from simulator.session.pending import PendingHandlers
    from simulator.session.pods import Pod
    from simulator.session.recorded_answers import RecordedAnswers
    from simulator.subscribers.latency import Latency
    from simulator.wiring import Endpoint

_NS_PER_US = 1_000
_NS_PER_MS = 1_000_000


class Run:
    """What the services of one run share.

    Args:
        epoch_ns: The start of the run, nanoseconds since 1970.
        live: Whether services that are real answer for themselves; a stub does otherwise.
        answers: What they have answered once; None where that is not asked.

    Attributes:
        cause: The record of the request that is being answered; -1 outside.
        begun: Whether anything was sent, set or driven: what plays services stays.
        going_on: Whether somebody drives the kernel just now.
        interceptors: Faults and breakpoints; None while there have been none.
        circles: Sees that it goes in a circle.
        pods: By host, those that wait for replies.
        scaled: By node, the services that have pods.
        outside: The requests to real services; None where stubs stand in for those.
    """

    def __init__(
        self,
        log: Log,
        chooser: Chooser,
        epoch_ns: int,
        *,
        raises: bool = True,
        live: bool = False,
        answers: RecordedAnswers | None = None,
    ) -> None:
        self.log = log
        self.chooser = chooser
        self.epoch_ns = epoch_ns
        self.cause = -1
        self.begun = False
        self.going_on = False
        self.kernel: Kernel | None = None
        self.interceptors: Interceptors | None = None
        self.circles = CircleWatch(log)
        log.followed = self.circles.look
        self.pods: dict[str, Pod] = {}
        self.jobs: list[Job] = []
        self.scaled: dict[str, InPods] = {}
        self._pending: PendingHandlers | None = None
        self._approvals: Approvals | None = None
        self.handler_errors: list[HandlerFailure] = []
        self._failures: Failures | None = None
        self._raises = raises
        self._answers = answers
        self.outside: Outside | None = None
        if live:
            from simulator.session.outside import Outside  # few runs are live

            self.outside = Outside(self.running)
        self._watchers: list[Callable[[], None]] = []

    @property
    def real(self) -> bool:
        return self.outside is not None or self._answers is not None

    def real_service(self, service: Service, latency: Latency) -> Answering:
        outside = self.outside
        asks = None if outside is None else outside.answering(service, latency)
        if self._answers is not None:
            return self._answers.answering(service, latency, asks)
        assert asks is not None, "it is real"
        return asks

    def watch(self, watcher: Callable[[], None]) -> None:
        """Tell somebody whenever records may have been added, before any are dropped."""
        expect_callable(watcher, "watch", "a function")
        self._watchers.append(watcher)
        self.log.before_drop = self.tell_watchers

    def tell_watchers(self) -> None:
        for watcher in self._watchers:
            watcher()

    @property
    def now_ns(self) -> int:
        return self.kernel.now if self.kernel is not None else 0

    def now(self) -> datetime:
        start = datetime.fromtimestamp(0, UTC)
        microseconds = (self.epoch_ns + self.now_ns) // _NS_PER_US
        return start + timedelta(microseconds=microseconds)

    def now_text(self) -> str:
        return instant_text(self.epoch_ns + self.now_ns)

    def now_ms(self) -> int:
        return (self.epoch_ns + self.now_ns) // _NS_PER_MS

    @property
    def pending(self) -> PendingHandlers:
        """The handlers that really wait; anyio is imported when there is one."""
        if self._pending is None:
            from simulator.session.pending import PendingHandlers  # anyio

            self._pending = PendingHandlers(self.running(), self.failures)
        return self._pending

    @property
    def failures(self) -> Failures:
        if self._failures is None:
            from simulator.session.failures import Failures  # few handlers fail

            found = self.handler_errors
            self._failures = Failures(self.running, found, raises=self._raises)
        return self._failures

    def running(self) -> Kernel:
        assert self.kernel is not None, "handlers are called when it runs"
        return self.kernel

    def failed(self) -> BaseException | None:
        """Give what a handler raised and who drives the run is to raise; each once."""
        return None if self._failures is None else self._failures.next_to_raise()

    @property
    def approvals(self) -> Approvals:
        if self._approvals is None:
            from simulator.session.approvals import Approvals  # few hold requests

            self._approvals = Approvals(self.tell_watchers, self.running)
        return self._approvals

    @property
    def has_pending(self) -> bool:
        return self._pending is not None and self._pending.waiting

    def is_halted(self) -> bool:
        them = self.interceptors
        return them is not None and them.breakpoints.halted

    def asked(self) -> int:
        kernel, log = self.kernel, self.log
        late = -1 if kernel is None else kernel.asking
        return log.base + len(log.cells) // WIDTH if late < 0 else late

    def post(
        self,
        target: Target,
        event: Event,
        after_ns: int,
        *,
        node: str = "",
        headers: Mapping[str, str] | None = None,
        timeout_ns: int | None = None,
    ) -> Sender:
        kernel = self.kernel
        assert kernel is not None, "who posts has a target"
        at_ns = kernel.now + after_ns
        if not (self.has_pending and self.pending.is_running):
            return kernel.send(
                target, event, node=node, headers=headers or {}, at_ns=at_ns,
                timeout_ns=timeout_ns, cause=self.cause,
            )  # fmt: skip
        sender = Sender(kernel, target, event, node)
        sender.timeout_ns = timeout_ns
        if headers:
            sender.headers = headers
        self.pending.hold_back(sender, at_ns, self.cause)
        return sender


class Service:
    """One service of a run; see `simulator.subscribers.replies.Surroundings`.

    Attributes:
        urls: Of the addresses that its description emits to.
        account: In whose name it posts; empty for nobody's.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        run: Run,
        post: Callable[[Event, str, int, Service], None],
        account: str = "",
    ) -> None:
        self.account = account
        self.namespace = endpoint.namespace
        self.name = endpoint.name
        self.node = endpoint.node
        self._chooser = run.chooser
        self._random: Random | None = None
        self._post = post
        self.urls: dict[str, str] = {}
        self._run = run

    def now_ms(self) -> int:
        """Tell the virtual time, ms since 1970."""
        return self._run.now_ms()

    @property
    def full_name(self) -> str:
        return f"{self.namespace}/{self.name}"

    @property
    def random(self) -> Random:
        """Its own stream of chance, so that no other service's draws move it."""
        if self._random is None:
            self._random = self._chooser.random(self.node)
        return self._random

    def draw(self, latency: Latency, what: str = "latency") -> int:
        """Draw how long something takes, in ns; *what* names the choice."""
        if not latency.varies:
            return latency.first
        ns = latency.draw(self.random)
        if not self._chooser.durations:
            return ns
        return self._chooser.choose(f"{what}/", self.node, ns)

    def emit(self, event: Event, to: str, after_ns: int) -> None:
        self._post(event, self.urls.get(to, to), after_ns, self)
