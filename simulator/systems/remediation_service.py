"""Keptn's remediation-service: which action comes next, by ``remediation.yaml``.

Source: keptn/spec remediation.md; keptn/keptn remediation-service,
    handler/get_action_event_handler.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.resource import mapping
from simulator.systems.documents import read_document
from simulator.systems.keptn_events import KeptnService

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulator.errors import Fault
    from simulator.event.sdk import CloudEvent
    from simulator.subscribers.fields import Fields
    from simulator.systems.system import SystemContext

VERSION = "spec.keptn.sh/0.1.4"
_MOST = 1_000

Actions = dict[str, list[dict[str, Any]]]


class RemediationService(KeptnService):
    """Answers what Keptn is to do about a problem.

    Args:
        remediation: The file, spec.keptn.sh/0.1.4; without it, each answer is an error.
    """

    task = "get-action"

    def __init__(
        self, remediation: Path | None = None, keptn: str = "service/keptn"
    ) -> None:
        self.actions: Actions | None = None
        self._warnings: list[Fault] = []
        if remediation is not None:
            self.actions, self._warnings = read_actions(remediation)
        super().__init__(keptn, "remediation-service", remediation)

    @property
    def warnings(self) -> Iterable[Fault]:
        return self._warnings

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        self._send(event, "started", {"status": "succeeded"}, context)
        self._send(event, "finished", self._next(data), context)

    def _next(self, data: Mapping[str, Any]) -> dict[str, Any]:
        fails = {"status": "succeeded", "result": "fail"}
        if self.actions is None:
            place = (
                f"services {data.get('service', '')} in stage {data.get('stage', '')}"
            )
            lacks = f"Could not get remediation.yaml file for {place}."
            return {**fails, "status": "errored", "message": lacks}
        problem = mapping(data.get("problem"))
        index = mapping(data.get("get-action")).get("actionIndex", 0)
        index = index if isinstance(index, int) and index >= 0 else 0
        about, actions = _actions_for(problem, self.actions)
        if actions is None:
            return {**fails, "message": f"unable to find action for {about}"}
        if index >= len(actions):
            none = f"there is no action with index {index} for {about}"
            return {**fails, "message": none}
        return {
            "status": "succeeded",
            "result": "pass",
            "action": actions[index],
            "get-action": {"actionIndex": index + 1},
        }


def _actions_for(
    problem: Mapping[str, Any], actions: Actions
) -> tuple[str, Sequence[dict[str, Any]] | None]:
    """Find the actions for a problem: by its cause, then its title, then the default.

    Source: GetNextAction.
    """
    cause, title = _member(problem, "rootCause"), _member(problem, "problemTitle")
    about = "problem type default"
    if cause or title:
        about = f"root cause {cause}" if cause else f"problem title {title}"
    for name in (cause, title, "default"):
        if actions.get(name):
            return about, actions[name]
    return about, None


def _member(problem: Mapping[str, Any], name: str) -> str:
    """Give a member, whatever its case: prometheus-service writes ``ProblemTitle``.

    Source: Go encoding/json, Unmarshal: an exact match, or one but for the case.
    """
    alike = (each for n, each in problem.items() if n.lower() == name.lower())
    return str(problem.get(name) or next(alike, None) or "")


def read_actions(path: Path) -> tuple[Actions, list[Fault]]:
    """Read remediations: problem type -> its actions; and what is ignored there.

    The first of a type counts.

    Raises:
        OptionError: There is no such file.
        TopologyError: It is none; every fault is named.
    """
    document = read_document(path, "remediation")
    fields = document.fields
    fields.only(("apiVersion", "kind", "metadata", "version", "spec"))
    version = fields.get("apiVersion")
    if version != VERSION:
        fields.fault("apiVersion", f"expected {VERSION}, found {version!r}")
    if fields.get("kind") != "Remediation":
        fields.warn("kind", f"expected Remediation, found {fields.get('kind')!r}")
    fields.child("metadata").only(("name",))
    spec = fields.child("spec")
    spec.only(("remediations",))
    found: Actions = {}
    for each in spec.children("remediations")[:_MOST]:
        each.only(("problemType", "actionsOnOpen"))
        if "problemType" not in each:
            each.warn("problemType", "is missing: no problem is of this one")
        listed = [_action(action) for action in each.children("actionsOnOpen")[:_MOST]]
        found.setdefault(each.text("problemType"), listed)
    if not found:
        spec.warn("remediations", "expected at least one remediation")
    document.check()
    return found, document.warnings


def _action(fields: Fields) -> dict[str, Any]:
    fields.only(("name", "action", "description", "value"))
    if "action" not in fields:
        fields.fault("action", "is missing, and needed")
    named = {n: fields.text(n) for n in ("name", "action", "description")}
    return {**named, "value": fields.get("value")}
