"""What a system can do in a run, and how a topology names one."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.errors import HandlerError, UsageError
from simulator.event.sdk import CloudEvent, reply
from simulator.systems import Knob, System, SystemContext
from simulator.systems.registry import SYSTEMS, system_class

OWN = """
from pathlib import Path
from simulator.event.sdk import CloudEvent
from simulator.systems import SystemContext, OptionError, System

class Bell(System):
    def __init__(self, sound: str, times: int = 1, score: Path | None = None) -> None:
        if times > 3:
            raise OptionError("times", f"expected at most 3, found {times}")
        self.sound, self.times, self.score = sound, times, score

    def __call__(self, event: CloudEvent, context: SystemContext) -> int:
        return 200 + self.times
"""


class Courier(System):
    """Hands a parcel on after an hour, unless it is told to lose it."""

    def __init__(self) -> None:
        self.under_way: list[str] = []

    @property
    def knobs(self) -> dict[str, Knob]:
        return {"parcel": Knob("what becomes of it", ("arrives", "lost"))}

    def __call__(self, event: CloudEvent, context: SystemContext) -> None:
        self.under_way.append(event.get_id())
        if self.set_to.get("parcel") != "lost":
            context.later("1h", lambda later: self.arrive(event, later))

    def arrive(self, event: CloudEvent, context: SystemContext) -> None:
        self.under_way.remove(event.get_id())
        context.emit(reply(event, type="arrived"), "service/door")

    def unfinished(self) -> list[str]:
        return [f"parcel {each} is under way" for each in self.under_way]


SHIPYARD = """
apiVersion: spec.keptn.sh/0.2.2
kind: Shipyard
metadata: {name: s}
spec: {stages: [{name: dev, sequences: [{name: delivery, tasks: [{name: test}]}]}]}
"""
COURIER = "topology: t\nservices: {courier: {}, door: {}}\n"


def described(folder: Path, says: str) -> Topology:
    (folder / "own.py").write_text(OWN)
    (folder / "t.yaml").write_text(
        f"topology: t\nservices:\n  bell:\n    handler: own.py:Bell\n    with: {says}\n"
    )
    return Topology.load(folder / "t.yaml")


def faults_of(folder: Path, says: str) -> str:
    topology = described(folder, says)
    with pytest.raises(HandlerError) as raised:
        Simulation(topology, handlers=[folder / "own.py"])
    return str(raised.value)


def test_a_system_acts_after_virtual_time_and_its_events_follow_from_the_request() -> (
    None
):
    sim = Simulation(Topology.parse(COURIER), services={"courier": Courier()})

    sent = sim.send(type="parcel", id="p1", to="service/courier")
    sim.run("30m")
    before = sim.unfinished()
    sim.run()

    [arrived] = sim.received("door", caused_by=sent)
    assert arrived.event.type == "arrived"
    assert sim.now_text() == "2026-01-01T01:00:00Z"
    assert before == [("service/courier", "parcel p1 is under way")]
    assert sim.unfinished() == []


def test_each_run_plays_a_system_of_its_own_and_so_does_a_fork() -> None:
    courier = Courier()
    sim = Simulation(
        Topology.parse(COURIER), services={"courier": courier}, journal=True
    )
    sim.send(type="parcel", id="p1", to="service/courier")
    sim.run("30m")

    fork = sim.fork()
    fork.run()

    assert fork.unfinished() == []
    assert len(sim.unfinished()) == 1
    assert courier.under_way == []


def test_an_outcome_is_set_from_outside_and_a_fork_has_it_too() -> None:
    sim = Simulation(
        Topology.parse(COURIER), services={"courier": Courier()}, journal=True
    )

    sim.set_knob("courier", "parcel", "lost")
    sim.send(type="parcel", id="p1", to="service/courier")
    sim.run()

    assert sim.knobs()["service/courier"]["parcel"].values == ("arrives", "lost")
    assert sim.unfinished() == sim.fork().unfinished() != []
    assert sim.received("door") == []


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (("curier", "parcel", "lost"), "did you mean 'courier'?"),
        (("door", "parcel", "lost"), "no system plays 'door' (there are: courier)"),
        (("courier", "parcl", "lost"), "courier: unknown key 'parcl'; did you mean"),
        (("courier", "parcel", "los"), "found 'los'; did you mean 'lost'?"),
    ],
)
def test_a_wrong_knob_is_refused_with_what_there_is(
    said: tuple[str, str, str], message: str
) -> None:
    sim = Simulation(Topology.parse(COURIER), services={"courier": Courier()})

    with pytest.raises(UsageError) as raised:
        sim.set_knob(*said)

    assert message in str(raised.value)


def test_what_a_class_of_the_users_is_given_stands_in_the_topology(
    tmp_path: Path,
) -> None:
    topology = described(tmp_path, "{sound: ding, times: 2}")
    sim = Simulation(topology, handlers=[tmp_path / "own.py"])

    sent = sim.send(type="a", to="service/bell")
    sim.run()

    assert sent.status == 202


@pytest.mark.parametrize(
    ("says", "place", "message"),
    [
        (
            "{sound: a, time: 2}",
            "5:22",
            "with.time: unknown field; did you mean 'times'",
        ),
        ("{times: 2}", "5:5", "with.sound: is missing, and needed"),
        ("{sound: a, times: b}", "5:22", "with.times: expected a whole number"),
        ("{sound: [1]}", "5:12", "with.sound: expected text, found [1]"),
        ("{sound: a, times: 4}", "5:22", "with.times: expected at most 3, found 4"),
    ],
)
def test_wrong_arguments_are_named_where_they_stand(
    tmp_path: Path, says: str, place: str, message: str
) -> None:
    found = faults_of(tmp_path, says)

    assert message in found
    assert f"t.yaml:{place}: " in found


def test_all_wrong_arguments_are_named_at_once(tmp_path: Path) -> None:
    found = faults_of(tmp_path, "{time: 2, times: b}")

    assert [line.split("with.")[1].split(":")[0] for line in found.splitlines()] == [
        "sound",
        "time",
        "times",
    ]


def test_a_path_is_relative_to_the_file_that_says_it(tmp_path: Path) -> None:
    topology = described(tmp_path, "{sound: ding, score: notes.txt}")
    sim = Simulation(topology, handlers=[tmp_path / "own.py"])

    sim.send(type="a", to="service/bell")
    sim.run()
    [bell] = sim._deployment._systems().values()

    assert vars(bell)["score"] == tmp_path / "notes.txt"


def test_a_system_that_kn_sim_brings_needs_no_file_of_handlers_and_has_a_name() -> None:
    text = "topology: t\nservices: {keptn: {}, gate: {handler: kn-sim/NAME}}"

    named = Topology.parse(text.replace("NAME", "approval-service"))
    wrong = Topology.parse(text.replace("NAME", "aproval-service"))

    assert list(Simulation(named).knobs()) == ["service/gate"]
    with pytest.raises(TopologyError, match="did you mean 'kn-sim/approval-service'"):
        Simulation(wrong)


def test_a_system_cannot_send_to_where_there_is_nothing() -> None:
    text = """
topology: t
services: {keptn: {}, gate: {handler: kn-sim/approval-service, with: {keptn: kept}}}
"""

    with pytest.raises(TopologyError, match="nothing has the address 'kept'") as raised:
        Simulation(Topology.parse(text)).run()

    [fault] = raised.value.faults
    assert fault.path == "spec.services.gate.with.keptn"
    assert fault.position is not None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "async def __call__(self, event, context): ...",
            "does not await: Own waits by",
        ),
        (
            "def __call__(self, event): ...",
            "takes an event and a context; Own takes an",
        ),
    ],
)
def test_a_system_that_cannot_be_called_as_one_is_refused(
    tmp_path: Path, written: str, message: str
) -> None:
    text = f"from simulator.systems import System\nclass Own(System):\n    {written}\n"
    (tmp_path / "own.py").write_text(text)
    topology = Topology.parse("topology: t\nservices: {a: {handler: 'own.py:Own'}}")

    with pytest.raises(HandlerError, match=message):
        Simulation(topology, handlers=[tmp_path / "own.py"])


def test_what_is_no_mapping_is_told_once_and_a_job_is_no_system() -> None:
    text = """
topology: t
services: {gate: {handler: kn-sim/keptn, with: [1]}}
jobs: {cut: {handler: kn-sim/keptn}}
"""

    with pytest.raises(TopologyError) as raised:
        Simulation(Topology.parse(text))

    assert [each.split(": ", 2)[2] for each in raised.value.faults] == [
        "spec.services.gate.with: expected a mapping, found [1]",
        "spec.jobs.cut.handler: expected module:function, found 'kn-sim/keptn'",
    ]


def test_a_reload_keeps_a_system_whose_description_and_files_are_the_same(
    tmp_path: Path,
) -> None:
    shipyard = tmp_path / "shipyard.yaml"
    shipyard.write_text(SHIPYARD)
    (tmp_path / "t.yaml").write_text(
        "topology: t\n"
        "services: {keptn: {handler: kn-sim/keptn, with: {shipyard: shipyard.yaml}}}\n"
    )
    sim = Simulation(Topology.load(tmp_path))
    data = {"project": "p", "stage": "dev", "service": "cart"}
    sim.send(
        type="sh.keptn.event.dev.delivery.triggered", to="service/keptn", data=data
    )
    sim.run("1m")

    (tmp_path / "more.yaml").write_text("topology: u\nservices: {bridge: {}}\n")
    sim.reload(Topology.load(tmp_path))
    kept = sim.unfinished()
    shipyard.write_text(SHIPYARD.replace("delivery", "promotion"))
    sim.reload(Topology.load(tmp_path))

    assert len(kept) == 1
    assert sim.unfinished() == []
    assert list(sim.knobs()["service/keptn"]) == ["dev.promotion"]


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_system_of_ours_says_whether_it_asks_somebody_to_decide(name: str) -> None:
    assert system_class(name).asks is (name == "approval-service")
