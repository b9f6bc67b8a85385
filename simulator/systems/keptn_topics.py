"""Which events of Keptn go to whom: the topics of its distributors.

Source: keptn/keptn distributor: PUBSUB_TOPIC; NATS subjects.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.systems.keptn_events import PREFIX
from simulator.systems.system import OptionError, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping


def topics_of(distributors: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """Read the topics of each address.

    Raises:
        OptionError: They are none.
    """
    if not isinstance(distributors or {}, dict):
        what = f"expected addresses and their topics, found {distributors!r}"
        raise OptionError("distributors", what)
    found: dict[str, tuple[str, ...]] = {}
    wrong: list[OptionError] = []
    for address, value in (distributors or {}).items():
        listed = value.split(",") if isinstance(value, str) else value
        path = f"distributors.{address}"
        if not isinstance(listed, list) or not all(isinstance(t, str) for t in listed):
            wrong.append(OptionError(path, f"expected topics, found {value!r}"))
            continue
        found[address] = tuple(topic.strip() for topic in listed)
        for topic in found[address]:
            if not topic.startswith("sh.keptn.") or ">" in topic[:-1]:
                expected = f"expected one such as {PREFIX}deployment.triggered"
                wrong.append(OptionError(path, f"{expected}, found {topic!r}"))
    refuse(wrong)
    return found


def has(topic: str, type_: str) -> bool:
    """Tell whether a topic has events of a type.

    Source: NATS subjects: ``*`` is one part, ``>`` at the end one or more.
    """
    wanted, parts = topic.split("."), type_.split(".")
    if wanted[-1] == ">":
        wanted = wanted[:-1]
        if len(parts) <= len(wanted):
            return False
        parts = parts[: len(wanted)]
    return len(wanted) == len(parts) and all(
        want in ("*", part) for want, part in zip(wanted, parts, strict=True)
    )
