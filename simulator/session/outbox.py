"""Posts what a caller sends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.session.arguments import expect, expect_callable, wait_ns
from simulator.session.sending import described_event, given_event, lower_case
from simulator.session.views import Sent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudevents.core.v1.event import CloudEvent

    from simulator.duration import Duration
    from simulator.event import Event
    from simulator.kernel import Target
    from simulator.session.run import Run


class Outbox:
    """Sends what a caller gives; see `Simulation.send` and `Simulation.post`.

    Args:
        run: That it is sent in.
        target: Looks an address up.
    """

    def __init__(self, run: Run, target: Callable[[str], Target]) -> None:
        self._run = run
        self._target = target
        self._described = 0  # events that were made of attributes

    def send(
        self,
        event: CloudEvent | Event | None,
        described: Mapping[str, Any],
        data: object,
        *,
        to: str,
        headers: Mapping[str, str] | None,
        after: Duration | None,
        timeout: Duration | None,
    ) -> Sent:
        """Send an event, or one made of what is described and its data."""
        run = self._run
        if event is None:
            number = self._described + 1
            made = described_event(described, data, number)
            self._described = number
        elif described or data is not None:
            raise UsageError("send an event, or its attributes and data, not both")
        else:
            made = given_event(event)
        target = self._target(to)
        run.begun = True
        after_ns = 0 if after is None else wait_ns(after, "after")
        sender = run.post(
            target,
            made,
            after_ns,
            headers=lower_case(headers) if headers else None,
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
        )
        return Sent(sender, run.now_ns + after_ns)

    def post(
        self,
        url: str,
        method: str,
        body: bytes,
        *,
        headers: Mapping[str, str] | None,
        after: Duration | None,
        timeout: Duration | None,
        then: Callable[[Sent], None] | None,
    ) -> Sent:
        """Send an HTTP request as it stands."""
        run = self._run
        if then is not None:
            expect_callable(then, "then", "a function that takes what was sent")
        target = self._target(url)
        run.begun = True
        at_ns = run.now_ns + (0 if after is None else wait_ns(after, "after"))
        kernel = run.kernel
        assert kernel is not None, "who posts has a target"
        sender = kernel.post(
            target,
            expect(method, str, "method", "text such as 'POST'").upper(),
            lower_case(headers),
            expect(body, bytes, "body", "bytes"),
            at_ns=at_ns,
            timeout_ns=None if timeout is None else wait_ns(timeout, "timeout"),
        )
        sent = Sent(sender, at_ns)
        if then is not None:
            sender.then = lambda _: then(sent)
        return sent
