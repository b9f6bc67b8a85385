"""What other programs get."""

from pathlib import Path

import pytest

from simulator import Simulation, Topology, Trace
from simulator.event import Event
from simulator.tui.actions.export import event_curl, event_json, write_trace

ORDER = {"specversion": "1.0", "id": "1", "source": "/s", "type": "order.placed"}


def test_an_event_is_written_as_json_for_people() -> None:
    event = Event(
        {**ORDER, "datacontenttype": "application/json", "region": "eu"}, b'{"n":1}'
    )

    assert event_json(event) == (
        '{\n  "specversion": "1.0",\n  "id": "1",\n  "source": "/s",\n'
        '  "type": "order.placed",\n  "datacontenttype": "application/json",\n'
        '  "data": {\n    "n": 1\n  },\n  "region": "eu"\n}\n'
    )


def test_an_event_becomes_a_curl_command_in_binary_mode() -> None:
    event = Event({**ORDER, "datacontenttype": "application/json"}, b'{"n": "it\'s"}')

    assert event_curl(event, "http://broker/default") == (
        "curl -v http://broker/default -X POST \\\n"
        "  -H 'Ce-Specversion: 1.0' \\\n"
        "  -H 'Ce-Id: 1' \\\n"
        "  -H 'Ce-Source: /s' \\\n"
        "  -H 'Ce-Type: order.placed' \\\n"
        "  -H 'content-type: application/json' \\\n"
        """  --data-raw '{"n": "it'"'"'s"}'\n"""
    )


def test_data_that_is_no_text_comes_from_a_file() -> None:
    command = event_curl(Event(dict(ORDER), b"\xff\x00"), "http://x")

    assert command.endswith("--data-binary @data.bin\n")


def test_an_event_without_data_has_no_body() -> None:
    assert "--data" not in event_curl(Event(dict(ORDER)), "http://x")


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.zst"])
def test_a_trace_that_was_written_is_read_again(name: str, tmp_path: Path) -> None:
    sim = Simulation(Topology.load("topologies/quickstart.yaml"))
    sim.run()
    path = tmp_path / name

    write_trace(path, sim.trace)

    assert list(Trace.read(str(path))) == list(sim.trace)
