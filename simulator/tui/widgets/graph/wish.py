"""What the graph pane asks the layout for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from simulator.value import Value

if TYPE_CHECKING:
    from simulator.tui.diagram import Box, Diagram
    from simulator.tui.layout.drawing import Drawing

AUTO = "auto"
# From small to large.
ZOOMS = ("rows", "rows+", "boxes", "cards")
# How reply lines are drawn: whole, only their ends, not at all.
REPLIES = ("lines", "stubs", "off")
# A wide card has room for a filter beside its bars. More boxes than these never have
# the room, and asking twice would take its time.
_CARD, _WIDE_CARD = 22, 30
_MOST_WIDE_CARDS = 30
_CARDS, _PLAIN = "cards", "plain"


class Wish(Value):
    """A picture as it is wanted.

    Args:
        zoom: `AUTO`, or one of `ZOOMS`.
        expanded: The namespaces that are open while others are one box each.
        collapsed: Whether each namespace is one box, even where all would fit.
        replies: One of `REPLIES`.
    """

    zoom: str = AUTO
    expanded: frozenset[str] = frozenset()
    collapsed: bool = False
    replies: str = REPLIES[0]

    def zoomed(self, zoom: str) -> Wish:
        """Give the same with boxes of another size."""
        return Wish(
            zoom=zoom,
            expanded=self.expanded,
            collapsed=self.collapsed,
            replies=self.replies,
        )

    def answered(self, replies: str) -> Wish:
        """Give the same with reply lines drawn in another way."""
        return Wish(
            zoom=self.zoom,
            expanded=self.expanded,
            collapsed=self.collapsed,
            replies=replies,
        )

    def opened(self, namespace: str, all_: frozenset[str]) -> Wish:
        """Give the same with a namespace open; with all of them, nothing is closed."""
        expanded = self.expanded | {namespace}
        whole = expanded >= all_
        return Wish(
            zoom=self.zoom,
            expanded=frozenset() if whole else expanded,
            collapsed=False,
            replies=self.replies,
        )

    def closed(self, namespace: str, open_: frozenset[str]) -> Wish:
        """Give the same with a namespace as one box.

        Args:
            namespace: To be closed.
            open_: Those that are open now.
        """
        expanded = open_ - {namespace}
        return Wish(
            zoom=self.zoom,
            expanded=expanded,
            collapsed=not expanded,
            replies=self.replies,
        )


class LayOut(Protocol):
    """Whatever lays a diagram out, as `simulator.tui.layout.fit.fit` does."""

    def __call__(
        self,
        diagram: Diagram,
        width: int,
        height: int,
        *,
        zoom: str,
        expanded: frozenset[str],
        collapsed: bool,
        card_width: int,
        replies: str,
        keep: Drawing | None,
    ) -> Drawing:
        """Give the drawing of a diagram that comes nearest to what is wanted."""


def wished(
    lay_out: LayOut,
    diagram: Diagram,
    size: tuple[int, int],
    wish: Wish,
    keep: Drawing | None,
) -> Drawing:
    """Give the drawing of a diagram; with wide cards where there is room for them.

    Args:
        lay_out: Lays it out.
        diagram: With at least one box.
        size: Columns and rows that there are.
        wish: How it is wanted.
        keep: An earlier drawing whose rows are kept where they can be.
    """

    def drawn(card_width: int) -> Drawing:
        return lay_out(
            diagram,
            *size,
            zoom=wish.zoom,
            expanded=wish.expanded,
            collapsed=wish.collapsed,
            card_width=card_width,
            replies=wish.replies,
            keep=keep,
        )

    if len(diagram.boxes) > _MOST_WIDE_CARDS:
        return drawn(_CARD)
    wide = drawn(_WIDE_CARD)
    if wide.style == _PLAIN and wide.mode == _CARDS:
        return wide
    # A plain drawing is read more easily than one that was folded for wide cards.
    narrow = drawn(_CARD)
    same = wide.mode == narrow.mode and wide.style == narrow.style
    return wide if same and wide.fits else narrow


def namespaces_of(boxes: tuple[Box, ...]) -> frozenset[str]:
    """Give the namespaces of some boxes."""
    return frozenset(box.namespace for box in boxes)
