"""What ``kn-sim mutate`` asks of whoever reads a file, by a folder that the environment names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Topology
from simulator.manifests.mutant import CONTEXT, MUTATION, ORDER, digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Asks = Callable[..., Path]

TEXT = """topology: play
brokers: {default: {}}
triggers: {a: {filter: {type: x}, subscriber: s}, b: {subscriber: s}}
"""
KEY = ["eventing.knative.dev", "Trigger", "default", "a"]


@pytest.fixture
def asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Asks:
    """Give what asks for a mutant, or, without a spec to set, notes what is read."""

    def ask(**mutant: Any) -> Path:
        asked = {"text": digest(TEXT), "resource": KEY, **mutant} if mutant else None
        order = {"texts": [digest(TEXT)], "mutant": asked, "tests": None}
        folder = tmp_path / "asks"
        folder.mkdir()
        (folder / ORDER).write_text(json.dumps(order))
        monkeypatch.setenv(MUTATION, str(folder))
        return folder

    return ask


def triggers(topology: Topology) -> dict[str, Any]:
    return {each.name: each.spec.get("filter") for each in topology.of_kind("Trigger")}


def test_the_resource_is_other_wherever_the_text_is_read(
    asks: Asks, tmp_path: Path
) -> None:
    asks(spec={"subscriber": {"uri": "http://s"}})
    copy = tmp_path / "copy.yaml"
    copy.write_text(TEXT)

    read = [
        Topology.parse(TEXT),
        Topology.load(copy),
        Topology.load(copy, namespace="team"),
    ]

    assert [triggers(each) for each in read] == [{"a": None, "b": None}] * 3


def test_another_text_is_read_as_it_is(asks: Asks) -> None:
    asks(spec=None)

    found = triggers(Topology.parse(TEXT + "# another\n"))

    assert found == {"a": {"attributes": {"type": "x"}}, "b": None}


def test_a_resource_that_is_dropped_is_not_there(asks: Asks) -> None:
    asks(spec=None)

    assert triggers(Topology.parse(TEXT)) == {"b": None}


def test_a_folder_that_is_not_there_asks_for_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(MUTATION, str(tmp_path / "gone"))

    assert len(triggers(Topology.parse(TEXT))) == 2


def test_which_test_has_read_a_text_is_noted_where_no_mutant_is_asked_for(
    asks: Asks, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = asks()
    monkeypatch.setenv(CONTEXT, "test_a.py::test_b")

    Topology.parse(TEXT)
    Topology.parse("topology: another")

    [noted] = [each.read_text() for each in folder.glob("noted-*.jsonl")]
    [line] = [json.loads(each) for each in noted.splitlines()]
    assert [line[0], *line[2:]] == ["test_a.py::test_b", "read", digest(TEXT)]
