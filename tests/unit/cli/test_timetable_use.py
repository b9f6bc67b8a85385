"""``kn-sim timetable`` when it is used in a wrong way, and what its words mean."""

import json
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.cli.timetable import files_and_names
from tests.unit.cli.test_timetable import ORDERS


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(ORDERS, encoding="utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ["prise"],
            (
                "kn-sim: there is no trigger or subscription 'prise'; did you mean "
                "'price'? (there are: price, ship, log, lost)"
            ),
        ),
        (
            ["--status", "200"],
            "kn-sim: 200 is no status that fails; expected 300 to 599",
        ),
        (
            ["--at", "noon"],
            "kn-sim: --at 'noon' is no RFC 3339 time such as 2026-01-01T00:00:00Z",
        ),
    ],
)
def test_wrong_use_is_one_clear_message(
    orders: str,
    words: list[str],
    expected: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["timetable", orders, *words])

    assert code == 2
    assert capsys.readouterr() == ("", f"{expected}\n")


def test_an_unknown_profile_of_the_topology_names_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "orders.yaml"
    file.write_text("topology: test\nprofile: mt-chanel\n", encoding="utf-8")

    code = main(["timetable", str(file)])

    assert code == 2
    assert "did you mean 'mt-channel'?" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", str(tmp_path / "orders.yaml"), "price"])

    assert code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "orders.yaml" in err


def test_the_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["timetable", "--help"])

    assert code == 0
    assert "  kn-sim timetable orders.yaml price ship" in capsys.readouterr().out


def test_words_that_are_files_are_told_from_names(tmp_path: Path) -> None:
    words = ["any", "more.yaml", "price", "-", str(tmp_path), "trigger/ship"]

    assert files_and_names(words) == (
        ["any", "more.yaml", "-", str(tmp_path)],
        ["price", "trigger/ship"],
    )


def test_a_branch_whose_delivery_a_webhook_refuses_has_no_ladder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    branch = "{subscriber: {uri: 'http://a/'}, delivery: {retry: -1}}"
    file = tmp_path / "parallel.yaml"
    file.write_text(
        f"topology: t\nparallels: {{p: {{branches: [{branch}]}}}}\n", encoding="utf-8"
    )

    code = main(["timetable", str(file), "--format", "json"])

    tables = json.loads(capsys.readouterr().out)["timetables"]
    assert code == 0
    assert [t["route"] for t in tables] == ["subscription/p-kn-parallel-filter-0"]


def test_names_may_stand_behind_options(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(
        "topology: t\nbrokers: {default: {}}\ntriggers: {ship: {subscriber: s}}\n"
    )

    code = main(["timetable", str(file), "--status", "404", "ship"])

    assert code == 0
    assert capsys.readouterr().out.startswith("trigger/ship ")
