"""What the services around Keptn have in common: they take a task, and tell Keptn of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simulator.systems.keptn_events import answer_to, data_of
from simulator.systems.system import System

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulator.event.sdk import CloudEvent
    from simulator.systems.context import SystemContext

_BAD_REQUEST = 400


class KeptnService(System):
    """Takes events of Keptn; what is not its business it answers with 200.

    Args:
        keptn: Where it sends its events.
        source: Their source.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False

    def __init__(self, keptn: str, source: str) -> None:
        self._keptn = keptn
        self._source = source

    @property
    def sends_to(self) -> Iterable[str]:
        """Keptn's address."""
        return (self._keptn,)

    def __call__(self, event: CloudEvent, context: SystemContext) -> int | None:
        """Take an event; one of its own without a JSON object is refused with 400."""
        if not self.takes(event.get_type()):
            return None
        data = data_of(event)
        if data is None:
            return _BAD_REQUEST
        self.execute(event, data, context)
        return None

    def takes(self, type_: str) -> bool:
        """Tell whether events of a type are its business."""
        raise NotImplementedError

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        """Do what an event asks for."""
        raise NotImplementedError

    def _send(
        self,
        event: CloudEvent,
        phase: str,
        data: Mapping[str, Any],
        context: SystemContext,
    ) -> None:
        """Tell Keptn that the task is ``started`` or ``finished``."""
        context.emit(answer_to(event, phase, data, context, self._source), self._keptn)
