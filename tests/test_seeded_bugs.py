"""The topologies with a bug: the command in their first comment finds it, soon and in a few steps."""

import json
import re
import shlex
import time
from pathlib import Path

import pytest

from simulator import Topology
from simulator.cli import main
from tests.test_topologies import TOPOLOGIES, commands, first_comment

FOUND = {
    "explore/ships-twice.yaml": ("never-twice shipping", ["reset"]),
    "explore/join-forgets.yaml": ("always mail", [1]),
    "explore/ships-late.yaml": ("always shipping=within 30s", ["503", "503"]),
    "explore/repairs-for-ever.yaml": ("never-lost", ["503"]),
}
SOON_S = 10


@pytest.mark.parametrize("path", FOUND)
def test_the_first_comment_finds_the_bug_and_the_line_that_it_prints_repeats_it(
    path: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(TOPOLOGIES.parent)
    comment = first_comment([path])
    [words] = commands(comment)
    chosen = tmp_path / "chosen.json"
    started = time.monotonic()

    code = main([*words, "--choices-out", str(chosen)])

    took_s = time.monotonic() - started
    told = capsys.readouterr().out
    assert "Watch" in comment or "watch" in comment
    assert words[:2] == ["explore", f"topologies/{path}"]
    assert code == 1
    assert took_s < SOON_S
    assert re.match(r"✗ counter-example after \d+ runs of \d+ (known )?within ", told)
    check, choices = FOUND[path]
    assert told.splitlines()[1].startswith(f"{check}: ")
    assert list(json.loads(chosen.read_text()).values()) == choices
    [again] = re.findall(r"^again: kn-sim (.*)$", told, re.MULTILINE)
    assert again.endswith(f" --choices @{chosen}")
    flow = [line for line in told.splitlines() if line.startswith("+")]
    assert len(flow) <= 16

    main(shlex.split(again))

    repeated = capsys.readouterr().out
    assert [line for line in repeated.splitlines() if line.startswith("+")] == flow


@pytest.mark.parametrize("path", FOUND)
def test_a_topology_with_a_bug_is_green_as_it_is(
    path: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(TOPOLOGIES.parent)
    [words] = commands(first_comment([path]))

    code = main([*words, "--faults", "0", "--delays", "0"])

    told = capsys.readouterr().out
    assert (code, told) == (
        0, "✓ nothing found in the only run within 0 faults, 0 delays\n"
    )  # fmt: skip


@pytest.mark.parametrize("path", FOUND)
def test_it_is_the_same_in_either_form(path: str) -> None:
    topology = Topology.load(TOPOLOGIES / path)

    assert Topology.parse(topology.to_short()) == topology
    assert Topology.parse(topology.to_knative()) == topology
