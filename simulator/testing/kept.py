"""A recorded run as a test that keeps it: what was given, what was sent, what came of it."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_text, duration_written
from simulator.errors import SimulatorError, UsageError
from simulator.event.writing import write_file
from simulator.kernel import Kind, Role
from simulator.kernel.routes import LinkedRoute
from simulator.manifests.writing import emit
from simulator.session.arguments import wait_ns
from simulator.session.engine import find_endpoint
from simulator.session.replaying import Replay
from simulator.session.sending import described_event, given_event, merged
from simulator.session.unmet import losses
from simulator.subscribers.parse import API_VERSION, KIND, TEST
from simulator.testing.expected import ANY
from simulator.testing.kept_live import Answers, posted_event
from simulator.testing.suite import Suite
from simulator.topology import Topology
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.event import Event
    from simulator.session import Simulation
    from simulator.session.journal import Input
    from simulator.session.views import Received
    from simulator.trace import Trace

GIVEN = {"seed": "seed", "profile": "profile", "start": "start", "max_ttl": "maxTTL"}
"""Options of a run -> the fields of a Simulation that say the same."""
# The level of nesting of the items of what is sent and expected.
_ITEMS = 3
_MOST_IN_ORDER = 20
_ANSWERS = ("answer", "hang_up", "log_line")
"""Inputs of a live run that are said elsewhere, or say nothing of what comes."""
_SENDING = {"to", "data", "after", "timeout", "as_", "attributes"}


class Kept(Value):
    """A test that a run has become, and what of the run it does not say, a sentence each."""

    spec: Mapping[str, Any]
    untold: tuple[str, ...] = ()


def document(name: str, spec: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": API_VERSION,
        "kind": TEST,
        "metadata": {"name": name},
        "spec": dict(spec),
    }


def yaml_text(name: str, spec: Mapping[str, Any]) -> str:
    """Write a test as a YAML document, each item of what is sent and expected on a line."""
    return emit(document(name, spec), flow_from=_ITEMS)


def kept_of(trace: Trace, name: str, handlers: Sequence[str]) -> Kept:
    """Have the run of a trace again, and make a test of it.

    Args:
        name: What the trace is called.

    Raises:
        SimulatorError: The run cannot be had again, or nothing of it can be expected.
    """
    answers: list[Answers] = []
    replay = Replay(trace, name)
    replay.check()
    sim, other = replay.again(
        lambda run: answers.append(Answers(run)) if run.live else None,
        handlers=handlers,
        raise_assertions=False,
    )
    if other:
        raise UsageError(f"{name}: {other}")
    options = trace.recorded.run if trace.recorded is not None else {}
    own = {"folder": options["folder"]} if "folder" in options else {}
    return kept(sim, options, *answers, handlers=list(handlers), **own)


def kept(
    sim: Simulation,
    options: Mapping[str, Any],
    answers: Answers | None = None,
    **own: Any,
) -> Kept:
    """Make a test of a run that was had again, and try it.

    Args:
        answers: Those of real services, in a live run.
        **own: Options that a trace does not hold: ``folder``, ``handlers``.

    Raises:
        UsageError: Nothing of it can be expected.
        TopologyError: The topology, or a place that an event goes to, is none any more.
    """
    untold = [
        f"the option {name} of the run"
        for name in options
        if name not in (*GIVEN, "folder", "live", "topology", "python")
    ]
    sent: list[dict[str, Any]] = []
    assert sim.journal is not None, "it was had again"
    described = 0  # as `send` counts them, for ids
    given = _given(sim.topology, options)
    inputs = sim.journal.inputs
    if answers is not None:
        given["services"], why = answers.services(inputs)
        untold += why
    gone = _gone(inputs)
    posts = 0
    for each in inputs:
        described += each.name == "send" and not any(each.args)
        if each.name in _ANSWERS and answers is not None:
            continue
        posts += each.name == "post"
        if each.name == "post" and answers is not None:
            sending, why = _posting(each, sim, gone.get(posts))
        else:
            sending, why = _sending(each, described)
        sent += sending
        untold += why
    spec: dict[str, Any] = {}
    if given:
        spec["given"] = given
    if sent:
        spec["send"] = sent
    if sim.due_ns is not None or sim.endless:
        spec["for"] = duration_written(sim.now_ns)
    spec["expect"] = [*_received(sim, sent), *_dead(sim), *_senders(sim, sent)]
    return _tried(spec, untold, sim.topology, own)


def _given(topology: Topology, options: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {"seed": 0}
    for each in topology.of_kind(KIND):
        said.update(each.spec)
    told = {GIVEN[name]: options[name] for name in GIVEN if name in options}
    return {name: value for name, value in told.items() if value != said.get(name)}


def _sending(each: Input, number: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Give what a test sends for an input; and what it does not say."""
    at_ns = each.reached.now_ns
    when = f"{each.name} at {duration_text(at_ns)}"
    if each.name != "send":
        return [], [when]
    kwargs = dict(each.kwargs)
    try:
        event = _event(each, kwargs, number)
        members = json.loads(
            write_file(event.attributes, event.body, in_base64=_is_binary(event.body))
        )
    except (SimulatorError, ValueError):
        return [], [f"{when}, of what is no event"]
    if members.get("specversion") == "1.0":
        del members["specversion"]
    if members.get("source") == "/kn-sim":
        del members["source"]
    sending: dict[str, Any] = {"event": members}
    if kwargs.get("to"):
        sending["to"] = kwargs["to"]
    if kwargs.get("after") is not None:
        at_ns += wait_ns(kwargs["after"], "after")
    if at_ns:
        sending["at"] = duration_written(at_ns)
    if kwargs.get("as_"):
        sending["as"] = kwargs["as_"]
    if kwargs.get("timeout") is not None:
        sending["timeout"] = duration_written(wait_ns(kwargs["timeout"], "timeout"))
    return [sending], [f"the headers of {when}"] if kwargs.get("headers") else []


def _gone(inputs: Sequence[Input]) -> dict[int, int]:
    """Give when the senders that did not wait for their answers have hung up, by number."""
    return {i.args[0]: i.reached.now_ns for i in inputs if i.name == "hang_up"}


def _posting(
    each: Input, sim: Simulation, gone_ns: int | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Give what a test sends for a request that came over a socket."""
    at_ns = each.reached.now_ns
    found = posted_event(each, sim)
    if found is None:
        return [], [f"a request at {duration_text(at_ns)} that is no event for a hub"]
    event, to = found
    sending, why = _sending(each._replace(name="send", args=(event,), kwargs={}), 0)
    for one in sending:
        one["to"] = to
        if gone_ns is not None:
            one["timeout"] = duration_written(max(1, gone_ns - at_ns))
    return sending, why


def _event(each: Input, kwargs: Mapping[str, Any], number: int) -> Event:
    if any(each.args):
        return given_event(each.args[0])
    named = {n: v for n, v in kwargs.items() if n not in _SENDING and n != "headers"}
    described = merged(kwargs.get("attributes"), named)
    return described_event(described, kwargs.get("data"), number)


def _is_binary(body: bytes | None) -> bool:
    try:
        (body or b"").decode()
    except UnicodeDecodeError:
        return True
    return False


# -- what is expected


def _received(
    sim: Simulation, sent: Sequence[Mapping[str, Any]]
) -> Iterable[dict[str, Any]]:
    ids = {each["event"]["id"] for each in sent}
    never = []
    for node in [each.node for each in sim.wiring.endpoints]:
        name = _name(node, sim)
        came = sim.received(node)
        took = [each for each in came if each.ok]
        are_events = all("type" in each.attributes for each in came)
        if not came:
            never.append(name)
        elif not are_events:
            yield {"received": name, "times": len(took)}
        elif took and len(took) <= _MOST_IN_ORDER:
            yield {"received": name, "inOrder": [_told(each, ids) for each in took]}
        else:
            for type_ in dict.fromkeys(each.attributes["type"] for each in came):
                times = sum(each.attributes["type"] == type_ for each in took)
                yield {"received": name, "times": times, "event": {"type": type_}}
    if never:
        yield {"received": never[0] if len(never) == 1 else never, "never": True}


def _told(each: Received, ids: set[str]) -> str | dict[str, str]:
    """Give what of an event a person would have said; an id, if the test sends it."""
    there = each.attributes
    told: dict[str, str] = {"type": there["type"]}
    if "subject" in there:
        told["subject"] = there["subject"]
    if there.get("id") in ids:
        told["id"] = there["id"]
    return told if len(told) > 1 else told["type"]


def _dead(sim: Simulation) -> Iterable[dict[str, Any]]:
    """Expect the dead letters by whom they were meant for, route and code."""
    nodes = [each.node for each in sim.wiring.endpoints]
    groups: Counter[tuple[str, str, str]] = Counter()
    for each in sim.dead_letters:
        asker = each.request.route
        if each.role is Role.DEAD_LETTER and isinstance(asker, LinkedRoute):
            code = each.attributes.get("knativeerrorcode", "")
            groups[asker.target.node, asker.node, code] += each.ok
    for (node, route, code), number in groups.items():
        meant = _name(node, sim) if node in nodes else "any"
        dead: dict[str, Any] = {"deadLettered": meant, "route": route}
        if code:
            dead["code"] = int(code)
        yield {**dead, "once": True} if number == 1 else {**dead, "times": number}
    if not groups:
        yield {"deadLettered": "any", "never": True}
    if not losses(sim.trace):
        yield {"noLoss": True}


def _senders(
    sim: Simulation, sent: Sequence[Mapping[str, Any]]
) -> Iterable[dict[str, Any]]:
    ids = dict.fromkeys(each["event"]["id"] for each in sent)
    answers: dict[str, set[int]] = {}
    for record in sim.trace.select(kind=Kind.ANSWERED):
        if record.event.id in ids and not record.target and record.status:
            answers.setdefault(record.event.id, set()).add(record.status)
    alike: dict[tuple[int, ...], list[str]] = {}
    for id_ in ids:
        if id_ in answers:
            alike.setdefault(tuple(sorted(answers[id_])), []).append(id_)
    for statuses, those in alike.items():
        status = statuses[0] if len(statuses) == 1 else list(statuses)
        yield {"answered": those[0] if len(those) == 1 else those, "status": status}


def _name(node: str, sim: Simulation) -> str:
    """Give the shortest name of a service that means no other."""
    bare = node.rpartition("/")[2]
    found = find_endpoint(sim.wiring.endpoints, bare)
    is_it = found is not None and found.node == node
    return bare if is_it and bare != ANY else node


# -- whether it holds


def _tried(
    spec: dict[str, Any], untold: list[str], topology: Topology, own: Mapping[str, Any]
) -> Kept:
    """Run the test; leave out, and tell, what does not hold when it is run."""
    manifests = [each.manifest for each in topology if each.kind != TEST]
    suite = Suite(Topology.of(*manifests, document("kept", spec)), {}, own)
    [outcome] = suite.run(suite.cases)
    failed = {each.path: each.text for each in outcome.failures}
    holding = []
    for number, each in enumerate(spec["expect"]):
        text = failed.pop(f"spec.expect[{number}]", None)
        if text is None:
            holding.append(each)
        else:
            untold.append(f"what does not hold in a test: {text.splitlines()[0]}")
    untold += [text.splitlines()[0] for text in failed.values()]
    if not holding:
        raise UsageError("nothing of the run can be kept in a test")
    return Kept(spec={**spec, "expect": holding}, untold=tuple(untold))
