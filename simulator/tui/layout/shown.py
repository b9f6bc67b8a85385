"""A diagram that is drawn in place of another, and how the two belong together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tui.diagram import Diagram


class Shown(Value):
    """What is drawn instead of the whole diagram.

    Args:
        diagram: That is drawn.
        members: Box that stands for several -> the boxes of the whole diagram in it.
        line_of: Line of the whole diagram -> the drawn line that shows it.
        far_of: The same for its other end, if that is apart.
        links: Link -> the boxes at its other end.
    """

    diagram: Diagram
    members: Mapping[str, tuple[str, ...]]
    line_of: Mapping[int, int]
    far_of: Mapping[int, int] = made(default_factory=dict)
    links: Mapping[str, tuple[str, ...]] = made(default_factory=dict)

    @classmethod
    def whole(cls, diagram: Diagram) -> Shown:
        """Show all there is."""
        return cls(
            diagram=diagram,
            members={},
            line_of={at: at for at in range(len(diagram.lines))},
        )

    def then(self, other: Shown) -> Shown:
        """Show *other*, whose whole is what this one shows."""
        return other.replace(
            members={**self.members, **other.members},
            line_of=_through(self.line_of, other.line_of),
            far_of=_through(self.line_of, other.far_of),
        )


def _through(first: Mapping[int, int], second: Mapping[int, int]) -> dict[int, int]:
    return {at: second[line] for at, line in first.items() if line in second}
