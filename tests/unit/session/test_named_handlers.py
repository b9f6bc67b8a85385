"""Handlers that a topology names: functions, classes with state, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator import Simulation, Topology, TopologyError
from simulator.errors import HandlerError

if TYPE_CHECKING:
    from pathlib import Path

HANDLERS = """
from simulator import reply

class Counter:
    def __init__(self):
        self.seen = 0

    def __call__(self, event):
        self.seen += 1
        return reply(event, type="counted", data=self.seen)

class Waiting:
    async def __call__(self, event, context):
        return reply(event, type="counted", data=context.attempt)

def later(event, context):
    context.emit(reply(event, type="reminder"), to="broker/default", after="2h")

def astray(event, context):
    context.emit(reply(event, type="reminder"), to="broker/nowhere")

def rolls(event, context):
    return reply(event, type="counted", data=context.random.random())

def greedy(event, context, more): ...

class Needy:
    def __init__(self, what): ...
"""


def topology(handler: str) -> Topology:
    return Topology.parse(f"""
topology: handlers
brokers: {{default: {{}}}}
triggers:
  play: {{filter: {{type: go}}, subscriber: played}}
  count: {{filter: {{type: counted}}, subscriber: seen}}
  remind: {{filter: {{type: reminder}}, subscriber: seen}}
services:
  played: {{handler: 'h.py:{handler}'}}
  seen: {{}}
""")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "h.py"
    path.write_text(HANDLERS)
    return path


def run(handler: str, file: Path, *, times: int = 1, seed: int = 0) -> Simulation:
    sim = Simulation(topology(handler), handlers=[file], seed=seed)
    for _ in range(times):
        sim.send(type="go")
    sim.run()
    return sim


def data_seen(sim: Simulation) -> list[object]:
    return [received.event.get_data() for received in sim.received("seen")]


def test_a_class_is_made_anew_for_each_run(file: Path) -> None:
    runs = [run("Counter", file, times=2) for _ in range(2)]

    assert [data_seen(sim) for sim in runs] == [[1, 2], [1, 2]]


def test_what_a_file_prints_as_it_is_read_is_no_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "h.py"
    file.write_text("print('ready')\n" + HANDLERS)

    run("Counter", file)

    assert capsys.readouterr() == ("", "ready\n")


def test_an_instance_may_be_called_as_a_coroutine_function(file: Path) -> None:
    sim = run("Waiting", file)

    assert data_seen(sim) == [1]


def test_a_handler_emits_an_event_later(file: Path) -> None:
    sim = run("later", file)

    [reminder] = sim.received("seen")
    [sent] = sim.trace.select(kind="sent", type="reminder")
    assert reminder.event.get_type() == "reminder"
    assert reminder.at_ns == 2 * 3_600 * 10**9
    assert sim.trace[sent.cause or 0].kind == "dispatched"


def test_an_address_that_nothing_has_fails_the_handler(file: Path) -> None:
    sim = run("astray", file)

    answers = sim.trace.select(kind="responded", node="service/played")
    assert [answer.status for answer in answers] == [500] * 11
    assert "broker/nowhere" in str(answers[0].detail)


def test_the_chance_of_a_handler_comes_from_the_seed(file: Path) -> None:
    first, again, other = (
        data_seen(run("rolls", file, times=3, seed=seed)) for seed in (1, 1, 2)
    )

    assert first == again
    assert first != other
    assert len(dict.fromkeys(map(str, first))) == 3


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        ("greedy", "takes an event, or an event and a context"),
        ("Needy", "missing 1 required positional argument: 'what'"),
        ("latr", "has no function 'latr'; did you mean 'later'?"),
    ],
)
def test_a_handler_that_cannot_be_called_is_refused(
    handler: str, reason: str, file: Path
) -> None:
    with pytest.raises(HandlerError) as refused:
        Simulation(topology(handler), handlers=[file])

    assert str(refused.value).startswith("<text>:")
    assert ": service played: " in str(refused.value)
    assert reason in str(refused.value)


@pytest.mark.parametrize("field", ["responses: [200]", "emit: []", "rules: []"])
def test_a_handler_answers_alone(field: str) -> None:
    text = f"topology: x\nservices: {{played: {{handler: 'h.py:f', {field}}}}}\n"

    with pytest.raises(TopologyError, match="a service with a handler answers and"):
        Simulation(Topology.parse(text))
