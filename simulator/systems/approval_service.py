"""Keptn's approval-service: decides by the strategy for a result, or lets a person decide.

Source: keptn/spec cloudevents.md, approval; keptn/keptn approval-service,
    handler/approval_triggered_handler.go.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from simulator.resource import mapping
from simulator.systems.keptn_events import KeptnService, answer_to

if TYPE_CHECKING:
    from simulator.event.sdk import CloudEvent
    from simulator.systems.system import SystemContext

_SOURCE = "approval-service"
_BY_HAND = "https://github.com/keptn/keptn/bridge#approval.finished"
_MANUAL, _AUTOMATIC = "manual", "automatic"
_PASS, _FAIL = "pass", "fail"


class ApprovalService(KeptnService):
    """Approves what Keptn asks it to; whom a person has to decide about, waits."""

    asks: ClassVar[bool | None] = True
    task = "approval"

    def __init__(self, keptn: str = "service/keptn") -> None:
        super().__init__(keptn, _SOURCE)

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        result, strategy = _strategy(data)
        says = f"Approval strategy for result '{result}': {strategy}"
        told = {"status": "succeeded", "message": says}
        self._send(event, "started", told, context)
        if result == _FAIL or strategy == _AUTOMATIC:
            verdict = _FAIL if result == _FAIL else _PASS
            self._finish(event, verdict, _SOURCE, context)
        else:
            context.ask(partial(self._decided, event))

    def _decided(
        self, event: CloudEvent, approved: bool, context: SystemContext
    ) -> None:
        self._finish(event, _PASS if approved else _FAIL, _BY_HAND, context)

    def _finish(
        self, event: CloudEvent, verdict: str, by: str, context: SystemContext
    ) -> None:
        told = {"status": "succeeded", "result": verdict, "message": ""}
        context.emit(answer_to(event, "finished", told, context, by), self._keptn)


def _strategy(data: dict[str, Any]) -> tuple[str, str]:
    """Give the result that is judged, and the strategy for it.

    One that is empty is that of the evaluation; if that is, too, a person decides.
    """
    strategies = mapping(data.get("approval"))
    result = data.get("result") or mapping(data.get("evaluation")).get("result") or ""
    if result == _FAIL:
        return result, _AUTOMATIC
    known = result in ("pass", "warning")
    automatic = known and strategies.get(result) == _AUTOMATIC
    return str(result), _AUTOMATIC if automatic else _MANUAL
