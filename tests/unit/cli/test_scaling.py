from pathlib import Path

import pytest

from simulator.cli import main
from simulator.cli.explore import Pace
from simulator.explore import Outcome, Search
from tests.unit.explore.test_search import ORDERS, plan

SENDS = ["--send", "type=order.placed,id=o-1"]
INTERRUPTED_ONCE = """
import os, signal

def holds(sim):
    try:
        os.close(os.open("mark", os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGINT)
"""


@pytest.fixture(autouse=True)
def orders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("orders.yaml").write_text(ORDERS)
    Path("once.py").write_text(INTERRUPTED_ONCE)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (["--never-twice", "shipping"], 1),
        (["--never-lost", "--faults", "0", "--seeds", "300"], 0),
    ],
)
def test_any_number_of_processes_print_the_same(
    capsys: pytest.CaptureFixture[str], check: list[str], code: int
) -> None:
    printed = []

    for jobs in "123":
        words = ["explore", "orders.yaml", *SENDS, *check, "-ojson", "--jobs", jobs]
        assert main(words) == code
        printed.append(capsys.readouterr().out)

    assert printed[1:] == printed[:1] * 2


def test_after_ctrl_c_the_same_command_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["explore", "orders.yaml", *SENDS, "--check", "once.py:holds", "-ojson"]
    campaign = [*words, "--campaign", "orders.campaign"]

    interrupted = main(campaign), capsys.readouterr().err
    again = main(campaign), capsys.readouterr().out
    alone = main(words), capsys.readouterr().out

    assert interrupted == (
        130,
        "kn-sim: interrupted; the same command goes on from here\n",
    )
    assert again == alone


def test_here_and_elsewhere_is_one_too_many(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["explore", "orders.yaml", *SENDS, "-j2", "--on", "tcp://a:8786"])

    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: --jobs is about this machine, --on about others; give one\n"
    )


def test_the_pace_says_how_many_runs_are_made_of_those_known() -> None:
    searched = plan(seeds=500)
    search = Search(searched)
    search.pieces()
    pace = Pace(searched)

    before = pace.text(search)
    search.take(Outcome(0, 1, 3, fresh=tuple(((f"later/{n}#1", 1),) for n in range(9))))
    pace.note(search)

    assert before == "0 of 501 known runs"
    assert pace.text(search).startswith("1 of 510 known runs, ")
