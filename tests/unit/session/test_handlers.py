"""Functions that a topology names, from files that the user named."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator import HandlerError, Simulation, Topology

TEXT = """
topology: named
brokers: {default: {}}
triggers: {to-s: {subscriber: s}}
services: {s: {handler: "HANDLER"}}
"""
CODE = """
from neighbour import STATUS

def answer(event):
    return STATUS

class Counting:
    def __init__(self):
        self.count = 200
    def __call__(self, event):
        self.count += 1
        return self.count

number = 3
def three(a, b, c): ...
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    (tmp_path / "neighbour.py").write_text("STATUS = 207\n")
    path = tmp_path / "shop_handlers.py"
    path.write_text(CODE)
    return path


def run(handler: str, *named: Any) -> list[int]:
    sim = Simulation(Topology.parse(TEXT.replace("HANDLER", handler)), handlers=named)
    sim.send(type="a")
    sim.send(type="a")
    sim.run()
    return [received.status for received in sim.received("s")]


@pytest.mark.parametrize(
    "file", ["shop_handlers", "shop_handlers.py", "deep/shop_handlers.py"]
)
def test_a_function_of_a_named_file_answers(code: Path, file: str) -> None:
    assert run(f"{file}:answer", code) == [207, 207]
    assert run(f"{file}:answer", str(code)) == [207, 207]


def test_a_class_is_made_once_for_each_run(code: Path) -> None:
    assert run("shop_handlers:Counting", code) == [201, 202]
    assert run("shop_handlers:Counting", code) == [201, 202]


def test_a_module_may_be_named_too() -> None:
    module = ModuleType("shop.played")
    module.__dict__["answer"] = lambda _: 208

    assert run("shop.played:answer", module) == [208, 208]
    assert run("played:answer", module) == [208, 208]


def test_what_no_file_was_named_for_is_not_imported(code: Path) -> None:
    with pytest.raises(
        HandlerError,
        match=r"(?s)<text>:5:.*service s: handler 'shop_handlers:answer'.*--handlers shop_handlers.py",
    ):
        run("shop_handlers:answer")


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        ("shop_handlers:anwser", "has no function 'anwser'; did you mean 'answer'"),
        ("shop_handlers:number", "has no function 'number'"),
        ("shop_handlers:three", "takes an event, or an event and a context"),
    ],
)
def test_what_is_no_handler_is_refused(code: Path, handler: str, message: str) -> None:
    with pytest.raises(HandlerError, match=message):
        run(handler, code)


def test_a_file_of_handlers_stands_in_the_way_of_no_other_module(
    tmp_path: Path,
) -> None:
    import json  # what would be hidden

    (tmp_path / "json.py").write_text("def accept(event):\n    return 202\n")

    run("json:accept", tmp_path / "json.py")

    assert sys.modules["json"] is json


def test_a_file_that_cannot_be_imported_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "broken_handlers.py"
    broken.write_text("import nothing_of_this_name\n")

    with pytest.raises(HandlerError, match=r"gone.py: there is no such Python file"):
        run("gone:f", tmp_path / "gone.py")
    with pytest.raises(HandlerError, match="there is no such Python file"):
        run("notes:f", tmp_path / "notes.txt")
    (tmp_path / "leaving.py").write_text("raise SystemExit(3)\n")
    with pytest.raises(HandlerError, match="cannot be imported: SystemExit: 3"):
        run("leaving:f", tmp_path / "leaving.py")
    with pytest.raises(HandlerError, match="cannot be imported: ModuleNotFoundError"):
        run("broken_handlers:f", broken)
