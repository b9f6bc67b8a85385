"""A process that ends others, with all that they started, once kn-sim is gone.

Whatever ends kn-sim, `kill -9` included, closes the pipe that this one reads. It is run by
its path, in a session of its own, and imports nothing of ours.
"""

from __future__ import annotations

import os
import signal
import sys
import time

PATIENCE_S = 5.0
"""How long a program may take from SIGTERM to SIGKILL."""
_LOOK_S = 0.05


def main() -> None:
    """Read ``+GROUP`` and ``-GROUP``; at the end of the input, end what is left."""
    groups: set[int] = set()
    for line in sys.stdin:
        number = int(line[1:])
        (groups.add if line.startswith("+") else groups.discard)(number)
    left = [each for each in sorted(groups) if signalled(each, signal.SIGTERM)]
    end = time.monotonic() + PATIENCE_S
    while left and time.monotonic() < end:
        time.sleep(_LOOK_S)
        left = [each for each in left if signalled(each, 0)]
    for each in left:
        signalled(each, signal.SIGKILL)


def signalled(group: int, number: int) -> bool:
    """Send a signal to a group of processes; False where none of it is left."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):  # macOS: a group of zombies
        return False
    return True


if __name__ == "__main__":
    main()
