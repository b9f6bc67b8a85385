"""What answers for JobSinks in one run: a Job for each event, and how it stands.

Source: knative-kinds 3; knative/eventing cmd/jobsink/main.go.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from simulator.control.naming import child_name
from simulator.event import (
    Event,
    NotAnEventError,
    UnparsableEventError,
    faults,
    read_http,
    write_file,
)
from simulator.kernel import Answer, Failure
from simulator.kernel.calendar import Alarm
from simulator.processes import JobTemplate
from simulator.session.jobs import Job
from simulator.session.sending import look_up
from simulator.statuses import SUCCESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.kernel import Request, Sender
    from simulator.kernel.addresses import Answering
    from simulator.session.run import Run
    from simulator.wiring import Endpoint

_NO_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PARTS, _STATUS_PARTS = 3, 9
# Source: Go net/url, shouldEscape, encodePathSegment.
_NOT_ESCAPED = "$&+=:@~"
_PANIC = Answer(
    0, failure=Failure.CLOSED, detail="the handler panics: the sink has no address"
)


def job_door(run: Run) -> Answering:
    tried: dict[str, int] = {}

    def answer(request: Request) -> Answer:
        parts = (request.target.path or "/").removesuffix("/").split("/")
        if request.method == "GET":
            return _status(parts, request, run)
        if request.method != "POST" or len(parts) != _PARTS:
            return Answer(400)
        sink = _sink(parts[1], parts[2], run)
        if sink is None:
            return _unknown(parts[2])
        event = _read(request)
        attributes = None if isinstance(event, Answer) else event.attributes
        refused = _refused(sink, request, attributes, run)
        if refused is not None:
            return refused
        if isinstance(event, Answer):
            return event
        return _take(sink, event, request, run, tried)

    return answer


def _refused(
    sink: Endpoint, request: Request, attributes: Mapping[str, str] | None, run: Run
) -> Answer | None:
    """Judge who sends; None where he may.

    Source: knative-kinds 3 (the order), and 4: an event that cannot be read is an error of
        its own, but where policies have to judge it.
    """
    if not _template(sink).reconciled:
        return _PANIC
    if sink.guard is not None:
        token = request.headers.get("authorization")
        found = sink.guard.refusal(token, attributes, run.epoch_ns + run.now_ns)
        if found is not None:
            return Answer(found.status, detail=found.why)
    return None


def _read(request: Request) -> Event | Answer:
    try:
        event = read_http(request.headers, request.body)
    except (NotAnEventError, UnparsableEventError) as error:
        return Answer(400, detail=str(error))
    found = faults(event)
    return Answer(400, detail="; ".join(found)) if found else event


def job_name(sink: str, source: str, id_: str) -> str:
    """Name the Job of an event; source and id are put together without a mark between.

    Source: cmd/jobsink/main.go toJobName.
    """
    from hashlib import md5  # loads OpenSSL

    digest = md5((source + id_).encode(errors="replace"), usedforsecurity=False)
    return child_name(f"{sink}-", digest.hexdigest())


def _sink(namespace: str, name: str, run: Run) -> Endpoint | None:
    for each in run.running().addresses.wiring.endpoints:
        is_named = (each.namespace, each.name) == (namespace, name)
        if is_named and isinstance(each.process, JobTemplate):
            return each
    return None


def _unknown(name: str) -> Answer:
    return Answer(400, detail=f"there is no sink {name!r}")


def _template(sink: Endpoint) -> JobTemplate:
    template = sink.process
    assert isinstance(template, JobTemplate), "it is a sink's"
    return template


def _find(namespace: str, name: str, run: Run) -> Job | None:
    for job in reversed(run.jobs):
        if (job.namespace, job.name) == (namespace, name):
            return job if job.is_there(run.now_ns) else None
    return None


def _status(parts: list[str], request: Request, run: Run) -> Answer:
    """Tell how the Job of an event stands; only the number of parts is looked at."""
    if len(parts) != _STATUS_PARTS or any(map(_NO_ESCAPE.search, parts)):
        return Answer(400)  # Go's server takes no URL that is escaped wrongly
    namespace, name = parts[2], parts[4]
    sink = _sink(namespace, name, run)
    if sink is None:
        return _unknown(name)
    refused = _refused(sink, request, None, run)
    if refused is not None:
        return refused
    source, id_ = unquote(parts[6]), unquote(parts[8])
    job = _find(namespace, job_name(name, source, id_), run)
    if job is None:
        return Answer(500, detail="there is no such Job")
    if job.condition:
        status = 200 if job.condition == "Complete" else 400
        return Answer(status, headers={"reason": job.condition})
    return Answer(202, headers={"location": _location(namespace, name, source, id_)})


def _location(namespace: str, name: str, source: str, id_: str) -> str:
    escaped = (quote(x, safe=_NOT_ESCAPED, errors="replace") for x in (source, id_))
    return f"/namespaces/{namespace}/name/{name}/sources/{'/ids/'.join(escaped)}"


def _take(
    sink: Endpoint, event: Event, request: Request, run: Run, tried: dict[str, int]
) -> Answer:
    """Create the Job of an event, unless it is there; *tried* counts those of a sink."""
    template = _template(sink)
    location = _location(sink.namespace, sink.name, event.source, event.id)
    accepted = Answer(202, headers={"location": location})
    name = job_name(sink.name, event.source, event.id)
    if _find(sink.namespace, name, run) is not None:
        return accepted
    number = tried[sink.node] = tried.get(sink.node, -1) + 1
    if template.refusals:
        why = template.refusals[min(number, len(template.refusals) - 1)]
        if why:
            return Answer(500, headers={"reason": why}, detail=why)
    file = _file(event, request)
    job = Job(name, sink, template.job, event, file=file, at_ns=run.now_ns)
    run.jobs.append(job)
    start = partial(_start, job, sink.node, template.runs, run, run.asked())
    kernel = run.running()
    # It starts once the event is answered.
    kernel.ready.append((Alarm(kernel, sink.node, start), 0, None))
    return accepted


def _start(job: Job, node: str, runs: str, run: Run, cause: int) -> None:
    kernel = run.running()
    sender = kernel.send(
        look_up(kernel.addresses, runs), job.event, node=node,
        timeout_ns=job.longest_ns, cause=cause,
    )  # fmt: skip
    sender.then = partial(_ended, job, run)


def _ended(job: Job, run: Run, sender: Sender) -> None:
    job.end("Complete" if sender.status in SUCCESS else "Failed", run.now_ns)


def _file(event: Event, request: Request) -> bytes:
    structured = request.mode == "structured"
    in_base64 = structured and "data_base64" in json.loads(request.body)
    return write_file(event.attributes, event.body, in_base64=in_base64)
