"""Who lets an event in, and why not: what `explain` says before it asks the filters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.access.guard import Policy
from simulator.access.token import bearer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from simulator.access.guard import Refusal
    from simulator.cli.style import Style
    from simulator.event import Event
    from simulator.session import Simulation


class Door(NamedTuple):
    """What a hub that asks who sends says to one event.

    Args:
        hub: Its node.
        account: The subject that sends; None for nobody.
        policy: The policy that decides; empty where the default mode does.
        mode: The default mode.
        refusal: Why the event is not let in; None where it is.
    """

    hub: str
    account: str | None
    policy: str
    mode: str
    refusal: Refusal | None

    def line(self, style: Style) -> str:
        """Say it in a line."""
        name = style.paint(self.hub, "bold")
        if self.refusal is None:
            by = f"policy {self.policy}" if self.policy else f"default mode {self.mode}"
            mark = style.paint(style.symbols("✓"), "green")
            return f"{mark} {name} lets {self.account} in, by {by}"
        mark = style.paint(style.symbols("✗"), "red")
        said = (
            f"{mark} {name} refuses it with {self.refusal.status}: {self.refusal.why}"
        )
        return said if self.account else f"{said} (--as ACCOUNT says who sends)"

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON data."""
        refusal = self.refusal
        return {
            "hub": self.hub,
            "account": self.account,
            "policy": self.policy or None,
            "status": 202 if refusal is None else refusal.status,
            "refused": None if refusal is None else refusal.why,
        }


def doors(
    sim: Simulation, event: Event, hubs: Iterable[str], account: str | None
) -> Iterator[Door]:
    """Ask the hubs that want to know who sends, each once.

    Args:
        sim: What runs.
        event: As it would be sent.
        hubs: Their nodes.
        account: The subject that sends; None for nobody.
    """
    for hub in dict.fromkeys(hubs):
        guard = sim.target(hub).guard
        if guard is None:
            continue
        header = None
        if account is not None and guard.audience is not None:
            header = bearer(account, guard.audience)
        deciding = None if account is None else guard.ruling(account)
        yield Door(
            hub=hub,
            account=account,
            policy=deciding.name if isinstance(deciding, Policy) else "",
            mode=guard.mode,
            refusal=guard.refusal(header, event.attributes, 0),
        )
