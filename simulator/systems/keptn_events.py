"""Events of Keptn: what all of them have, whom they go to, who takes them.

Source: keptn/spec cloudevents.md; keptn/go-utils pkg/lib/v0_2_0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from simulator.event.sdk import CloudEvent
from simulator.systems.system import OptionError, System, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from simulator.systems.system import SystemContext

PREFIX = "sh.keptn.event."
SPEC_VERSION = "0.2.4"
_COMMON = ("project", "stage", "service", "labels")


def keptn_event(
    name: str,
    data: Mapping[str, Any],
    context: SystemContext,
    *,
    source: str,
    keptn_context: str,
    **more: str,
) -> CloudEvent:
    """Make an event of Keptn.

    Args:
        name: Without what all begin with, such as ``approval.started``.
        context: Draws its id.
        **more: Further attributes, ``triggeredid``.
    """
    attributes = {
        "id": context.uuid(),
        "source": source,
        "type": PREFIX + name,
        "specversion": "1.0",
        "time": context.now,  # without one, the SDK asks the clock
        "datacontenttype": "application/json",
        "shkeptncontext": keptn_context,
        "shkeptnspecversion": SPEC_VERSION,
        **more,
    }
    return CloudEvent(attributes, dict(data))


def answer_to(
    event: CloudEvent,
    phase: str,
    data: Mapping[str, Any],
    context: SystemContext,
    source: str,
) -> CloudEvent:
    """Make what an executor says of a task: ``started`` or ``finished``.

    Args:
        event: The ``TASK.triggered`` that it is about.
        data: What goes over project, stage, service and labels of that event.

    Source: keptn/spec cloudevents.md: triggeredid is the id of the triggered event.
    """
    task = event.get_type().removeprefix(PREFIX).removesuffix(".triggered")
    given = data_of(event) or {}
    common = {name: given[name] for name in _COMMON if name in given}
    return keptn_event(
        f"{task}.{phase}", {**common, **data}, context, source=source,
        keptn_context=extension(event, "shkeptncontext"),
        triggeredid=event.get_id(),
    )  # fmt: skip


def data_of(event: CloudEvent) -> dict[str, Any] | None:
    """Give the data of an event; None where that is no JSON object."""
    data = event.get_data()
    return data if isinstance(data, dict) else None


def time_text(instant: datetime) -> str:
    """Write an instant as Keptn does, with milliseconds.

    Source: keptn/go-utils pkg/common/timeutils, KeptnTimeFormatISO8601.
    """
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{instant.microsecond // 1_000:03}Z"


def extension(event: CloudEvent, name: str) -> str:
    return str(event.get_extension(name) or "")


def scope_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """Give what all events of a sequence have in common, as far as it is there."""
    return {name: data[name] for name in _COMMON if data.get(name)}


def merged(base: Any, more: Any) -> Any:
    """Merge data, deeply; of a list, what is new comes first, each item once.

    Source: keptn/keptn shipyard-controller, internal/common/utils.go Merge. Of two numbers
        or booleans that keeps the older; here the newer counts, as the docs there say.
    """
    if isinstance(base, dict) and isinstance(more, dict):
        found = dict(base)
        for name, value in more.items():
            old = found.get(name)
            found[name] = value if old is None else merged(old, value)
        return found
    if isinstance(base, list) and isinstance(more, list):
        each: list[Any] = []
        for item in [*more, *base]:
            if item not in each:
                each.append(item)
        return each
    if more is None:
        return "" if isinstance(base, str) else base
    return more


def topics_of(distributors: Mapping[str, Any] | None) -> dict[str, tuple[str, ...]]:
    """Read the topics of each address; OptionError where they are none.

    Source: keptn/keptn distributor: PUBSUB_TOPIC.
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


_BAD_REQUEST = 400


class KeptnService(System):
    """Takes events of Keptn; what is not its business it answers with 200.

    *task* is the one that it executes; *file* what it has read, if anything.
    """

    replies: ClassVar[bool | None] = False
    asks: ClassVar[bool | None] = False
    task: ClassVar[str] = ""

    def __init__(self, keptn: str, source: str, file: Path | None = None) -> None:
        self._keptn = keptn
        self._source = source
        self._files = () if file is None else (str(file),)

    @property
    def sends_to(self) -> Iterable[str]:
        return (self._keptn,)

    @property
    def files(self) -> Iterable[str]:
        return self._files

    def __call__(self, event: CloudEvent, context: SystemContext) -> int | None:
        """Take an event; one of its own without a JSON object is refused with 400."""
        if not self.takes(event.get_type()):
            return None
        data = data_of(event)
        if data is None:
            return _BAD_REQUEST
        self.execute(event, data, context)
        return None

    def takes(self, type_: str) -> bool:
        return type_ == f"{PREFIX}{self.task}.triggered"

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        raise NotImplementedError

    def _send(
        self,
        event: CloudEvent,
        phase: str,
        data: Mapping[str, Any],
        context: SystemContext,
    ) -> None:
        context.emit(answer_to(event, phase, data, context, self._source), self._keptn)
