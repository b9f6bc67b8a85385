"""What is real behind a service or a source: a URL, or a program that is started."""

from __future__ import annotations

import shlex
from re import fullmatch, sub
from typing import TYPE_CHECKING, Any

from simulator.duration import duration_ns
from simulator.urls import parse
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fields import Fields, Table

OVERRIDES: Table = {"extensions": ("map of scalar", "name -> value")}
READY: Table = {
    "path": ("text", "it answers a GET of this path with 2xx"),
    "within": ("duration", "how long that may take; 30s if left out"),
}
PORT = "PORT"
CLUSTER = "cluster"
_WITHIN = "30s"
_PATIENCE_NS = duration_ns(_WITHIN)
_HIGHEST_PORT = 65_535


class Program(Value):
    """A process of this machine; only `kn-sim serve --run` starts it.

    Args:
        command: The program and its arguments; no shell reads them.
        cwd: Where it is started, from the file that says so; empty for its folder.
        watch: Patterns of files below *cwd*: if one changes, it is started anew.
        ready: The path that it answers with 2xx once it is ready; empty for an open port.
        within_ns: How long it may take until it is ready.
    """

    command: tuple[str, ...]
    cwd: str = ""
    env: Mapping[str, str] = made(default_factory=dict)
    watch: tuple[str, ...] = ()
    ready: str = ""
    within_ns: int = _PATIENCE_NS

    @property
    def port(self) -> int | None:
        """The port that it listens on whatever it is told; None to give it a free one."""
        port = self.env.get(PORT)
        return None if port is None else int(port)


class Real(Value):
    """What stands behind a service in `kn-sim serve`.

    Args:
        url: Where the real service listens; empty where *program* says it.
        cluster_host: Whether it sees the ``Host`` that it has in the cluster.
    """

    url: str = ""
    program: Program | None = None
    cluster_host: bool = False


def parse_real(fields: Fields) -> Real:
    host = fields.text("host")
    if host not in ("", CLUSTER):
        fields.fault("host", f"expected {CLUSTER}, found {host!r}")
    return Real(
        url=_url(fields), program=parse_program(fields), cluster_host=bool(host)
    )


def parse_program(fields: Fields) -> Program | None:
    command = _command(fields)
    env = _env(fields)
    ready = fields.child("ready")
    ready.only(READY)
    path = ready.text("path")
    if path and not fullmatch("/[!-~]*", path):
        ready.fault("path", f"expected a path such as /health, found {path!r}")
    within_ns = ready.duration("within") if "within" in ready else _PATIENCE_NS
    cwd, watch = fields.text("cwd"), fields.texts("watch")
    if "\0" in cwd:
        fields.fault("cwd", "is no folder")
    for pattern in watch:
        if not _is_pattern(pattern):
            expected = "files below cwd, such as *.py or **/*.py"
            fields.fault("watch", f"expected {expected}, found {pattern!r}")
    return Program(
        command=command,
        cwd=cwd,
        env=env,
        watch=watch,
        ready=path,
        within_ns=within_ns,
    ) if command else None  # fmt: skip


def parse_overrides(fields: Fields) -> dict[str, str]:
    part = fields.child("overrides")
    part.only(OVERRIDES)
    found = part.texts_by_name("extensions", folded=False)
    for name in found:
        if not fullmatch("[a-z0-9]+", name):
            where = part.child("extensions")
            where.fault(name, "is no name of an extension: a to z, 0 to 9")
    return found


def _command(fields: Fields) -> tuple[str, ...]:
    text = fields.text("run")
    try:
        words = shlex.split(text)
    except ValueError as error:
        fields.fault("run", f"is no command: {str(error).lower()}")
        return ()
    if "\0" in text:
        fields.fault("run", "is no command: it has a byte of 0")
    if not words and isinstance(fields.get("run"), str):
        fields.fault("run", "is empty; expected a command such as python ship.py")
    return tuple(words)


def _env(fields: Fields) -> dict[str, str]:
    """Read variables; what is no text is refused, as Kubernetes does, but whole numbers."""
    part = fields.child("env")
    env: dict[str, str] = {}
    for name, value in part.values.items():
        is_name = isinstance(name, str) and fullmatch(r"[^=\0]+", name)
        if isinstance(value, bool) or not isinstance(value, str | int):
            part.fault(str(name), f"expected text, found {value!r}; quote it")
        elif not is_name or "\0" in str(value):
            part.fault(str(name), "is no variable of an environment")
        else:
            env[name] = str(value)
    if PORT in env and not _is_port(env[PORT]):
        found = env.pop(PORT)
        part.fault(PORT, f"expected a port, 1 to {_HIGHEST_PORT}, found {found!r}")
    return env


def _is_pattern(pattern: str) -> bool:
    parts = pattern.split("/")
    stars = all("**" not in part or part == "**" for part in parts)
    return (
        bool(pattern) and not pattern.startswith("/") and stars and "\0" not in pattern
    )


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _HIGHEST_PORT


def _url(fields: Fields) -> str:
    """Read where a real service listens: HTTP, and nothing that a request adds or hides."""
    url = fields.text("url")
    if not isinstance(fields.get("url"), str):
        return ""
    wrong = _url_fault(url)
    if wrong:
        shown = sub("//.*@", "//…@", url)  # no password in a log
        fields.fault("url", f"{wrong}; expected http://HOST:PORT/PATH, found {shown!r}")
    return url


def _url_fault(url: str) -> str:
    try:
        parts = parse(url)
        port: Any = parts.port
    except ValueError as error:
        return str(error)
    if parts.scheme != "http":
        return "only http is spoken" if parts.scheme else "is no URL"
    if not parts.host or port == 0 or not url.isprintable() or " " in url:
        return "is no URL of a service"
    if "@" in parts.netloc:
        return "has credentials"
    if "?" in url or "#" in url:
        return "has a query" if "?" in url else "has a fragment"
    return ""
