"""``kn-sim check --apply-order``: what is lost while a tool creates the resources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.changes.gaps import State, applied
from simulator.changes.kapp_order import unknown_groups
from simulator.cli.inputs import simulate
from simulator.cli.output import MOST_FAULTS
from simulator.resource import counted
from simulator.story.phrases import time_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from simulator.changes.gaps import Applied, Fix, Gap
    from simulator.cli.style import Style
    from simulator.resource import ResourceKey
    from simulator.session import Simulation
    from simulator.topology import Topology

TOOLS = ("kapp", "kubectl")
_MOST_RECORDS = 20_000
_NAMED = 6  # resources of one kind in a wave
_MARKS = {
    State.LOSES: ("✗", "red"),
    State.UNTOLD: ("?", "yellow"),
    State.UNTRIED: ("?", "yellow"),
    State.UNWAITED: ("?", "yellow"),
    State.HARMLESS: ("·", "yellow"),
    State.WAITS: ("✓", "green"),
    State.SAFE: ("✓", "green"),
}
_GRAVE = {"✗": "fault", "?": "warning"}

_SAID = {
    State.LOSES: "loses what is sent until {} is Ready",
    State.UNTOLD: "may lose events; nothing says when it sends what",
    State.UNTRIED: "may lose events; not tried, since there are so many",
    State.HARMLESS: "its first event does not go there, later ones may",
    State.WAITS: "loses nothing, since its sink has no address until then",
}


def order_of(args: argparse.Namespace, sim: Simulation) -> Applied:
    """Find what is lost; TopologyError where kapp would refuse an annotation."""
    from simulator.errors import TopologyError

    def make(topology: Topology) -> Simulation:
        return simulate(args, topology, most=_MOST_RECORDS)

    found = applied(sim.topology, sim.wiring, args.apply_order, make)
    if found.order.faults:
        raise TopologyError(found.order.faults)
    return found


def order_lines(found: Applied, style: Style) -> Iterator[str]:
    yield style.paint(f"apply order of {found.tool}", "bold")
    if found.tool == "kubectl":
        yield "  one after the other, as they stand in the files"
        yield from _too_early(found, style)
    else:
        yield from _waves(found.order.waves(), style)
        for fault in unknown_groups(list(found.resources.values())):
            yield style.symbols(f"  {fault}")
    for gap in found.gaps[:MOST_FAULTS]:
        mark, colour = _MARKS[gap.state]
        symbol = style.mark(mark, colour)
        yield f"{symbol} {style.symbols(_said(gap, found.tool))}"
        yield from (f"    {style.symbols(line)}" for line in _lost(gap))
    if len(found.gaps) > MOST_FAULTS:
        yield f"  and {len(found.gaps) - MOST_FAULTS} more; --format json gives all"
    if found.fix is not None:
        yield from _fix_lines(found, found.fix, style)
    yield _verdict(found, style)


def _too_early(found: Applied, style: Style) -> Iterator[str]:
    """Tell of resources that stand before their Namespace: the API server refuses them."""
    created: dict[str, int] = {}
    for key in found.resources:
        if (key.group, key.kind) == ("", "Namespace") and key.name in created:
            early = counted(created.pop(key.name), "resource")
            line = f"{early} of namespace {key.name} before it: refused the first time"
            yield f"{style.mark('✗', 'red')} {line}"
        created[key.namespace] = created.get(key.namespace, 0) + 1


def _waves(waves: Sequence[Sequence[ResourceKey]], style: Style) -> Iterator[str]:
    for number, wave in enumerate(waves, 1):
        kinds: dict[str, list[str]] = {}
        for key in wave:
            kinds.setdefault(key.kind, []).append(key.name)
        shown = ", ".join(
            f"{kind} {', '.join(names)}"
            if len(names) <= _NAMED
            else counted(len(names), kind)
            for kind, names in kinds.items()
        )
        at_once = "at once, in any order: " if len(wave) > 1 else ""
        yield style.symbols(f"  {number}. {at_once}{shown}")


def _said(gap: Gap, tool: str) -> str:
    source, before = gap.source, gap.before
    if gap.state is State.SAFE:
        return f"{before} is Ready before {source} is created"
    if gap.state is State.UNWAITED:
        return (
            f"{before} is created before {source}, but {tool} does not wait until it is "
            "Ready"
        )
    return f"{source} before {before}: {_SAID[gap.state].format(before)}"


def _lost(gap: Gap) -> Iterator[str]:
    lost = gap.lost
    if lost is None:
        return
    missed = ", ".join(f"{route} → {to}" for route, to in lost.routes)
    accepted = f"{lost.hub} accepts it; " if lost.hub else ""
    at = time_text(lost.at_ns)
    yield f"the first, {lost.type} at +{at}: {accepted}not delivered: {missed}"


def _fix_lines(found: Applied, fix: Fix, style: Style) -> Iterator[str]:
    if found.tool == "kubectl":
        sources = list({gap.source.key: gap.source for gap in found.gaps}.values())
        waited = {gap.before.key: gap.before for gap in found.gaps}.values()
        yield style.paint("to be safe, apply in two steps", "bold")
        yield f"  1. all but {', '.join(map(str, sources))}; then"
        for each in waited:
            if (each.api_version, each.kind) in fix.waits:
                kind = f"{each.kind.lower()}.{each.group}"
                yield (
                    f"     kubectl wait -n {each.namespace} --for=condition=Ready "
                    f"{kind}/{each.name}"
                )
        yield f"  2. {', '.join(map(str, sources))}"
        return
    put = "to be safe, put"
    if fix.annotations:
        put = "and put"
        yield style.paint("to be safe, annotate (metadata.annotations)", "bold")
    for key, notes in fix.annotations.items():
        yield style.symbols(f"  {_name(key)}")
        yield from (f"    {name}: {value}" for name, value in notes.items())
    yield style.paint(
        f"{put} beside it, so that kapp waits until each is Ready", "bold"
    )
    yield from (f"  {line}" for line in config_text(fix).splitlines())
    works = "then" if fix.works else "even so, which is not safe,"
    yield style.paint(f"{works} kapp creates", "bold")
    yield from _waves(fix.order.waves(), style)


def config_text(fix: Fix) -> str:
    """Give the Config that lets kapp wait, as YAML.

    Source: reference/systems.md 4.4: a custom resource without a wait rule counts as
        ready at once; waitRules.
    """
    matchers = "".join(
        f"  - apiVersionKindMatcher: {{apiVersion: {version}, kind: {kind}}}\n"
        for version, kind in fix.waits
    )
    return (
        "apiVersion: kapp.k14s.io/v1alpha1\n"
        "kind: Config\n"
        "waitRules:\n"
        "- supportsObservedGeneration: true\n"
        "  conditionMatchers:\n"
        '  - {type: Ready, status: "False", failure: true}\n'
        '  - {type: Ready, status: "True", success: true}\n'
        f"  resourceMatchers:\n{matchers}"
    )


def _verdict(found: Applied, style: Style) -> str:
    states = [gap.state for gap in found.gaps]
    loses = states.count(State.LOSES)
    open_ = sum(_MARKS[state][0] == "?" for state in states)
    if loses:
        mark, colour = "✗", "red"
        said = (
            f"{found.tool} may create a source too early: {loses} ways to lose events"
        )
        said = said.replace("1 ways", "1 way")
        if found.tool == "kapp" and found.fix is not None and found.fix.works:
            said += ", none with these annotations"
    elif open_:
        mark, colour = "?", "yellow"
        said = (
            f"nothing is known to be lost; {open_} times {found.tool} may be too early"
        )
    else:
        mark, colour = "✓", "green"
        said = f"no order of {found.tool} loses an event of a source"
        if not found.sources:
            said = "none of the resources is a source: nothing is lost meanwhile"
    return f"{style.mark(mark, colour)} {style.paint(said, 'bold')}"


def order_notes(found: Applied) -> Iterator[dict[str, Any]]:
    from simulator.cli.findings import fault_object
    from simulator.errors import Fault

    for gap in found.gaps:
        mark = _MARKS[gap.state][0]
        if mark in _GRAVE:
            said = "; ".join((_said(gap, found.tool), *_lost(gap)))
            fault = Fault(said, gap.source.position(), subject=str(gap.source))
            yield {**fault_object(fault, "apply-order"), "severity": _GRAVE[mark]}


def order_object(found: Applied) -> dict[str, Any]:
    fix = found.fix
    return {
        "tool": found.tool,
        "safe": found.safe,
        "waves": [[_name(key) for key in wave] for wave in found.order.waves()],
        "gaps": [
            {
                "source": str(gap.source),
                "before": str(gap.before),
                "state": gap.state.value,
                "event": gap.lost.type if gap.lost else "",
                "at_ns": gap.lost.at_ns if gap.lost else None,
                "lost": [
                    {"route": route, "subscriber": to}
                    for route, to in (gap.lost.routes if gap.lost else ())
                ],
            }
            for gap in found.gaps
        ],
        "annotations": {}
        if fix is None
        else {_name(key): dict(notes) for key, notes in fix.annotations.items()},
        "config": "" if fix is None else config_text(fix),
        "safe_with_annotations": fix is None or fix.works,
    }


def _name(key: ResourceKey) -> str:
    space = "" if key.namespace == "default" else f"{key.namespace}/"
    return f"{key.kind} {space}{key.name}"
