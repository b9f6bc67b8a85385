"""For each key of the table: what it does, as its help says, seen on the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tui.main.show import Show

Check = Callable[["Show", str], None]
CHECKS: dict[str, Check] = {}


def does(*ids: str) -> Callable[[Check], Check]:
    """Take a check for some keys; it is called with the key that is to be pressed."""

    def take(check: Check) -> Check:
        for id_ in ids:
            assert id_ not in CHECKS, f"{id_} is checked already"
            CHECKS[id_] = check
        return check

    return take
