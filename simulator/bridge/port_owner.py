"""Who listens on a port, as far as /proc tells it."""

from __future__ import annotations

import errno
from contextlib import suppress
from pathlib import Path

from simulator.errors import UsageError

_LISTENS = "0A"  # Source: Linux include/net/tcp_states.h, TCP_LISTEN
_PROC = Path("/proc")


def owner_of(port: int) -> str:
    """Give ``pid 812, python`` for who listens; empty where that is not to be seen.

    Source: proc(5), /proc/net/tcp, /proc/PID/fd.
    """
    inodes = set()
    for table in ("net/tcp", "net/tcp6"):
        with suppress(OSError):
            for line in (_PROC / table).read_text().splitlines()[1:]:
                words = line.split()
                at = int(words[1].rpartition(":")[2], 16)
                if at == port and words[3] == _LISTENS:
                    inodes.add(f"socket:[{words[9]}]")
    for process in sorted(_PROC.glob("[0-9]*")) if inodes else ():
        with suppress(OSError):
            for link in (process / "fd").iterdir():
                with suppress(OSError):
                    if str(link.readlink()) in inodes:
                        name = (process / "comm").read_text().strip()
                        return f"pid {process.name}, {name}"
    return ""


class PortTakenError(UsageError):
    """Nobody can listen at an address; the message says why, and who does."""

    def __init__(self, bind: str, port: int, error: OSError) -> None:
        where = f"{bind}:{port}"
        if error.errno != errno.EADDRINUSE:
            # Python adds what it was about, which is said already.
            why = (error.strerror or str(error)).partition(" (while ")[0]
            super().__init__(f"cannot listen at {where}: {why}")
            return
        owner = owner_of(port)
        by = f" ({owner})" if owner else ""
        super().__init__(f"{where} is taken{by}; --port 0 takes a free one")
