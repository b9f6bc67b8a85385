"""A PingSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator.control.config import UNLIMITED
from simulator.control.faults import Fault, both_of, invalid, via
from simulator.control.go_types import embed, text
from simulator.control.kind import Kind, Phase, Reconciled, Webhook
from simulator.control.naming import SOURCES
from simulator.control.origins import from_webhook
from simulator.control.payloads import PayloadError, check_json_object, decode_base64
from simulator.control.references import check_source
from simulator.control.sources import (
    conditions_of_source,
    report_unsendable,
    source_of,
    unsendable_overrides,
)
from simulator.control.types_duck import SOURCE_SPEC, knative_object
from simulator.cron import LocationError, Schedule, ScheduleError
from simulator.event.text import media_type
from simulator.manifests import shorthand
from simulator.manifests.sections import Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking

_JSON = "application/json"
_EVERY_MINUTE = "* * * * *"


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Fill in the schedule; the sink's namespace is left to the reconciler.

    Source: knative-resources 6.12 and 2.1; knative/eventing ping_defaults.go.
    """
    spec = source["spec"]
    if not spec.get("schedule"):
        origin = from_webhook("every minute")
        defaulting.put(spec, "spec.schedule", _EVERY_MINUTE, origin)


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Check schedule, zone, payload, sink and overrides.

    Source: knative-resources 6.12; knative/eventing ping_validation.go.
    """
    spec = source["spec"]
    faults = _check_schedule(spec["schedule"], spec.get("timezone", ""))
    faults += check_source(spec, checking)
    data, encoded = spec.get("data"), spec.get("dataBase64")
    limit = checking.config.ping_data_max_size
    if data and encoded:
        faults.append(both_of("data", "dataBase64"))
    elif encoded:
        faults += _check_size("dataBase64", encoded, limit)
        faults += _check_base64(encoded, spec.get("contentType"))
    elif data:
        faults += _check_size("data", data, limit)
        faults += _check_json("data", data, spec.get("contentType"))
    return via(faults, "spec")


def _check_schedule(schedule: str, zone: str) -> list[Fault]:
    faults: list[Fault] = []
    if "@every" in schedule:
        faults.append(invalid("unsupported descriptor @every", "schedule"))
    try:
        Schedule.parse(f"CRON_TZ={zone} {schedule}" if zone else schedule)
    except LocationError as error:
        faults.append(invalid(error, "timezone"))
    except ScheduleError as error:
        faults.append(invalid(error, "schedule"))
    return faults


def _check_size(field: str, payload: str, limit: int) -> list[Fault]:
    size = len(payload.encode())
    if limit <= UNLIMITED or size <= limit:
        return []
    found = f"the {field} length of {size} bytes exceeds limit set at {limit}."
    return [invalid(found, field)]


def _check_base64(encoded: str, content_type: str | None) -> list[Fault]:
    try:
        decoded = decode_base64(encoded)
    except PayloadError as error:
        return [invalid(error, "dataBase64")]
    return _check_json("dataBase64", decoded.decode("utf-8", "replace"), content_type)


def _check_json(field: str, payload: str, content_type: str | None) -> list[Fault]:
    if content_type != _JSON:
        return []
    try:
        check_json_object(payload)
    except PayloadError as error:
        return [invalid(error, field)]
    return []


_FIELDS = (
    *embed(SOURCE_SPEC),
    text("schedule"),
    text("timezone"),
    text("contentType"),
    text("data"),
    text("dataBase64"),
)


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """Wire its ticks to its sink.

    Source: knative-resources 6.12 and 7.5; E:pkg/reconciler/pingsource.
    """
    wired = source_of(source, cluster, silent=False)
    unsendable = [*unsendable_overrides(source.spec), *_unsendable(source.spec)]
    report_unsendable(cluster, source, unsendable)
    schedule = str(source.spec.get("schedule") or _EVERY_MINUTE)
    wired = wired.replace(
        schedule="" if unsendable else schedule,
        timezone=str(source.spec.get("timezone") or ""),
    )
    return Reconciled(
        conditions=conditions_of_source(cluster, wired.sink), source=wired
    )


def _unsendable(spec: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Give the fields that make each of its events invalid, and why.

    Source: knative-kinds, PingSource (run): they pass admission.
    """
    type_ = spec.get("contentType")
    has_data = spec.get("data") or spec.get("dataBase64")
    if has_data and type_ and media_type(str(type_)) is None:
        yield "spec.contentType", f"{type_!r} is no media type"


SECTION: Final = Section(
    name="pingsources",
    api_version="sources.knative.dev/v1",
    kind="PingSource",
    fields=(
        *("schedule", "timezone", "contentType", "data", "dataBase64"),
        *("sink", "ceOverrides"),
    ),
    notations={"sink": shorthand.DESTINATION},
)

KIND: Final = Kind(
    group=SOURCES,
    name="PingSource",
    webhooks={
        version: Webhook(
            type=knative_object(version, "PingSource", *_FIELDS),
            set_defaults=set_defaults,
            validate=validate,
        )
        for version in ("v1", "v1beta2")
    },
    reconcile={Phase.SOURCES: reconcile},
    sends=True,
    section=SECTION,
)
