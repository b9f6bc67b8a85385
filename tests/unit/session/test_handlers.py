"""Functions that a topology names, from files that the user named."""

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from simulator import Simulation, Topology
from simulator.errors import HandlerError, UsageError

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


def test_neighbours_of_two_files_of_one_name_are_two(tmp_path: Path) -> None:
    for folder, status in (("one", 207), ("other", 208)):
        shop = tmp_path / folder / "shop"
        shop.mkdir(parents=True)
        (shop / "__init__.py").write_text("")
        (shop / "stock.py").write_text(f"STATUS = {status}\n")
        (tmp_path / folder / "handlers.py").write_text(
            "from shop.stock import STATUS\ndef answer(event):\n    return STATUS\n"
        )

    one = run("handlers:answer", tmp_path / "one" / "handlers.py")
    other = run("handlers:answer", tmp_path / "other" / "handlers.py")

    assert (one, other) == ([207, 207], [208, 208])
    assert not {"shop", "shop.stock"} & sys.modules.keys()


def test_files_of_one_folder_share_their_neighbours(tmp_path: Path) -> None:
    (tmp_path / "stock.py").write_text("statuses = []\n")
    (tmp_path / "first.py").write_text("import stock\nstock.statuses.append(207)\n")
    (tmp_path / "second.py").write_text(
        "import stock\ndef answer(event):\n    return stock.statuses[0]\n"
    )

    statuses = run("second:answer", tmp_path / "first.py", tmp_path / "second.py")

    assert statuses == [207, 207]


@pytest.mark.parametrize("strange", [3, None, b"x.py", ["x.py"]])
def test_a_file_of_handlers_has_a_name(strange: Any) -> None:
    with pytest.raises(UsageError, match="handlers: expected Python files or modules"):
        run("x:answer", strange)


def test_what_can_be_imported_anyway_stays_as_it_is(
    code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(code.parent))
    import neighbour  # type: ignore[import-not-found] # as a test of the project would

    run("shop_handlers:answer", code)

    assert sys.modules.pop("neighbour") is neighbour


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


def test_a_handler_may_import_its_neighbour_when_it_is_called(tmp_path: Path) -> None:
    for name, status in (("one", 201), ("two", 207)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "helper.py").write_text(f"STATUS = {status}\n")
        (tmp_path / name / "h.py").write_text(
            "def handle(event):\n    from helper import STATUS\n\n    return STATUS\n"
        )
    text = "topology: t\nservices: {s: {handler: 'h.py:handle'}}\n"
    sims = [
        Simulation(Topology.parse(text), handlers=[tmp_path / name / "h.py"])
        for name in ("one", "two")
    ]

    statuses = []
    for sim in sims:
        sent = sim.send(type="a", to="s")
        sim.run()
        statuses.append(sent.status)

    assert statuses == [201, 207]
    assert "helper" not in sys.modules
