"""The runs behind the screen, without a screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from simulator import Simulation, Topology
from simulator.errors import TopologyError, UsageError
from simulator.event import Event
from simulator.session.replaying import Replay
from simulator.trace import Trace
from simulator.tui.actions.export import write_trace
from simulator.tui.branch import drawn
from simulator.tui.opening import Opening, last_trace
from simulator.tui.player import MAX, State
from simulator.tui.screens.draft import SendRequest
from simulator.tui.screens.paths import examples
from simulator.tui.stage import Stage, filter_types
from tests.tui.main.theatre import PIPELINE, ROOT, Clock, begin, opened, played
from tests.tui.main.topologies import DESK, LOOP

if TYPE_CHECKING:
    from pathlib import Path

BUDGET_S = 0.1


@pytest.fixture
def desk(tmp_path: Path) -> Stage:
    path = tmp_path / "shop.yaml"
    path.write_text(DESK)
    return opened(str(path))


def drive(stage: Stage, frames: int = 1, clock: Clock | None = None) -> int:
    """Let frames of a twentieth of a second pass; give how many records are new."""

    async def pass_() -> int:
        added = 0
        for _ in range(frames):
            stage.player.tick(0.05)
            added += await stage.drive(clock or Clock(), BUDGET_S)
        return added

    return asyncio.run(pass_())


def plays(stage: Stage) -> bool:
    """Tell whether time goes on; asked anew each time."""
    return stage.player.playing


def order(**attributes: str) -> Event:
    return Event(
        {
            "specversion": "1.0",
            "id": "",
            "source": "/desk",
            "type": "order.placed",
            **attributes,
        }
    )


def test_nothing_runs_until_it_is_played() -> None:
    stage = opened(PIPELINE)

    assert drive(stage, 10) == 0

    stage.player.play()
    stage.player.set_speed(16)
    assert drive(stage, 20) > 0


def test_the_engine_goes_no_further_than_the_playhead_needs() -> None:
    stage = opened(PIPELINE)
    stage.player.play()

    drive(stage, 100)

    assert stage.sim is not None
    last = len(stage.view) - 1
    assert stage.view.at_ns(last) <= stage.player.now_ns + 1_000_000_000


def test_slices_of_any_length_make_the_same_records() -> None:
    runs = []
    for looks in (0.001, 0.05):
        clock = Clock()
        clock._LOOK_S = looks
        stage = opened(PIPELINE)
        stage.player.play()
        stage.player.set_speed(MAX)
        while len(stage.view) < 600:
            drive(stage, 1, clock)
        runs.append(stage.current.records[:600])

    assert runs[0] == runs[1]


def test_an_event_without_an_id_gets_one_each_time(desk: Stage) -> None:
    desk.send(SendRequest(event=order(), repeat=2, every_ns=500_000_000))
    desk.send(SendRequest(event=order(id="mine")))
    assert desk.sim is not None
    desk.sim.run()
    desk.tell_player()

    sent = [r for r in desk.current.records if r.kind.value == "sent"]
    assert [(r.event.id, r.at_ns) for r in sent] == [
        ("sent-1", 0),
        ("mine", 0),
        ("sent-2", 500_000_000),
    ]


def test_what_is_sent_to_nowhere_is_refused(desk: Stage) -> None:
    with pytest.raises(UsageError, match="broker/defalt"):
        desk.send(SendRequest(event=order(), to="broker/defalt"))


def test_an_input_happens_where_the_clock_stands() -> None:
    stage = opened(PIPELINE)
    stage.player.play()
    drive(stage, 30)  # a gap before the first event is being travelled
    now_ns = stage.player.now_ns
    assert now_ns > 0
    assert stage.sim is not None

    stage.send(SendRequest(event=order()))
    stage.sim.run("1ms")
    stage.tell_player()

    assert stage.view.at_ns(0) == now_ns


def test_types_that_filters_want_come_in_their_order() -> None:
    stage = opened(PIPELINE)
    assert stage.sim is not None

    assert filter_types(stage.sim.wiring)[:3] == [
        "change.merged",
        "artifact.published",
        "service.deployed",
    ]


def test_types_of_nested_filters_are_found() -> None:
    stage = opened(str(ROOT / "topologies" / "filters.yaml"))
    assert stage.sim is not None

    assert {"order.placed", "order.paid", "staff.hired"} <= set(
        filter_types(stage.sim.wiring)
    )


def test_a_fork_before_a_record_has_done_all_before_it() -> None:
    stage = played(PIPELINE)
    before = stage.current.records

    fork = asyncio.run(stage.fork(20))

    assert fork.records == before[:20]
    assert stage.current is fork
    assert fork.parent == "main"
    stage.switch(stage.branch("main"))
    stage.remove(fork)
    assert [branch.name for branch in stage.branches] == ["main"]
    stage.remove(stage.current)
    assert len(stage.branches) == 1


def test_a_recording_cannot_be_forked() -> None:
    sim = played(PIPELINE).sim
    assert sim is not None
    stage = opened(PIPELINE, replay=Trace(list(sim.trace)))

    with pytest.raises(UsageError, match="cannot be forked"):
        asyncio.run(stage.fork(1))
    assert stage.holds == ()
    assert stage.problems == stage.sim.findings if stage.sim else False


def test_a_full_log_is_an_error_and_all_of_it_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "loop.yaml"
    path.write_text(LOOP)
    from simulator import Simulation

    stage = Stage(
        Opening([str(path)], lambda t, _: Simulation(t, journal=True, most=50))
    )
    assert stage.sim is not None
    stage.sim.send(type="again")
    stage.tell_player()
    stage.player.play()
    stage.player.set_speed(MAX)

    drive(stage, 3)

    assert stage.player.state is State.ERROR
    assert stage.player.error
    assert stage.player.shown == len(stage.view) > 0
    assert drive(stage, 3) == 0
    stage.restart()
    assert not stage.player.error


def test_a_circle_stops_the_run_and_later_only_when_it_is_much_longer(
    tmp_path: Path,
) -> None:
    path = tmp_path / "loop.yaml"
    path.write_text(LOOP)
    stage = opened(str(path))
    assert stage.sim is not None
    stage.sim.send(type="again")
    stage.tell_player()
    stage.player.play()
    stage.player.set_speed(MAX)
    while plays(stage):
        drive(stage)
    assert "broker/default → trigger/again → service/poster → broker/d" in stage.circle
    first = len(stage.view)

    stage.player.play()
    drive(stage, 3)

    assert plays(stage)
    assert len(stage.view) > first


def test_a_refused_file_is_told_with_all_its_faults(
    desk: Stage, tmp_path: Path
) -> None:
    (tmp_path / "shop.yaml").write_text(
        DESK.replace("subscriber: pricing", "subscribr: pricing").replace(
            "subscriber: billing", "subscribr: billing"
        )
    )
    before = desk.sim

    assert desk.reload() is None

    assert len(desk.faults) == 2
    assert desk.sim is before


def test_a_file_that_is_no_topology_is_told(desk: Stage, tmp_path: Path) -> None:
    (tmp_path / "shop.yaml").write_text("just: text\n")

    assert desk.reload() is None

    assert desk.faults


def test_without_a_file_nothing_is_reloaded() -> None:
    assert opened().reload() is None


def test_a_faulty_topology_does_not_start(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text("topology: x\nbrokrs: {}\n")

    with pytest.raises(TopologyError, match="brokrs"):
        opened(str(path))


def test_events_of_the_command_line_are_sent_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(DESK)
    event = order(id="first")

    stage = Stage(Opening([str(path)], begin, events=[event], to="broker/default"))
    assert stage.sim is not None
    stage.sim.run()
    stage.tell_player()

    assert stage.view.record(0).event.id == "first"


def test_services_that_never_reply_have_no_reply_line(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    path.write_text(DESK)
    sim = opened(str(path)).sim
    assert sim is not None

    replies = [line for line in drawn(sim).lines if line.kind.value == "reply"]

    assert [line.start for line in replies] == ["service/pricing"]


POSTING = """
topology: posting
brokers: {default: {}}
triggers: {all: {filter: {type: a}, subscriber: poster}}
services: {poster: {handler: "code.py:post"}, store: {}}
"""
CODE = """
from simulator import reply

def post(event, context):
    context.emit(reply(event, type="b"), "store")
"""


def test_what_code_posts_has_a_line_as_soon_as_it_is_seen(tmp_path: Path) -> None:
    path, code = tmp_path / "posting.yaml", tmp_path / "code.py"
    path.write_text(POSTING)
    code.write_text(CODE)
    stage = Stage(
        Opening(
            [str(path)],
            lambda topology, _: Simulation(topology, handlers=[code], journal=True),
        )
    )
    posts = ("service/poster", "service/store")
    before = [(line.start, line.end) for line in stage.view.diagram.lines]

    event = Event({**order().attributes, "id": "1", "type": "a"})
    stage.send(SendRequest(event=event, to="broker/default"))
    stage.player.play()
    drive(stage, 40)

    after = [(line.start, line.end) for line in stage.view.diagram.lines]
    assert posts not in before
    assert after == [*before, posts]
    [shape] = [
        s for s in stage.view.shapes.all if s.facts.target == posts[1] and s.lines
    ]
    assert [after[at] for at in shape.lines] == [posts]
    forked = asyncio.run(stage.fork(len(stage.view) - 1))
    assert forked.view.diagram == stage.view.diagram


def test_the_last_trace_is_missed_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"last\.jsonl: there is no last trace yet"):
        last_trace(tmp_path)


def test_examples_say_what_to_watch(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# Watch it.\ntopology: a\n")
    (tmp_path / "b.yaml").write_text("topology: b\n")
    for name in ("whole-0.5", "part"):
        (tmp_path / name).mkdir()
        text = f"# Watch {name}.\n#   kn-sim run topologies/whole-0.5\ntopology: c\n"
        (tmp_path / name / "simulation.yaml").write_text(text)

    found = examples(tmp_path)

    assert [(each.name, each.watch) for each in found] == [
        ("a", "Watch it."),
        ("whole-0.5", "Watch whole-0.5."),
    ]
    assert {"pipeline", "orders"} <= {e.name for e in examples(ROOT / "topologies")}


def test_a_trace_that_carries_its_run_can_be_asked_forked_and_go_on(
    tmp_path: Path,
) -> None:
    sim = Simulation(Topology.load(PIPELINE), journal=True)
    sim.send(type="build.started")
    sim.run("1m")
    path = tmp_path / "run.jsonl"
    write_trace(path, sim.trace, sim.recording)
    trace = Trace.read(str(path))
    replay = Replay(trace, str(path))

    def again() -> tuple[Simulation, bool]:
        played, why = replay.again()
        return played, not why

    stage = Stage(Opening((), lambda *_: sim, replay=trace, again=again))

    assert stage.current.live
    assert list(stage.current.records) == list(trace)
    fork = asyncio.run(stage.fork(2))
    assert fork.sim is not None
    assert fork.sim.now_ns == 0
    assert stage.current.recording is not None
