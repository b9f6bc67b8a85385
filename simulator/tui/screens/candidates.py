"""What a text that is being typed could become; pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def candidates(typed: str, known: Iterable[str], most: int = 40) -> tuple[str, ...]:
    """Give the known texts that have what is typed in them, in any case.

    Those that begin with it stand first; within both groups the order stays.

    Args:
        typed: Empty for all.
        known: In the order of what is most likely meant.
        most: Give no more than these.

    Returns:
        Nothing where what is typed is all of the only candidate.
    """
    wanted = typed.casefold()
    found = [text for text in dict.fromkeys(known) if wanted in text.casefold()]
    if found == [typed]:
        return ()
    found.sort(key=lambda text: not text.casefold().startswith(wanted))
    return tuple(found[:most])
