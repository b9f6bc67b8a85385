"""The life of a Knative Service: revisions, traffic, conditions, as its controllers see them.

Source: systems reference 2.3; knative/serving pkg/reconciler/configuration,
    pkg/reconciler/route/traffic, pkg/apis/serving/v1/*_lifecycle.go (read).
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

from simulator.errors import nearest
from simulator.value import Value
from simulator.wiring import Condition, Truth

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LATEST = "latest"
PREVIOUS = "previous"
_ALL = 100  # percent
EXITED = "container failed with ExitCode 1"


class Step(Value):
    """Something that somebody, or the cluster, does to the service.

    Args:
        at_ns: When, since it was created.
        image: A new one for the template; empty to leave it.
        ready: Whether the revision becomes ready; without an image, that of the newest one
            changes. None where it is about something else.
        after_ns: How long after the step that is known; None for the cold start of one
            that becomes ready, at once of one that does not.
        shares: ``latest``, ``previous`` or the name of a revision -> its percentage of the
            requests; empty where it is about something else.
    """

    at_ns: int
    image: str = ""
    ready: bool | None = None
    message: str = EXITED
    after_ns: int | None = None
    shares: tuple[tuple[str, int], ...] = ()
    delete: bool = False


class Revision(Value):
    """One revision; `ready` is None as long as nobody knows."""

    name: str
    image: str
    ready: bool | None = None
    message: str = ""


class Status(Value):
    """A service at one instant.

    Args:
        revisions: All of it, the oldest first.
        latest_created: The name of the newest one; empty before there is any.
        latest_ready: Of the newest that has been ready.
        shares: Name of a revision -> the percentage of the requests that the route
            assigns to it; empty where it cannot be assigned.
        conditions: Ready and what it depends on, as `kubectl get ksvc` tells them.
    """

    revisions: tuple[Revision, ...] = ()
    latest_created: str = ""
    latest_ready: str = ""
    shares: tuple[tuple[str, int], ...] = ()
    conditions: tuple[Condition, ...] = ()
    deleted: bool = False

    @property
    def traffic(self) -> str:
        """The newest revision that gets requests; empty where none does."""
        got = [name for name, percent in self.shares if percent]
        return max(got, key=self.age, default="")

    def revision(self, name: str) -> Revision:
        return next(each for each in self.revisions if each.name == name)

    def age(self, name: str) -> int:
        """Tell how many revisions are older than this one; -1 for none."""
        names = [each.name for each in self.revisions]
        return names.index(name) if name else -1

    def condition(self, type_: str) -> Condition:
        return next(each for each in self.conditions if each.type == type_)


class Life(Value):
    """What happens to a Knative Service from its creation on.

    Args:
        created: With which image, and what becomes of the first revision.
        steps: What is done to it then, in order.
        cold_start_ns: From the creation of a revision until it is ready.
        routing_ns: From a change of the route until the ingress follows it.
        revision: The name of its first revision, where the template says one.
    """

    name: str
    namespace: str
    created: Step
    steps: tuple[Step, ...]
    cold_start_ns: int
    routing_ns: int
    revision: str = ""

    def course(self) -> Iterator[tuple[int, Status]]:
        """Give each state that it comes to, and when; steps that cannot be done are none."""
        return self._course([])

    def wrong(self) -> list[tuple[str, str]]:
        """Find the steps that cannot be done: field -> what is wrong."""
        wrong: list[tuple[str, str]] = []
        for _ in self._course(wrong):
            pass
        return wrong

    def _course(self, wrong: list[tuple[str, str]]) -> Iterator[tuple[int, Status]]:
        service = Serving(self)
        service.do(self.created)
        yield 0, service.status(0)
        for number, step in enumerate(self.steps):
            yield from service.until(step.at_ns)
            try:
                service.do(step)
            except StepError as error:
                wrong.append((f"steps[{number}]{error.field}", str(error)))
                continue
            yield step.at_ns, service.status(step.at_ns)
        yield from service.until(None)


class StepError(ValueError):
    """A step that cannot be done, as things are by then.

    *field* is of the step, with a dot before it; empty for all of it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field


class Serving:
    """Serving's controllers, for one service; the steps of its life are left to the caller."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._due: list[tuple[int, int, Callable[[], bool]]] = []
        self._numbered = 0
        self._revisions: dict[str, Revision] = {}
        self._ready = ""  # status.latestReadyRevisionName
        # spec.traffic; an empty name follows the latest ready one
        self._targets: tuple[tuple[str, int], ...] = (("", _ALL),)
        self._planned: dict[str, object] = {}  # what is to become of a revision
        # What the ingress follows, or is about to.
        self._routed: tuple[tuple[str, int], ...] = ()
        self._routing: object = None  # about to
        self._deleted = False

    @property
    def due_ns(self) -> int | None:
        """When the next thing happens by itself; None for never."""
        return self._due[0][0] if self._due else None

    def until(self, at_ns: int | None) -> Iterator[tuple[int, Status]]:
        """Let what is due by then happen; None for all of it."""
        while self._due and (at_ns is None or self._due[0][0] <= at_ns):
            due_ns, _, act = heappop(self._due)
            if act():
                yield due_ns, self.status(due_ns)

    def do(self, step: Step) -> None:
        """Do a step; StepError where it cannot be done."""
        if self._deleted:
            raise StepError("", "the service is deleted by then")
        if step.delete:
            self._deleted = True
            self._due.clear()
        elif step.shares:
            self._targets = tuple((self._target(n), p) for n, p in step.shares)
        elif step.image:
            self._update(step)
        else:
            self._later(step, list(self._revisions)[-1])

    def _update(self, step: Step) -> None:
        """Change the template; the same one makes no revision.

        Source: configuration.go createRevision; kmeta.ChildName, "-%05d" of the
            generation, which only a change of the template adds to.
        """
        revisions = self._revisions
        if revisions and list(revisions.values())[-1].image == step.image:
            if step.ready is False:
                what = "is the image that it has; no revision is made that could fail"
                raise StepError(".image", what)
            return
        generation = len(revisions) + 1
        name = f"{self._life.name}-{generation:05d}"
        if generation == 1 and self._life.revision:
            name = self._life.revision
        revisions[name] = Revision(name=name, image=step.image)
        self._later(step, name)

    def _later(self, step: Step, revision: str) -> None:
        """Plan what becomes of a revision, in place of what was planned for it."""
        ready = step.ready is not False
        wait = step.after_ns
        if wait is None:
            wait = self._life.cold_start_ns if ready and step.image else 0
        message = "" if ready else step.message
        plan = self._planned[revision] = object()

        def tell() -> bool:
            still = self._planned[revision] is plan
            if still:
                self._tell(revision, ready=ready, message=message)
            return still

        self._plan(step.at_ns + wait, tell)

    def _route(self, assigned: tuple[tuple[str, int], ...], now_ns: int) -> None:
        """Let the ingress follow, in place of what it was to follow until now."""
        plan = self._routing = object()
        self._routed = assigned

        def follow() -> bool:
            still = self._routing is plan
            if still:
                self._routing = None
            return still

        self._plan(now_ns + self._life.routing_ns, follow)

    def _plan(self, at_ns: int, act: Callable[[], bool]) -> None:
        self._numbered += 1
        heappush(self._due, (at_ns, self._numbered, act))

    def _tell(self, name: str, *, ready: bool, message: str) -> None:
        """Take in what has become of a revision.

        Source: configuration.go findAndSetLatestReadyRevision: the newest ready one, never
            one that is older than the latest ready so far.
        """
        found = self._revisions[name]
        self._revisions[name] = found.replace(ready=ready, message=message)
        names = list(self._revisions)
        since = names.index(self._ready) if self._ready else 0
        for each in reversed(names[since:]):
            if self._revisions[each].ready:
                self._ready = each
                return

    def _target(self, wanted: str) -> str:
        """Give the revision that is meant; empty for the latest ready one."""
        names = list(self._revisions)
        if wanted == LATEST:
            return ""
        if wanted == PREVIOUS:
            got = [t or self._ready for t, percent in self._targets if percent]
            now = max(filter(None, got), key=names.index, default="")
            older = names[: names.index(now)] if now else []
            for each in reversed(older):
                if self._revisions[each].ready:
                    return each
            than = f"older than {now}, which has the traffic" if now else "ready"
            raise StepError(".traffic", f"no revision is {than}")
        if wanted not in names:
            hint = nearest(wanted, (*names, LATEST, PREVIOUS))
            there_are = ", ".join(names)
            what = f"there is no revision {wanted!r} by then{hint} (there are: {there_are})"
            raise StepError(".traffic", what)
        return wanted

    def status(self, now_ns: int) -> Status:
        """Reconcile: let the route follow, and tell how it stands."""
        assigned, unassigned = self._assign()
        if assigned and assigned != self._routed:
            self._route(assigned, now_ns)
        parts = (self._configured(), self._is_routed(unassigned))
        return Status(
            revisions=tuple(self._revisions.values()),
            latest_created=list(self._revisions)[-1],
            latest_ready=self._ready,
            shares=assigned,
            conditions=(_ready_of(parts), *parts),
            deleted=self._deleted,
        )

    def _assign(self) -> tuple[tuple[tuple[str, int], ...], Condition | None]:
        """Give the revisions that the route is assigned to, or why it is to none.

        Source: traffic.go BuildTrafficConfiguration, deferTargetError: one target that
            cannot be is enough, and one that has failed is told before others.
        """
        shares: dict[str, int] = {}
        wrong: Condition | None = None
        for target, percent in self._targets:
            name, why = self._assigned(target)
            if why is None:
                shares[name] = shares.get(name, 0) + percent
            elif wrong is None or why.status is Truth.FALSE:
                wrong = why
        return (tuple(shares.items()), None) if wrong is None else ((), wrong)

    def _assigned(self, target: str) -> tuple[str, Condition | None]:
        """Give the revision of a target, or why it has none.

        Source: traffic.go addConfigurationTarget, which does not ask whether the latest
            ready revision still is, and addRevisionTarget, which does; route_lifecycle.go.
        """
        if target:
            ready = self._revisions[target].ready
            if ready:
                return target, None
            what = "failed to become ready." if ready is False else "is not yet ready."
            return "", _missing(ready, f'Revision "{target}" {what}')
        if self._ready:
            return self._ready, None
        ready = list(self._revisions.values())[-1].ready
        what = "is waiting for a Revision to become ready."
        if ready is False:
            what = "does not have any ready Revision."
        return "", _missing(ready, f'Configuration "{self._life.name}" {what}')

    def _configured(self) -> Condition:
        """Source: configuration_lifecycle.go."""
        newest = list(self._revisions.values())[-1]
        type_ = "ConfigurationsReady"
        if newest.ready is False:
            message = f'Revision "{newest.name}" failed with message: {newest.message}.'
            return _condition(type_, Truth.FALSE, "RevisionFailed", message)
        truth = Truth.TRUE if newest.ready else Truth.UNKNOWN
        return _condition(type_, truth)

    def _is_routed(self, unassigned: Condition | None) -> Condition:
        if unassigned is not None:
            return unassigned
        if self._routing is not None:
            why = "IngressNotConfigured", "Ingress has not yet been reconciled."
            return _condition("RoutesReady", Truth.UNKNOWN, *why)
        return _condition("RoutesReady", Truth.TRUE)


def _missing(ready: bool | None, message: str) -> Condition:
    truth = Truth.FALSE if ready is False else Truth.UNKNOWN
    return _condition("RoutesReady", truth, "RevisionMissing", message)


def _ready_of(parts: tuple[Condition, ...]) -> Condition:
    """Give Ready, with the reason of the part that was marked last, the route.

    Source: knative/pkg apis/condition_set.go MarkFalse, MarkUnknown: False before
        Unknown; service.go, which marks the configuration first.
    """
    for truth in (Truth.FALSE, Truth.UNKNOWN):
        for each in reversed(parts):
            if each.status is truth:
                return _condition("Ready", truth, each.reason, each.message)
    return _condition("Ready", Truth.TRUE)


def _condition(
    type_: str, status: Truth, reason: str = "", message: str = ""
) -> Condition:
    return Condition(type=type_, status=status, reason=reason, message=message)
