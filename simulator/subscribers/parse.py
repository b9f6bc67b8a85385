"""A Simulation document as data: services, sources, seed, profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.errors import Fault, nearest
from simulator.event.text import epoch_ns
from simulator.nodes import JOB
from simulator.profiles import PROFILES
from simulator.statuses import FAILING
from simulator.subscribers.fields import Fields, Table
from simulator.subscribers.latency import parse_latency
from simulator.subscribers.script import Response
from simulator.subscribers.service_spec import (
    ServiceSpec,
    parse_emissions,
    parse_service,
)
from simulator.subscribers.source_spec import SourceSpec, parse_source
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.subscribers.fault_spec import FaultSpec
    from simulator.subscribers.object_spec import ObjectChange

API_VERSION = "simulator/v1"
KIND = "Simulation"
TEST = "Test"
"""The other kind of ours; `simulator.testing` reads it."""
SPEC: Table = {
    "services": ("map of service", "name or NAMESPACE/NAME -> how it answers"),
    "sources": ("map of source", "name -> what it sends, and when"),
    "objects": ("list of change", "how objects of the cluster change, in order"),
    "jobs": ("map of job", "name or NAMESPACE/NAME of a sink -> how its Jobs end"),
    "faults": ("list of fault", "what is injected from the start"),
    "seed": ("whole", "of all that chance decides; 0 if left out"),
    "profile": (tuple(PROFILES), "who plays all brokers"),
    "start": ("text", "when virtual time begins: RFC 3339"),
    "maxTTL": ("whole", "how often an event may pass a broker; 255 if left out"),
    "apiServer": ("text", "the URL of the API server"),
}
LARGEST_SEED = 2**63 - 1


class SimulationSpec(Value):
    """What Simulation documents say.

    Args:
        services: ``name`` or ``namespace/name`` -> what it answers; ``job/NAME`` or
            ``job/NAMESPACE/NAME`` -> what the Jobs of a JobSink come to.
        sources: Name -> generator.
        seed: None when not said.
        profile: Empty when not said.
        start_ns: The start of virtual time since 1970; None when not said.
        max_ttl: `MAX_TTL` of the broker ingress; None when not said.
        api_server: The URL of the API server; empty when not said.
    """

    services: Mapping[str, ServiceSpec] = made(default_factory=dict)
    sources: Mapping[str, SourceSpec] = made(default_factory=dict)
    objects: tuple[ObjectChange, ...] = ()
    faults: tuple[FaultSpec, ...] = ()
    seed: int | None = None
    profile: str = ""
    start_ns: int | None = None
    max_ttl: int | None = None
    api_server: str = ""


def parse_simulation(manifest: Mapping[str, Any]) -> tuple[SimulationSpec, list[Fault]]:
    """Read one Simulation document; all faults have field paths, in document order."""
    faults: list[Fault] = []
    top = Fields(manifest, "", faults)
    spec = Fields(manifest.get("spec"), "spec", faults)
    if top.get("apiVersion") != API_VERSION:
        faults.append(Fault(f"apiVersion: expected {API_VERSION}", path="apiVersion"))
    spec.only(SPEC)
    services = spec.child("services")
    sources = spec.child("sources")
    parsed = SimulationSpec(
        services={
            **{n: parse_service(services.child(n)) for n in _names(services)},
            **_jobs(spec),
        },
        sources={n: parse_source(sources.child(n), n) for n in _source_names(sources)},
        objects=_objects(spec),
        faults=_faults(spec),
        seed=spec.number("seed", 0, LARGEST_SEED, 0) if "seed" in spec else None,
        profile=_profile(spec),
        start_ns=_start(spec),
        max_ttl=spec.number("maxTTL", 1, 2**31 - 1, 255) if "maxTTL" in spec else None,
        api_server=spec.text("apiServer"),
    )
    return parsed, faults


def _objects(spec: Fields) -> tuple[ObjectChange, ...]:
    if "objects" not in spec:
        return ()
    from simulator.subscribers.object_spec import parse_objects  # few describe any

    return parse_objects(spec, "objects")


def _jobs(spec: Fields) -> dict[str, ServiceSpec]:
    if "jobs" not in spec:
        return {}
    jobs = spec.child("jobs")
    return {f"{JOB}/{n}": parse_job(jobs.child(n)) for n in _names(jobs)}


def _faults(spec: Fields) -> tuple[FaultSpec, ...]:
    if "faults" not in spec:
        return ()
    from simulator.subscribers.fault_spec import parse_faults  # few inject any

    return parse_faults(spec, "faults")


def _names(fields: Fields) -> list[str]:
    names = []
    for name in fields.values:
        if isinstance(name, str) and name:
            names.append(name)
        else:
            fields.fault(str(name), "a name is a text")
    return names


def _source_names(fields: Fields) -> list[str]:
    names = _names(fields)
    for name in names:
        namespace, slash, rest = name.rpartition("/")
        if slash:
            fields.fault(name, f"expected {rest!r} with namespace: {namespace}")
    return [name for name in names if "/" not in name]


def _profile(spec: Fields) -> str:
    profile = spec.text("profile")
    if profile and profile not in PROFILES:
        there_are = ", ".join(PROFILES)
        spec.fault(
            "profile",
            f"unknown profile {profile!r}{nearest(profile, PROFILES)} (there are: {there_are})",
        )
    return profile


def _start(spec: Fields) -> int | None:
    text = spec.text("start")
    if not text:
        return None
    start = epoch_ns(text)
    if start is None:
        expected = "expected an RFC 3339 time such as 2026-01-01T00:00:00Z"
        spec.fault("start", f"{expected}, found {text!r}")
    return start


ENDS = {"complete": Response(status=200), "failed": Response(status=500)}
JOB_FIELDS: Table = {
    "latency": ("latency", "how long each Job takes"),
    "ends": ("list of end", "how they end, in order; the last counts for all further"),
    "emit": ("list of emission", "further events of each Job that completes"),
    "handler": ("text", "module:function that plays them"),
    "errors": ("whole", "the status when the handler raises"),
    "reconciled": ("flag", "false: the sink has no address"),
}


def parse_job(fields: Fields) -> ServiceSpec:
    """Read what is said of the Jobs of one JobSink; faults go to *fields*.

    Returns:
        What is asked in the place of a Job: a success where it completes.
    """
    fields.only(JOB_FIELDS)
    handler = fields.text("handler")
    if handler and ":" not in handler:
        fields.fault("handler", f"expected module:function, found {handler!r}")
    for name in ("ends", "emit") if handler else ():
        if name in fields:
            fields.fault(name, "a Job with a handler ends and emits by it alone")
    if "errors" in fields and not handler:
        fields.fault("errors", "is for a handler, which a Python function plays")
    ends = _ends(fields)
    return ServiceSpec(
        latency=parse_latency(fields, "latency"),
        responses=tuple(end for end in ends if isinstance(end, Response)),
        emissions=parse_emissions(fields, "emit"),
        handler=handler,
        errors=fields.number("errors", FAILING[0], FAILING[-1], 0),
        reconciled="reconciled" not in fields or fields.flag("reconciled"),
        refusals=tuple("" if isinstance(end, Response) else end for end in ends),
    )


def _ends(fields: Fields) -> list[Response | str]:
    """Read how Jobs end, one after another; a text for one that is not created."""
    written = fields.get("ends")
    if written is None:
        return []
    found: list[Response | str] = []
    several = isinstance(written, list)
    for number, each in enumerate(written if several else [written]):
        where = f"ends[{number}]" if several else "ends"
        refused = each.get("refused") if isinstance(each, dict) else None
        if isinstance(refused, str) and refused and len(each) == 1:
            found.append(refused)
        elif isinstance(each, str) and each in ENDS:
            found.append(ENDS[each])
        else:
            near = nearest(each, ENDS) if isinstance(each, str) else ""
            fields.fault(
                where,
                "expected complete, failed or {refused: what the API server says}, "
                f"found {each!r}{near}",
            )
    return found
