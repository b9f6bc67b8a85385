"""What answers for a service, in one run: a script or a reply of its description."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel import Answer
from simulator.statuses import SUCCESS
from simulator.subscribers.handler import failure
from simulator.subscribers.replies import ReplyFailedError, reply_answer
from simulator.subscribers.script import Script

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from simulator.event import Event
    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.session.run import Run
    from simulator.subscribers.service_spec import ServiceSpec
    from simulator.wiring import Endpoint

    Subscriber = Callable[[Request], Answer | None]

STUB = Answer(202)
PLAIN = Answer(200)


class Service:
    """One service of a run; see `simulator.subscribers.context.Surroundings`.

    Attributes:
        urls: Of the addresses that its description emits to.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        run: Run,
        post: Callable[[Event, str, int, str], None],
    ) -> None:
        self.name = endpoint.name
        self.node = endpoint.node
        self._seed = f"{run.seed}:{endpoint.node}"
        self._random: Random | None = None
        self._post = post
        self.urls: dict[str, str] = {}
        self.now_text = run.now_text

    @property
    def random(self) -> Random:
        """Its own stream of chance, so that no other service's draws move it."""
        if self._random is None:
            from random import Random  # most services draw nothing

            self._random = Random(self._seed)  # noqa: S311 - no secret
        return self._random

    def emit(self, event: Event, to: str, after_ns: int) -> None:
        """Post a new event to an address, later or now."""
        self._post(event, self.urls.get(to, to), after_ns, self.node)


def declared(spec: ServiceSpec, service: Service, run: Run) -> Answering:
    """Make what answers for a service that a Simulation document describes."""
    if spec.is_constant:
        return PLAIN
    if spec.approval is not None:
        from simulator.session.approvals import Approver  # few hold requests

        return (Approver(spec, spec.approval, service, run),)
    answer = _scripted(spec, service)

    def subscriber(request: Request) -> Answer:
        run.cause = run.asked()
        try:
            made = answer(request)
            if made.status in SUCCESS:
                for emission in spec.emissions:
                    emission.emit(request, service)
        except ReplyFailedError as error:
            made = failure(str(error))
        finally:
            run.cause = -1
        if spec.latency.is_none:
            return made
        return made.delayed(spec.latency.draw(service.random))

    return subscriber


def _scripted(spec: ServiceSpec, service: Service) -> Callable[[Request], Answer]:
    """Make what answers as the responses say, and with the reply where they do not."""
    script = Script(spec.responses, spec.rules)

    def answer(request: Request) -> Answer:
        response = script.next(request)
        reply = spec.reply
        if response is None:
            return PLAIN if reply is None else reply_answer(reply, request, service)
        made = response.answer(request, service)
        if reply is None or made.status not in SUCCESS or made.body or made.reply:
            return made
        replied = reply_answer(reply, request, service)
        return replied.delayed(made.after_ns, status=made.status)

    return answer
