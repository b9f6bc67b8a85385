"""What an EventListener does about a request, and what it answers.

Source: systems reference 1.4, 1.7; tektoncd/triggers pkg/sink/sink.go, pkg/template.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.event import Event
from simulator.kernel import Answer
from simulator.subscribers.checked import known_valid
from simulator.systems.cdevents import chain_id
from simulator.systems.cel import CelError
from simulator.systems.tekton_pipelines import filled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.systems.tekton_triggers import Listener, Trigger

ANSWERS = ("event", "json")
_ACCEPTED = 202
_STEP = re.compile(r"[\w-]+")


class Asked(NamedTuple):
    """A run that a request asks for."""

    pipeline: str
    name: str
    generated: str
    namespace: str
    params: Mapping[str, str]


def runs_asked_for(
    listener: Listener, headers: Mapping[str, list[str]], body: object
) -> Iterator[Asked]:
    """Give the runs that the triggers of a listener make of a request, in order.

    A trigger whose filter or binding cannot be evaluated makes none; the listener
    answers 202 all the same.
    """
    for trigger in listener.triggers:
        try:
            yield from _made(trigger, headers, body)
        except (CelError, KeyError):
            continue


def _made(
    trigger: Trigger, headers: Mapping[str, list[str]], body: object
) -> list[Asked]:
    values: dict[str, Any] = {"header": headers, "body": body, "extensions": {}}
    if not all(each.evaluate(values) is True for each in trigger.filters):
        return []
    for key, cel in trigger.overlays.items():
        _put(values["extensions"], key, cel.evaluate(values))
    params = dict(trigger.defaults)
    for name, text in trigger.params.items():
        try:
            params[name] = filled(text, lambda path: _found(values, path))
        except KeyError:
            if name not in params:
                raise
    own = {f"tt.params.{name}": value for name, value in params.items()}

    def fill(text: str) -> str:
        """Put params in; what there is no value for stays as it is written."""
        return filled(text, lambda path: own.get(path, f"$({path})"))

    return [
        Asked(
            fill(run.pipeline),
            fill(run.name),
            fill(run.generated),
            fill(run.namespace),
            {name: fill(text) for name, text in run.params.items()},
        )
        for run in trigger.runs
    ]


def _put(into: dict[str, Any], key: str, value: Any) -> None:
    """Set a member below: ``a.b``."""
    *above, last = key.split(".")
    for name in above:
        into = into.setdefault(name, {})
    into[last] = value


def _found(values: Mapping[str, Any], path: str) -> str:
    """Give what a binding names: ``body.a[0].b``, ``header.X``, ``extensions.k``.

    Raises:
        KeyError: It is not there.
    """
    first, *steps = _STEP.findall(path)
    found: Any = values[first]
    if first == "header":
        rest = steps[0]
        names = [name for name in found if name.lower() == rest.lower()]
        return str(found[names[0]][0]) if names else _missing(path)
    for step in steps:
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            _missing(path)
    return found if isinstance(found, str) else json.dumps(found)


def _missing(path: str) -> str:
    raise KeyError(path)


def answered(listener: Listener, with_: str, event_id: str) -> Answer:
    """Give the answer: 202 with an event, or with bare JSON as before v0.22.

    Source: systems reference 1.7, rows on the EventListener.
    """
    uid = chain_id("EventListener", listener.namespace, listener.name)
    data = {
        "eventListener": listener.name,
        "namespace": listener.namespace,
        "eventListenerUID": uid,
        "eventID": event_id,
    }
    body = json.dumps(data).encode()
    if with_ == "json":
        return Answer(
            _ACCEPTED, headers={"content-type": "application/json"}, body=body
        )
    attributes = {
        "specversion": "1.0",
        "id": event_id,
        "source": listener.name,
        "type": "dev.tekton.event.triggers.accepted.v1",
        "subject": f"{listener.namespace}.{listener.name} accepted {event_id}",
        "datacontenttype": "application/json",
    }
    return Answer(_ACCEPTED, reply=known_valid(Event(attributes, body)))
