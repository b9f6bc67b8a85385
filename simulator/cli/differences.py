"""The known differences between brokers that apply to a topology, as `check` lists them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.cli.output import some_of
from simulator.comparing.known import known
from simulator.implementations import USUAL

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.cli.style import Style
    from simulator.comparing.known import Known
    from simulator.profiles import Profile
    from simulator.profiles.difference import Difference
    from simulator.session import Simulation
    from simulator.wiring import Wiring

_NAMED = 3  # routes, in one line


def differences(sim: Simulation) -> tuple[Known, ...]:
    """Find those between what plays the brokers and the usual others."""
    from simulator.profiles import PROFILES

    return known(sim.wiring, sim.service_spec, [PROFILES[name] for name in USUAL])


def difference_lines(found: Sequence[Known], style: Style) -> Iterator[str]:
    if found:
        title = f"on other brokers ({len(found)})"
        yield style.paint(title, "bold", "blue")
    for each in found:
        yield f"  {style.symbols(_line(each))}"


def counted_line(found: Sequence[Known], style: Style) -> Iterator[str]:
    """Give one line that says how many there are; nothing for none."""
    if found:
        title = style.paint("on other brokers", "bold", "blue")
        apply = "differences apply" if len(found) > 1 else "difference applies"
        yield f"{title}: {len(found)} known {apply} (kn-sim check --differences)"


def _line(known: Known) -> str:
    """Tell of one: where, why it matters, what is so here, and what elsewhere."""
    nodes = some_of(known.nodes, _NAMED)
    said = [f"{', '.join(names)}: {words}" for words, names in known.answers.items()]
    here = f"{known.here.name}, here: {known.difference.says(known.here)}"
    head = f"{known.difference.code} {nodes}: {known.because}"
    return " | ".join((head, here, *said))


def difference_note(known: Known, wiring: Wiring) -> dict[str, Any]:
    """Give one in the shape of a finding, at the place of the first route."""
    from simulator.cli.findings import fault_object
    from simulator.errors import Fault

    node = known.nodes[0]
    keys = {r.node: r.resource for hub in wiring.hubs for r in hub.routes}
    resource = wiring.resources.get(keys[node])
    place = None if resource is None else resource.position()
    note = fault_object(Fault(_line(known), place, subject=node), known.difference.code)
    return {**note, "severity": "note"}


def difference_object(known: Known) -> dict[str, Any]:
    rule = known.difference
    return {
        "code": rule.code,
        "about": rule.about,
        "rows": rule.rows,
        "because": known.because,
        "nodes": list(known.nodes),
        "here": _answer(rule, known.here),
        "elsewhere": [_answer(rule, each) for each in known.elsewhere],
    }


def _answer(rule: Difference, profile: Profile) -> dict[str, str]:
    return {
        "profile": profile.name,
        "answer": rule.says(profile),
        "source": rule.source(profile),
    }
