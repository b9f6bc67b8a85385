"""JobSinks as they were recorded: requests to them, and the Jobs that they made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from simulator import Simulation, Topology
from simulator.kernel import Failure
from tests.conformance.kinds_event_transform import request_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.session.jobs import Job

Json = dict[str, Any]
_HOST = "http://job-sink.knative-eventing.svc.cluster.local"
_HEADERS = ("location", "reason", "content-type")
_STEP_S = 20
_TYPE = ("apiVersion", "kind")
# What Go writes that is nothing, and what the API server alone knows.
_LEFT_OUT: Json = {"resources": {}, "metadata": {}}
_ENDS = {"Complete": 200, "Failed": 500}


def differences(case: Json) -> Iterator[str]:
    """Say where what we answer and make differs from what was recorded."""
    sim = Simulation(Topology.parse("\n---\n".join(map(json.dumps, _documents(case)))))
    ends: dict[tuple[str, str], int] = {}
    for sink in case["jobSinks"]:
        name = sink["metadata"]["name"]

        @sim.service(f"job/{name}")
        async def _(event: Any) -> int:
            while (event.get_source(), event.get_id()) not in ends:
                await sim.sleep(1)
            return ends[event.get_source(), event.get_id()]

    for number, step in enumerate(case["steps"]):
        there = [job for job in sim.jobs if not job.is_deleted]
        if step.get("setJob") in _ENDS:
            event = there[-1].event
            ends[event.source, event.id] = _ENDS[step["setJob"]]
        if step.get("deleteJob"):
            sim.change(delete=there[-1].manifest)
        sim.run(until=(number + 1) * _STEP_S)
        wanted = case["expected"]["steps"][number]
        for difference in _step(sim, step, wanted, (number + 1) * _STEP_S + 5):
            yield f"step {number}: {difference}"


def _documents(case: Json) -> list[Json]:
    """Give the JobSinks, and what the API server says to their Jobs, in turn."""
    tried: list[Json | str] = []
    refusal = ""
    for step, wanted in zip(case["steps"], case["expected"]["steps"], strict=True):
        refusal = step.get("failCreate") or refusal
        if "job" in wanted:
            tried.append("complete")
        elif refusal and "reason" in wanted.get("headers", {}):
            tried.append({"refused": refusal})
            refusal = ""
    jobs = {
        sink["metadata"]["name"]: {
            "ends": tried or "complete",
            "reconciled": "address" in sink.get("status", {}),
        }
        for sink in case["jobSinks"]
    }
    simulation = {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": "recorded"},
        "spec": {"jobs": jobs},
    }
    sinks = [{k: v for k, v in s.items() if k != "status"} for s in case["jobSinks"]]
    return [*sinks, simulation]


def _step(sim: Simulation, step: Json, wanted: Json, until: int) -> Iterator[str]:
    method, path, headers, body = request_of(step["request"])
    before = len(sim.jobs)
    sent = sim.post(f"{_HOST}{path}", method=method, headers=headers, body=body)
    sim.run(until=until)
    if "error" in wanted:
        if sent.error != Failure.CLOSED:
            yield f"answers {sent.status}, recorded {wanted['error']}"
        return
    if sent.status != wanted["status"]:
        yield f"answers {sent.status} ({sent.error}), recorded {wanted['status']}"
    for name in _HEADERS:
        here, there = sent.headers.get(name), wanted.get("headers", {}).get(name)
        if here != there:
            yield f"{name}: {here}, recorded {there}"
    made = sim.jobs[before:]
    if len(made) != ("job" in wanted):
        yield f"made {len(made)} Jobs, recorded {wanted.get('job')}"
    for job in made:
        yield from _job(job, wanted)


def _job(job: Job, wanted: Json) -> Iterator[str]:
    made = {k: v for k, v in job.manifest.items() if k not in _TYPE}
    if "job" in wanted and _plain(made) != _plain(wanted["job"]):
        yield f"the Job is {_plain(made)}, recorded {_plain(wanted['job'])}"
    if "secret" not in wanted:
        return
    secret = {**wanted["secret"]}
    file = secret.pop("event")
    here = {
        k: v for k, v in job.secret.items() if k not in ("metadata", "data", *_TYPE)
    }
    here |= job.secret["metadata"]
    if _plain(here) != _plain(secret):
        yield f"the Secret is {here}, recorded {secret}"
    text = job.secret["data"]["event"]
    try:
        same = json.loads(text) == json.loads(file)
    except ValueError:
        same = text == file
    if not same:
        yield f"the event is {text}, recorded {file}"


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _plain(each)
        for name, each in value.items()
        if name != "uid" and _LEFT_OUT.get(name) != each
    }
