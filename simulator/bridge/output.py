"""What a program writes, as lines; no more of them than anybody could read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# Source: ECMA-48, control sequences; OSC, as xterm ends them.
_ESCAPES = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])"
)
_CONTROLS = dict.fromkeys(
    [*range(0x20), *range(0x7F, 0xA0)], "\N{REPLACEMENT CHARACTER}"
)
_CONTROLS[ord("\t")] = "    "
_LONGEST = 8_192
_MOST_A_SECOND = 200


class Lines:
    """Cuts what is written into lines.

    A line that does not end is cut. What is more than `_MOST_A_SECOND` lines in a second is
    counted, and not shown.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._second = -1
        self._told = 0
        self._dropped = 0

    def fed(self, written: bytes, now_s: float) -> Iterator[str]:
        """Give the lines that are whole by now.

        Args:
            written: What came, perhaps the middle of a line; nothing at the end.
            now_s: When, in seconds, from any start.
        """
        if int(now_s) != self._second:
            yield from self._counted()
            self._second, self._told = int(now_s), 0
        *lines, self._rest = (self._rest + written).split(b"\n")
        if self._rest and (not written or len(self._rest) > _LONGEST):
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            self._told += 1
            if self._told <= _MOST_A_SECOND:
                yield shown(line[:_LONGEST])
            else:
                self._dropped += 1
        if not written:
            yield from self._counted()

    def _counted(self) -> Iterator[str]:
        if self._dropped:
            yield f"… {self._dropped:,} more lines within a second"
        self._dropped = 0


def shown(line: bytes) -> str:
    """Give a line as text that cannot move the cursor of a terminal."""
    text = line.rstrip(b"\r").decode("utf-8", "replace")
    return _ESCAPES.sub("", text).translate(_CONTROLS).rstrip()
