"""What the controller of JobSinks makes."""

from simulator.control import ServiceDescription
from simulator.processes import JobTemplate
from simulator.wiring import Endpoint, Wiring
from tests.unit.control.topologies import (
    Manifest,
    broker,
    findings,
    manifest,
    ref,
    route,
    texts,
    trigger,
    wire,
)

API = "sinks.knative.dev/v1alpha1"
HOST = "job-sink.knative-eventing.svc.cluster.local"
JOB = {"spec": {"template": {"spec": {"containers": [{"name": "main", "image": "i"}]}}}}


def job_sink(name: str = "resize", namespace: str = "default") -> Manifest:
    return manifest(API, "JobSink", name, namespace, {"job": JOB})


def endpoint(wiring: Wiring, node: str) -> Endpoint:
    return next(each for each in wiring.endpoints if each.node == node)


def test_it_answers_at_its_path_and_at_that_of_its_jobs() -> None:
    to_it = trigger(subscriber=ref("JobSink", "resize", API))

    wiring = wire(broker(), to_it, job_sink())

    door = endpoint(wiring, "jobsink/resize")
    assert door.paths == ("/default/resize", "/namespaces/default/name/resize")
    assert door.process == JobTemplate(job=JOB, runs=endpoint(wiring, "job/resize").url)
    assert route(wiring, "trigger/price").subscriber == f"http://{HOST}/default/resize"
    assert wiring.not_simulated == ()
    assert texts(wiring, "JobSink", "resize")["Ready"] == "True"


def test_its_jobs_have_no_address() -> None:
    wiring = wire(job_sink(), job_sink(namespace="team"))

    assert wiring.addresses == {
        "jobsink/resize": f"http://{HOST}/default/resize",
        "jobsink/team/resize": f"http://{HOST}/team/resize",
    }


def test_nobody_describes_its_jobs_and_a_note_says_how_to() -> None:
    wiring = wire(job_sink())

    (finding,) = findings(wiring, "stub")
    assert endpoint(wiring, "job/resize").stub
    assert "(jobs: {resize: …} of a Simulation)" in finding.message


def test_what_is_said_of_its_jobs_is_no_service() -> None:
    said = ServiceDescription(emits=("broker/default",), refusals=("no", ""))

    wiring = wire(broker(), job_sink(), described={"job/resize": said})

    assert [each.node for each in wiring.endpoints] == ["jobsink/resize", "job/resize"]
    jobs = endpoint(wiring, "job/resize")
    assert (jobs.stub, jobs.described) == (False, "job/resize")
    assert jobs.emits == ("broker/default",)
    process = endpoint(wiring, "jobsink/resize").process
    assert isinstance(process, JobTemplate)
    assert process.refusals == ("no", "")


def test_a_plain_name_counts_in_every_namespace() -> None:
    said = {"job/resize": ServiceDescription()}

    wiring = wire(job_sink(), job_sink(namespace="team"), described=said)

    assert not endpoint(wiring, "job/resize").stub
    assert not endpoint(wiring, "job/team/resize").stub


def test_before_its_controller_has_come_to_it_it_has_no_address() -> None:
    to_it = trigger(subscriber=ref("JobSink", "resize", API))
    said = {"job/resize": ServiceDescription(reconciled=False)}

    wiring = wire(broker(), to_it, job_sink(), described=said)

    assert texts(wiring, "JobSink", "resize")["Addressable"] == "Unknown"
    assert wiring.hubs[0].routes == ()
    process = endpoint(wiring, "jobsink/resize").process
    assert isinstance(process, JobTemplate)
    assert not process.reconciled


def test_a_service_can_claim_its_address() -> None:
    to_it = trigger(subscriber=ref("JobSink", "resize", API))
    said = {"mine": ServiceDescription(hosts=(HOST,))}

    wiring = wire(broker(), to_it, job_sink(), described=said)

    assert [each.node for each in wiring.endpoints] == ["service/mine"]
