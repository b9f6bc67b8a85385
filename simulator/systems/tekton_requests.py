"""What comes of a request to an EventListener: the runs that are made, and the answer.

Source: tektoncd/triggers pkg/sink/sink.go, pkg/template (event.go, jsonpath.go,
    resource.go), pkg/interceptors/cel/cel.go; systems reference 1.4, 1.7.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, Any

from simulator.event import Event
from simulator.kernel import Answer
from simulator.kernel.envelope import known_valid
from simulator.systems.cdevents import chain_id
from simulator.systems.cel import CelError
from simulator.systems.tekton_pipelines import filled
from simulator.systems.tekton_triggers import Asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from simulator.systems.tekton_triggers import Listener, Trigger

ANSWERS = ("event", "json")
_ACCEPTED = 202
_STEP = re.compile(r"[\w-]+")
_SMALLEST_PLAIN, _LARGEST_PLAIN = 1e-6, 1e21
_OF_HTML = {"&": "\\u0026", "<": "\\u003c", ">": "\\u003e"}


def runs_asked_for(
    listener: Listener,
    headers: Mapping[str, str],
    body: bytes,
    uuid: Callable[[], str],
) -> Iterator[Asked]:
    """Give the runs that the triggers of a listener make of a request, in order.

    A trigger makes none whose filter or binding cannot be evaluated, or whose template is
    no JSON once the params are in it; the listener answers 202 all the same.
    """
    canonical = {
        "-".join(part.capitalize() for part in name.split("-")): text
        for name, text in headers.items()
    }
    try:
        read = _read(body) if body else None
    except (ValueError, RecursionError):
        return  # newEvent, makeEvalContext: no trigger takes what is no JSON
    values = {"header": canonical, "body": read}
    for trigger in listener.triggers:
        try:
            extensions = _extensions(trigger, values)
            yield from _made(trigger, {**values, "extensions": extensions}, uuid)
        except (KeyError, ValueError, RecursionError):
            continue


def _read(body: bytes) -> Any:
    """Read JSON as Go does: each number is a double; ValueError for one that is none."""

    def double(text: str) -> float:
        number = float(text)
        if not isfinite(number):
            raise ValueError(f"{text} is no number of JSON")
        return number

    return json.loads(body, parse_int=double, parse_float=double, parse_constant=double)


def _extensions(trigger: Trigger, values: Mapping[str, Any]) -> dict[str, Any]:
    """Let the interceptors add to the extensions; CelError where one stops the trigger.

    Source: ExecuteInterceptors: each gets what those before it have added; Process: an
        overlay sees none of its own interceptor, and the body has to be an object.
    """
    extensions: dict[str, Any] = {}
    body = {} if values["body"] is None else values["body"]
    listed = {name: [text] for name, text in values["header"].items()}
    for each in trigger.interceptors:
        if not isinstance(body, dict):
            raise CelError("failed to parse the body as JSON: expected an object")
        seen = {"header": listed, "body": body, "extensions": extensions}
        if each.filter is not None and each.filter.evaluate(seen) is not True:
            raise CelError(f"expression {each.filter.text} did not return true")
        made: dict[str, Any] = {}
        for key, cel in each.overlays.items():
            _put(made, key, cel.evaluate(seen))
        extensions = {**extensions, **made}
    return extensions


def _made(
    trigger: Trigger, values: Mapping[str, Any], uuid: Callable[[], str]
) -> list[Asked]:
    """Fill the templates of a trigger.

    Raises:
        KeyError: A binding names what is not there, and its param has no default.
        ValueError: A template is no JSON any more.
    """
    params = dict(trigger.defaults)
    for name, text in trigger.params.items():
        default = trigger.defaults.get(name)

        def value_of(path: str, default: str | None = default) -> str:
            try:
                return _found(values, path)
            except KeyError:
                if default is None:
                    raise
                return default

        params[name] = filled(text, value_of)
    own = {f"tt.params.{name}": value for name, value in params.items()}

    def value_in_template(path: str) -> str:
        """Give a param; what there is no value for stays as it is written."""
        if path == "uid":
            own[path] = own.get(path) or uuid()
        value = own.get(path, f"$({path})")
        return value.replace('"', r"\"") if trigger.escapes else value

    def fill(text: str) -> str:
        """Put params in as bytes: the template is JSON, and quotes in them end its texts.

        Source: resource.go, applyParamToResourceTemplate.
        """
        return str(json.loads(filled(json.dumps(text), value_in_template)))

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
    """Give ``body.a[0].b``, ``header.X``, ``extensions.k``; KeyError for what is not there."""
    first, *steps = _STEP.findall(path)
    found: Any = values[first]
    if first == "header":
        names = [name for name in found if name.lower() == steps[0].lower()]
        return _json_inside(found[names[0]]) if names else _missing(path)
    for step in steps:
        if isinstance(found, dict) and step in found:
            found = found[step]
        elif isinstance(found, list) and step.isdecimal() and int(step) < len(found):
            found = found[int(step)]
        else:
            _missing(path)
    return _json_inside(found)


def _json_inside(value: Any) -> str:
    """Write a value as JSON; of a text what is between the quotes.

    Source: jsonpath.go, getResults.
    """
    text = _go_json(value)
    return text[1:-1] if isinstance(value, str) else text


def _go_json(value: Any) -> str:
    """Write JSON as Go does: without white space, members by name.

    Source: Go encoding/json, Marshal; encode.go floatEncoder.
    """
    if isinstance(value, dict):
        inside = (f"{_go_json(n)}:{_go_json(value[n])}" for n in sorted(value))
        return f"{{{','.join(inside)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_go_json, value))}]"
    if isinstance(value, float):
        return _go_number(value)
    text = json.dumps(value, ensure_ascii=False)
    for letter, escape in _OF_HTML.items():
        text = text.replace(letter, escape)
    return text


def _go_number(value: float) -> str:
    if value == 0 or _SMALLEST_PLAIN <= abs(value) < _LARGEST_PLAIN:
        return f"{Decimal(repr(value)):f}".removesuffix(".0")
    return repr(value).replace("e-0", "e-")


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
