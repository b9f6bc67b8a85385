"""What a box shows at the moment: its count, trouble, rate and glow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from simulator.nodes import role_of
from simulator.tui.view.frame import Badge
from simulator.tui.widgets.graph.motion import Warmth, warmth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.view.frame import Frame
    from simulator.tui.widgets.graph.picture import Picture

SLOTS = 8
# What is shown where a box stands for several nodes with different trouble.
_GRAVEST_FIRST = ("break", "fault", "wait", "retry", "queue")
# What arrives in a namespace or folded channel arrives at one of these first.


class Face(NamedTuple):
    """What a box shows at the moment.

    Args:
        total: How many events have arrived.
        badge: Its trouble.
        warmth: What has just arrived.
        rates: Arrivals in each of the last eight slots, oldest first.
    """

    total: int = 0
    badge: Badge | None = None
    warmth: Warmth = Warmth(0, "ok")
    rates: tuple[int, ...] = ()


def faces_of(
    picture: Picture, frame: Frame, faults: Mapping[str, str], *, moving: bool
) -> dict[str, Face]:
    """Give the face of each drawn box.

    Args:
        picture: What is drawn.
        frame: What has happened.
        faults: Node -> the fault that is on there: ``503``.
        moving: Whether glows fade, or are there and then gone.
    """
    faces = {}
    for name in picture.drawing.places:
        nodes = picture.nodes_of(name)
        if len(nodes) == 1:
            node = name
            glow = frame.flashes.get(node)
            faces[name] = Face(
                frame.counts.get(node, 0),
                frame.badges.get(node) or _fault(faults.get(node)),
                warmth(glow, moving=moving) if glow else Warmth(0, "ok"),
                frame.rates.get(node, ()),
            )
        else:
            faces[name] = _joint_face(nodes, frame, faults, moving=moving)
    return faces


def _is_hub(node: str) -> bool:
    role = role_of(node)
    return role is not None and role.is_hub


def _joint_face(
    nodes: tuple[str, ...], frame: Frame, faults: Mapping[str, str], *, moving: bool
) -> Face:
    """Give the face of a box that stands for several nodes."""
    hubs = tuple(node for node in nodes if _is_hub(node)) or nodes
    glows = [frame.flashes[node] for node in nodes if node in frame.flashes]
    glow = max(glows, key=lambda one: one.level, default=None)
    badges = [
        badge
        for node in nodes
        if (badge := frame.badges.get(node) or _fault(faults.get(node)))
    ]
    return Face(
        sum(frame.counts.get(node, 0) for node in hubs),
        _gravest(badges),
        warmth(glow, moving=moving) if glow else Warmth(0, "ok"),
        _summed([frame.rates[node] for node in hubs if node in frame.rates]),
    )


def _fault(text: str | None) -> Badge | None:
    return None if text is None else Badge("fault", text)


def _gravest(badges: list[Badge]) -> Badge | None:
    """Give the worst trouble; numbers of its kind are added up."""
    for kind in _GRAVEST_FIRST:
        texts = [badge.text for badge in badges if badge.kind == kind]
        if len(texts) > 1 and kind != "fault" and all(t.isdigit() for t in texts):
            return Badge(kind, str(sum(map(int, texts))))
        if texts:
            return Badge(kind, texts[0])
    return None


def _summed(rates: list[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rates, strict=True)))
