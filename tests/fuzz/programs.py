"""Short programs that call the public names with values of all types, wrong ones too."""

from __future__ import annotations

import asyncio
import inspect
import io
import warnings
from contextlib import redirect_stdout
from functools import cache
from typing import TYPE_CHECKING, Any

import simulator
from simulator.errors import SimulatorError
from tests.fuzz.trying import place_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

FILES = ("program.py",)
_BEGIN = '''\
from datetime import datetime, timedelta, UTC
from decimal import Decimal
from pathlib import Path
from unittest.mock import Mock
from simulator import *
topology = Topology.parse("""
topology: small
brokers: {default: {}}
triggers:
  t: {filter: {type: a}, subscriber: x}
  u: {subscriber: z, delivery: {retry: 2, backoffDelay: 1s, deadLetterSink: d}}
services:
  x: {reply: {type: b, data: {n: 1}}}
  z: {responses: [500]}
  d: {}
""")
blueprint = Blueprint(topology)
'''
_WRONG = (
    "None", "True", "0", "-1", "1", "5", "2**63", "10**400", "0.5", "-0.0", "float('nan')",
    "float('inf')", "Decimal('1.5')", "''", "'x'", "'x' * 10000", "'\\x00'", "'\\ud800'", "'é'",
    "b''", "b'x'", "b'\\xff'", "bytearray(b'x')", "[]", "['x']", "[1]", "[None]", "()", "(1, 'x')",
    "{}", "{'x': 1}", "{1: 'x'}", "{'x': None}", "{'x': {'y': 'z'}}", "{None: None}", "set()",
    "{'x'}", "frozenset()", "object()", "object", "int", "str", "lambda: 1",
    "lambda event: 200", "lambda *a: 1", "print", "Path('x')", "Path('.')", "range(3)", "iter(())",
    "Mock()", "...", "datetime(2026, 1, 1)", "datetime(2026, 1, 1, tzinfo=UTC)",
    "timedelta(seconds=5)", "timedelta(days=-1)", "10j", "memoryview(b'x')", "Exception('x')",
    "topology", "blueprint", "sim", "sim.trace", "sent", "event", "[[]]", "[{}]", "slice(1)",
)  # fmt: skip
_RIGHT: dict[str, tuple[str, ...]] = {
    "seed": ("7",), "profile": ("'spec'", "'mt-channel'"), "start": ("'2026-01-01T00:00:00Z'",),
    "max_ttl": ("3",), "keep": ("100",), "most": ("1000",), "folder": ("'.'",),
    "configmaps": ("{'config-br-defaults': {'x': 'y'}}",), "handlers": ("['x.py']",),
    "choices": ("{'fault/1#1': 1}",), "name": ("'x'", "'z'", "'t'"), "service": ("'x'", "'service/z'"),
    "handler": ("lambda event: 202", "lambda event, context: None"), "event": ("event", "sent"),
    "to": ("'broker/default'", "'service/x'", "'http://x.default.svc.cluster.local'"),
    "url": ("'broker/default'", "'service/x'"), "after": ("'1s'",), "timeout": ("'1s'",),
    "type": ("'a'",), "source": ("'/x'",), "id": ("'1'",), "headers": ("{'x-y': 'z'}",),
    "until": ("'1m'",), "trigger": ("'t'", "'trigger/u'"), "node": ("'service/x'", "'broker/default'"),
    "serial": ("0", "1"), "kind": ("'Trigger'", "'dispatched'"), "text": ("'topology: x'",),
    "topology": ("topology", "blueprint"), "method": ("'POST'",), "body": ("b'{}'",),
    "duration": ("'1s'",), "latency": ("'1s'",), "status": ("503",), "probability": ("0.5",),
    "times": ("1",), "within": ("'1s'",), "at": ("'service/x'",), "count": ("1",),
}  # fmt: skip
_CLASSES = (
    "Blueprint",
    "Simulation",
    "Topology",
    "CloudEvent",
)
_CALLED = {"enough", "then", "where", "condition"}
# What `watch` is given is called as it is; the others are not of this package.
_SKIPPED = {"watch", "replace", "index", "count"}


def make(random: Random) -> tuple[str]:
    """Make a program of a few calls."""
    lines = ["sim = Simulation(topology, most=3000)"]
    if random.random() < 0.5:  # where it is refused, the first is left
        options = _arguments(simulator.Simulation, random, drop=("most",))
        lines += [f"sim = Simulation({options})"]
    if random.random() < 0.2:
        lines += [f"sim.service('x', lambda event: {_value('', random)})"]
    lines += [
        "event = CloudEvent({'type': 'a', 'source': '/x', 'id': '1', 'specversion': '1.0'})"
    ]
    lines += ["sent = sim.send(type='a', data={'n': 1})"]
    if random.random() < 0.5:
        lines += ["sim.run('1m')"]
    for _ in range(random.randint(1, 5)):
        lines.append(_call(random))
    if random.random() < 0.5:
        lines += ["sim.run('1m')"]
    return ("\n".join(lines) + "\n",)


def attempt(parts: tuple[str, ...]) -> None:
    """Run it, line by line; a line that is refused is left out."""
    space: dict[str, Any] = {}
    try:
        exec(_BEGIN, space)  # noqa: S102 - programs of ours
    except SimulatorError as error:
        raise RuntimeError("nothing would be tried") from error
    space.update(dict.fromkeys(("sim", "sent", "event")))
    with redirect_stdout(io.StringIO()):
        for line in parts[0].splitlines():
            _do(line, space)


def _do(line: str, space: dict[str, Any]) -> None:
    try:
        code = compile(f"_ = {line}" if _is_call(line) else line, "<program>", "exec")
    except SyntaxError:
        return  # it was made smaller
    try:
        exec(code, space)  # noqa: S102 - programs of ours
        if inspect.iscoroutine(space.get("_")):
            asyncio.run(space["_"])
    except SimulatorError as error:
        str(error)
    except OSError as error:
        if error.filename is None:
            raise
    except Exception as error:
        if place_of(error.__traceback__):
            raise
        # Python itself refuses the line: nobody of ours was called


def _is_call(line: str) -> bool:
    return line.startswith(
        ("sim.", "topology.", "Topology.", "Trace.", "simulator.", "repr(")
    )


def _call(random: Random) -> str:
    owner, name = random.choice(_calls())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an old name tells the new one
        found = getattr(owner[1], name)
    if isinstance(found, property) or not callable(found):
        return f"repr({owner[0]}.{name})"
    return f"{owner[0]}.{name}({_arguments(found, random, bound=owner[2])})"


@cache
def _calls() -> tuple[tuple[tuple[str, Any, bool], str], ...]:
    """List what can be called or looked at: of instances, and the names themselves."""
    import simulator as package
    from simulator import Simulation, Topology, Trace

    owners: list[tuple[str, Any, bool]] = [
        ("sim", Simulation, True), ("sim", Simulation, True), ("topology", Topology, True),
        ("sim.trace", Trace, True), ("Topology", Topology, False), ("Trace", Trace, False),
    ]  # fmt: skip
    found = [
        (owner, name) for owner in owners for name in _public(owner[1], bound=owner[2])
    ]
    module = ("simulator", package, False)
    return (*found, *[(module, name) for name in (*_CLASSES, "reply")])


def _public(owner: type, *, bound: bool) -> Iterator[str]:
    for name, member in inspect.getmembers_static(owner):
        is_called = bound or isinstance(member, classmethod | staticmethod)
        if is_called and not name.startswith("_") and name not in _SKIPPED:
            yield name


def _arguments(
    function: Callable[..., Any],
    random: Random,
    *,
    bound: bool = False,
    drop: tuple[str, ...] = (),
) -> str:
    """Draw what a call is given: each argument right, wrong or left out."""
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return _value("", random)
    said = []
    for parameter in parameters[1:] if bound else parameters:
        name, kind = parameter.name, parameter.kind
        if name in drop or (
            parameter.default is not parameter.empty and random.random() < 0.6
        ):
            continue
        if kind is parameter.VAR_KEYWORD:
            names = random.sample(
                ("type", "source", "id", "subject", "x", "Y"), random.randrange(3)
            )
            said += [f"{each}={_value(each, random)}" for each in names]
        elif kind is parameter.VAR_POSITIONAL:
            said += [_value(name, random) for _ in range(random.randrange(3))]
        elif kind is parameter.KEYWORD_ONLY or any(
            "=" in s.split("(")[0] for s in said
        ):
            if kind is not parameter.POSITIONAL_ONLY:
                said.append(f"{name}={_value(name, random)}")
        else:
            said.append(_value(name, random))
    return ", ".join(said)


def _value(name: str, random: Random) -> str:
    if name in _CALLED:  # what they raise is theirs
        return random.choice(("lambda *_: True", "3", "'x'", "[]", "{}", "object()"))
    if name in _RIGHT and random.random() < 0.5:
        return random.choice(_RIGHT[name])
    return random.choice(_WRONG)
