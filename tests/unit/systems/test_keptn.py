"""What Keptn's control plane makes of events: sequences, tasks, queues, timeouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation, Topology
from simulator.systems.keptn import Keptn

if TYPE_CHECKING:
    from pathlib import Path

PREFIX = "sh.keptn.event."
TOPOLOGY = "topology: t\nservices: {keptn: {}, all: {}, tasks: {}}\n"
SHIPYARD = """
apiVersion: spec.keptn.sh/0.2.2
kind: Shipyard
metadata: {name: s}
spec:
  stages:
    - name: dev
      sequences:
        - name: delivery
          tasks:
            - {name: deployment, properties: {deploymentstrategy: direct}}
            - {name: test}
        - name: slow
          tasks: [{name: evaluation, triggeredAfter: 15m}]
        - name: gated
          tasks: [{name: approval}, {name: deployment}]
    - name: prod
      sequences:
        - name: delivery
          triggeredOn: [{event: dev.delivery.finished}]
          tasks: [{name: deployment}]
        - name: rollback
          triggeredOn:
            - {event: dev.delivery.finished, selector: {match: {test.result: fail}}}
          tasks: [{name: rollback}]
"""


class Bench:
    """A Keptn, and whoever executes its tasks: the test."""

    def __init__(self, folder: Path, shipyard: str = SHIPYARD) -> None:
        (folder / "shipyard.yaml").write_text(shipyard)
        keptn = Keptn(folder / "shipyard.yaml", {"all": "sh.keptn.>"})
        self.sim = Simulation(Topology.parse(TOPOLOGY), services={"keptn": keptn})

    def send(self, name: str, data: dict[str, Any], **attributes: str) -> None:
        whole = {"project": "p", "stage": "dev", "service": "cart", **data}
        self.sim.send(
            type=PREFIX + name,
            to="service/keptn",
            data=whole,
            attributes={"shkeptncontext": "c1", **attributes},
        )
        self.sim.run(self.sim.now_ns / 1e9)

    def answer(self, task: str, phase: str, at: int = -1, /, **data: str) -> None:
        """Let an executor answer the last, or another, trigger of a task."""
        event = self.events(f"{task}.triggered")[at]
        whole = {"status": "succeeded", "result": "pass", **data}
        whole = {"stage": event.data["stage"], **whole}
        self.send(
            f"{task}.{phase}",
            whole,
            triggeredid=event.id,
            shkeptncontext=event.get_extension("shkeptncontext"),
        )

    def do(self, task: str, at: int = -1, /, **data: str) -> None:
        self.answer(task, "started", at)
        self.answer(task, "finished", at, **data)

    def events(self, name: str) -> list[Any]:
        found = self.sim.received("all", type=PREFIX + name)
        return [each.event for each in found]

    @property
    def types(self) -> list[str]:
        names = (e.event.type.removeprefix(PREFIX) for e in self.sim.received("all"))
        return [name for name in names if name.endswith(".triggered")]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_tasks_of_a_sequence_follow_each_other_and_so_do_stages(
    bench: Bench,
) -> None:
    bench.send("dev.delivery.triggered", {"message": "go", "image": {"tag": 1}})
    bench.do("deployment", message="done")
    bench.do("test")

    assert bench.types == [
        "dev.delivery.triggered",
        "deployment.triggered",
        "test.triggered",
        "prod.delivery.triggered",
        "deployment.triggered",
    ]
    [first, second] = bench.events("deployment.triggered")
    assert first.data["deployment"] == {"deploymentstrategy": "direct"}
    assert first.data["message"] == second.data["message"] == ""
    assert second.data["stage"] == "prod"
    assert second.data["image"] == {"tag": 1}
    assert (second.data["result"], second.data["status"]) == ("pass", "succeeded")
    [ended] = bench.events("dev.delivery.finished")
    assert ended.data["result"] == "pass"
    assert ended.get_extension("shkeptncontext") == "c1"


@pytest.mark.parametrize(
    ("said", "result", "status"),
    [
        ({"result": "pass"}, "pass", "succeeded"),
        ({"result": "warning"}, "warning", "succeeded"),
        ({"result": "fail"}, "fail", "succeeded"),
        ({"result": ""}, "fail", "succeeded"),
        ({"status": "unknown"}, "fail", "unknown"),
        ({"status": ""}, "fail", "unknown"),
        ({"status": "errored", "result": "pass"}, "pass", "errored"),
        ({"status": "aborted", "result": "pass"}, "pass", "aborted"),
    ],
)
def test_what_has_not_succeeded_fails_a_task_even_if_it_says_pass(
    bench: Bench, said: dict[str, str], result: str, status: str
) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.do("deployment")

    bench.do("test", **said)

    [ended] = bench.events("dev.delivery.finished")
    assert (ended.data["result"], ended.data["status"]) == (result, status)


def test_a_task_that_failed_ends_the_sequence_and_may_trigger_another(
    bench: Bench,
) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.do("deployment")
    bench.do("test", result="fail")

    assert bench.types[-2:] == ["prod.rollback.triggered", "rollback.triggered"]
    assert "prod.delivery.triggered" not in bench.types


def test_a_task_is_over_when_as_many_have_finished_as_have_started(
    bench: Bench,
) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.answer("deployment", "started")
    bench.answer("deployment", "started")
    bench.answer("deployment", "finished")
    open_ = bench.sim.unfinished()
    bench.answer("deployment", "finished", result="warning")

    assert open_ == [
        (
            "service/keptn",
            (
                "sequence dev.delivery of cart never finished: task deployment has "
                "2 started, 1 finished"
            ),
        )
    ]
    assert bench.events("test.triggered")[0].data["result"] == "warning"


def test_an_end_may_come_before_its_start_and_one_of_no_open_task_is_dropped(
    bench: Bench,
) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.answer("deployment", "finished")
    before = len(bench.types)
    bench.answer("deployment", "started")
    bench.answer("deployment", "finished", result="fail")

    assert before == 2
    assert bench.types[2:] == ["test.triggered"]
    assert bench.events("dev.delivery.finished") == []


@pytest.mark.parametrize(
    ("after", "ends"), [("0s", "11m"), ("30s", "11m"), ("1m", "12m"), ("61s", "12m")]
)
def test_a_task_that_nobody_begins_ends_the_sequence_at_the_next_look(
    bench: Bench, after: str, ends: str
) -> None:
    bench.sim.run(after)
    bench.send("dev.delivery.triggered", {})
    bench.sim.run()

    [ended] = bench.sim.received("all", type=f"{PREFIX}dev.delivery.finished")
    assert bench.sim.now_text() == f"2026-01-01T00:{ends[:-1]}:00Z"
    assert (ended.event.data["status"], ended.event.data["result"]) == (
        "errored",
        "fail",
    )
    assert ended.event.data["message"] == (
        "sequence timed out while waiting for task sh.keptn.event.deployment.triggered"
        " to receive a correlating .started or .finished event"
    )
    assert bench.types == ["dev.delivery.triggered", "deployment.triggered"]


def test_what_has_begun_never_times_out(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.answer("deployment", "started")
    bench.sim.run("1d")

    assert bench.events("dev.delivery.finished") == []
    assert len(bench.sim.unfinished()) == 1


def test_a_task_that_has_to_wait_is_triggered_at_the_next_tick(bench: Bench) -> None:
    bench.sim.run("3s")
    bench.send("dev.slow.triggered", {})
    bench.sim.run("20m")

    [due] = bench.sim.received("all", type=f"{PREFIX}evaluation.triggered")
    assert due.at_ns == 910 * 10**9


def test_a_sequence_waits_while_another_runs_in_its_place(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {}, shkeptncontext="a")
    bench.send("dev.delivery.triggered", {}, shkeptncontext="b")
    waits = bench.sim.unfinished()[1][1]
    bench.do("deployment")
    bench.do("test", result="fail")
    bench.sim.run("15s")

    assert waits.endswith("another sequence of cart runs in dev")
    contexts = [
        (each.event.get_extension("shkeptncontext"), each.at_ns // 10**9)
        for each in bench.sim.received("all", type=f"{PREFIX}deployment.triggered")
    ]
    assert contexts == [("a", 0), ("b", 10)]


def test_one_that_waits_for_an_approval_holds_up_nobody(bench: Bench) -> None:
    bench.send("dev.gated.triggered", {}, shkeptncontext="a")
    bench.send("dev.gated.triggered", {}, shkeptncontext="b")
    asked = len(bench.events("approval.triggered"))
    bench.do("approval", 0)
    bench.do("approval", 1)
    held = len(bench.events("deployment.triggered"))
    bench.do("deployment", 0)
    bench.sim.run("15s")

    assert (asked, held) == (2, 1)
    assert len(bench.events("deployment.triggered")) == 2


def test_an_unknown_sequence_fails_at_once_and_evaluation_is_built_in(
    bench: Bench,
) -> None:
    bench.send("dev.delivry.triggered", {})
    bench.send("test.delivery.triggered", {"stage": "test"})
    bench.send("dev.evaluation.triggered", {})

    [unknown] = bench.events("dev.delivry.finished")
    assert unknown.data["message"] == (
        "Unable to start sequence delivry: no task sequence with name delivry found in "
        "stage dev"
    )
    [elsewhere] = bench.events("test.delivery.finished")
    assert elsewhere.data["message"].endswith("no stage with name test")
    assert bench.types[-1] == "evaluation.triggered"


def test_the_same_event_again_begins_nothing(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {}, id="e1")
    bench.send("dev.delivery.triggered", {}, id="e1")

    assert len(bench.events("deployment.triggered")) == 1


def test_a_sequence_without_a_context_gets_one(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {}, shkeptncontext="")

    [asked], [task] = (
        bench.events("dev.delivery.triggered"),
        bench.events("deployment.triggered"),
    )
    context = task.get_extension("shkeptncontext")
    assert len(context) == 36
    assert asked.get_extension("shkeptncontext") == context


def test_a_sequence_is_paused_and_goes_on(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.sim.set_knob("keptn", "dev.delivery", "pause")
    bench.do("deployment")
    paused = bench.types
    bench.sim.set_knob("keptn", "dev.delivery", "resume")
    bench.sim.run("15s")

    assert "test.triggered" not in paused
    assert bench.types[-1] == "test.triggered"


def test_a_sequence_that_is_aborted_ends_with_what_keptn_says_then(
    bench: Bench,
) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.sim.set_knob("keptn", "dev.delivery", "abort")
    bench.sim.run()

    [ended] = bench.events("dev.delivery.finished")
    assert (ended.data["status"], ended.data["result"]) == ("aborted", "pass")
    assert bench.sim.unfinished() == []


def test_data_that_is_no_object_is_refused(bench: Bench) -> None:
    sent = bench.sim.send(
        type=f"{PREFIX}dev.delivery.triggered", to="service/keptn", data=[1]
    )
    bench.sim.run()

    assert sent.status == 400
    assert bench.sim.handler_errors == []


def test_news_of_a_task_stop_the_clock_but_end_nothing(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {})
    bench.answer("deployment", "status.changed")
    bench.sim.run("1h")

    assert bench.events("dev.delivery.finished") == []
    assert "0 started, 0 finished" in bench.sim.unfinished()[0][1]


def test_the_end_of_a_sequence_says_what_the_last_event_said(bench: Bench) -> None:
    bench.send("dev.delivery.triggered", {"message": "go", "labels": {"by": "ci"}})
    bench.do("deployment", result="fail", message="no quota")

    [ended] = bench.events("dev.delivery.finished")
    assert ended.data == {
        "project": "p",
        "stage": "dev",
        "service": "cart",
        "status": "succeeded",
        "result": "fail",
        "message": "no quota",
    }
