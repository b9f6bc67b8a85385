"""JobSinks make a Job of each event, and tell how it stands."""

import json
from typing import Any

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.cli import main
from simulator.errors import UsageError

HOST = "http://job-sink.knative-eventing.svc.cluster.local"
SHORT = """\
topology: jobs
brokers: {default: {}}
triggers: {t: {filter: {type: video}, subscriber: jobsink/cut}}
jobsinks: {cut: {job: %s}}
%s
"""
EVENT = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "video"}


def simulation(jobs: str = "", job: str = "busybox") -> Simulation:
    return Simulation(Topology.parse(SHORT % (job, jobs)))


def job(name: str) -> dict[str, Any]:
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}}


def posted(sim: Simulation, path: str = "/default/cut", **options: Any) -> Any:
    sent = sim.post(f"{HOST}{path}", **{"headers": EVENT, **options})
    sim.run(until=sim.now_ns / 1e9)
    return sent


def test_a_job_is_made_once_for_each_source_and_id() -> None:
    sim = simulation()

    for id_, type_ in (("1", "video"), ("1", "other"), ("2", "video")):
        sim.send(type=type_, id=id_, source="/s", to="jobsink/cut")
    sim.run()

    assert [job.event.id for job in sim.jobs] == ["1", "2"]
    assert [r.event.get_id() for r in sim.received("job/cut")] == ["1", "2"]


def test_source_and_id_are_put_together_without_a_mark_between() -> None:
    sim = simulation()

    sim.send(type="video", id="bc", source="a", to="jobsink/cut")
    sim.send(type="video", id="c", source="ab", to="jobsink/cut")
    sim.run()

    assert len(sim.jobs) == 1


def test_the_sender_is_answered_before_the_job_has_begun() -> None:
    sim = simulation("jobs: {cut: {latency: 1h}}")

    sent = posted(sim)

    assert (sent.status, sent.answered_ns) == (202, 0)
    location = "/namespaces/default/name/cut/sources/%2Fs/ids/1"
    assert sent.headers == {"location": location}
    assert sim.jobs[0].condition == ""


def test_location_tells_how_the_job_stands() -> None:
    sim = simulation("jobs: {cut: {latency: 10s, ends: [complete, failed]}}")
    where = posted(sim).headers["location"]
    other = posted(sim, headers={**EVENT, "ce-id": "2"}).headers["location"]

    before = posted(sim, where, method="GET")
    sim.run()
    after = posted(sim, where, method="GET")
    failed = posted(sim, other, method="GET")

    assert (before.status, before.headers) == (202, {"location": where})
    assert (after.status, after.headers) == (200, {"reason": "Complete"})
    assert (failed.status, failed.headers) == (400, {"reason": "Failed"})


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "/default/cut", 400),
        ("OPTIONS", "/default/cut", 400),
        ("POST", "/", 400),
        ("POST", "/default/none", 400),
        ("POST", "/default/cut?x=1", 400),
        ("POST", "/default/cut/", 202),
        ("GET", "/default/cut", 400),
        ("GET", "/namespaces/default/name/cut/sources/x/ids/y", 500),
        ("GET", "/a/default/b/cut/c/x/d/y", 500),
        ("GET", "/namespaces/default/name/none/sources/x/ids/y", 400),
    ],
)
def test_method_and_path_are_judged_first(method: str, path: str, status: int) -> None:
    sim = simulation()

    assert posted(sim, path, method=method).status == status


def test_a_failed_job_is_not_made_again_and_one_that_is_gone_is() -> None:
    sim = simulation("jobs: {cut: {ends: failed}}")
    posted(sim)
    again = posted(sim)
    kept = len(sim.jobs)

    sim.change(delete=sim.jobs[0].manifest)
    posted(sim)

    assert (again.status, kept) == (202, 1)
    assert [job.name for job in sim.jobs] == [sim.jobs[0].name] * 2


def test_a_fork_deletes_the_same_jobs() -> None:
    sim = Simulation(Topology.parse(SHORT % ("busybox", "")), journal=True)
    posted(sim)
    sim.change(delete=sim.jobs[0].manifest)
    posted(sim)

    fork = sim.fork()

    assert [each.is_deleted for each in fork.jobs] == [True, False]


def test_a_job_that_is_gone_cannot_be_deleted_again() -> None:
    sim = simulation()
    posted(sim)
    sim.change(delete=job(sim.jobs[0].name))

    with pytest.raises(UsageError):
        sim.change(delete=job(sim.jobs[0].name))


def test_a_job_goes_when_its_time_to_live_is_over() -> None:
    spec = "{spec: {ttlSecondsAfterFinished: 60, template: {spec: {containers: []}}}}"
    sim = simulation(job=spec)
    where = posted(sim).headers["location"]

    sim.run(until="59s")
    before = posted(sim, where, method="GET")
    sim.run(until="60s")
    after = posted(sim, where, method="GET")

    assert (before.status, after.status) == (200, 500)


def test_a_job_that_takes_longer_than_it_may_fails() -> None:
    spec = "{spec: {activeDeadlineSeconds: 5, template: {spec: {containers: []}}}}"
    sim = simulation("jobs: {cut: {latency: 10s}}", job=spec)

    posted(sim)
    sim.run()

    assert (sim.jobs[0].condition, sim.jobs[0].ended_ns) == ("Failed", 5_000_000_000)


def test_a_job_that_the_api_server_refuses_is_tried_again_with_the_event() -> None:
    sim = simulation("jobs: {cut: {ends: [{refused: exceeded quota}, complete]}}")

    refused, again = posted(sim), posted(sim)

    assert (refused.status, refused.headers) == (500, {"reason": "exceeded quota"})
    assert again.status == 202
    assert len(sim.jobs) == 1


def test_a_trigger_tries_a_refused_job_again() -> None:
    sim = simulation("jobs: {cut: {ends: [{refused: no}, {refused: no}, complete]}}")

    sim.send(type="video")
    sim.run()

    assert [r.status for r in sim.received("jobsink/cut")] == [500, 500, 202]
    assert [job.condition for job in sim.jobs] == ["Complete"]


def test_a_sink_without_an_address_panics() -> None:
    sim = simulation("jobs: {cut: {reconciled: false}}")

    post, get = (
        posted(sim),
        posted(sim, f"{'/x' * 1}/default/y/cut/z/1/v/2", method="GET"),
    )

    assert (post.status, post.error) == (None, "closed")
    assert (get.status, get.error) == (None, "closed")


def test_a_function_plays_the_jobs() -> None:
    sim = simulation()

    @sim.service("job/cut")
    async def _(event: Any) -> int:
        await sim.sleep("8m")
        return 200 if event.get_id() == "1" else 500

    sim.send(type="video", id="1")
    sim.send(type="video", id="2")
    sim.run()

    assert [(j.condition, j.ended_ns) for j in sim.jobs] == [
        ("Complete", 480_000_000_000),
        ("Failed", 480_000_000_000),
    ]


def test_a_service_of_the_same_name_is_another_one() -> None:
    more = "services: {cut: {responses: [418]}}\njobs: {cut: {ends: failed}}"
    sim = simulation(more)

    service = sim.send(type="video", to="service/cut")
    sink = sim.send(type="video", to="jobsink/cut")
    sim.run()

    assert (service.status, sink.status) == (418, 202)
    assert [job.condition for job in sim.jobs] == ["Failed"]


def test_a_job_may_send_further_events() -> None:
    sim = simulation(
        "jobs: {cut: {emit: [{event: {type: cut.done}, to: broker/default}]}}"
    )

    sim.send(type="video")
    sim.run()

    assert [r.event.type for r in sim.unmatched] == ["cut.done"]


def test_the_file_has_the_event_with_its_types_and_its_data_as_sent() -> None:
    sim = simulation()
    structured = {
        "specversion": "1.0", "id": "2", "source": "/s", "type": "t", "n": 5, "yes": True,
        "data_base64": "AAE=", "datacontenttype": "a/b",
    }  # fmt: skip
    kind = {"content-type": "application/cloudevents+json"}

    posted(sim, headers={**EVENT, "ce-b": "7"}, body=b'{ "a":  1')
    posted(sim, headers=kind, body=json.dumps(structured).encode())

    assert sim.jobs[0].file == (
        b'{"specversion":"1.0","id":"1","source":"/s","type":"video",'
        b'"data":{ "a":  1,"b":"7"}'
    )
    assert sim.jobs[1].file == (
        b'{"specversion":"1.0","id":"2","source":"/s","type":"t",'
        b'"datacontenttype":"a/b","data_base64":"AAE=","n":5,"yes":true}'
    )


def test_fields_of_a_job_that_no_webhook_reads_may_be_anything() -> None:
    sim = simulation(job="{spec: {template: {spec: {volumes: x, containers: []}}}}")

    posted(sim)

    (job,) = sim.jobs
    (volume,) = job.manifest["spec"]["template"]["spec"]["volumes"]
    assert volume == {"name": "jobsink-event", "secret": {"secretName": job.name}}


def test_a_job_keeps_its_first_condition() -> None:
    sim = simulation()
    posted(sim)

    sim.jobs[0].end("Failed", 1)

    assert sim.jobs[0].condition == "Complete"


def test_the_summary_names_jobs_and_says_no_for_one_that_failed(
    tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "t.yaml"
    file.write_text(SHORT % ("busybox", "jobs: {cut: {latency: 2s, ends: failed}}"))

    code = main(["run", str(file), "--send", "type=video,id=v1", "-q"])

    out = capsys.readouterr().out
    assert code == 1
    assert "jobs (1)" in out
    assert "video v1  Failed at +2s" in out
    assert "1 failed in a Job" in out


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ("{ends: compleet}", "found 'compleet'; did you mean 'complete'?"),
        ("{ends: [failed, {refused: ''}]}", "jobs.cut.ends[1]: expected complete"),
        ("{end: failed}", "jobs.cut.end: unknown field; did you mean 'ends'?"),
        ("{handler: x}", "jobs.cut.handler: expected module:function, found 'x'"),
        ("{handler: 'a:b', ends: failed}", "jobs.cut.ends: a Job with a handler"),
        ("{errors: 500}", "jobs.cut.errors: is for a handler"),
        ("{reconciled: 3}", "jobs.cut.reconciled: expected true or false, found 3"),
        ("failed", "jobs.cut: expected a mapping, found 'failed'"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_description_is_told(said: str, fault: str) -> None:
    with pytest.raises(TopologyError) as caught:
        simulation(f"jobs: {{cut: {said}}}")

    assert fault in str(caught.value)


def test_a_description_of_no_sinks_jobs_is_told() -> None:
    sim = simulation("jobs: {cat: {}}")

    told = [str(each) for each in sim.findings if each.code == "nothing-sends"]
    assert len(told) == 1
    assert "job/cat" in told[0]
