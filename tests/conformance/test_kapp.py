"""`kn-sim diff` against what kapp itself printed (carvel-dev/kapp a89576c5)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from simulator.cli import main

GOLDEN = Path(__file__).parent / "golden" / "systems" / "kapp"
PAIRS = sorted(
    (GOLDEN / f"{path.name.removesuffix('.old.yaml')}.new.yaml", path)
    for path in GOLDEN.glob("*.old.yaml")
)


def table(text: str) -> list[list[str]]:
    """Give the rows without the columns that differ knowingly."""
    rows = text.partition("Changes\n\n")[2].partition("\n\n")[0].splitlines()
    head, *cells = ([cell.strip() for cell in re.split("  +", row)] for row in rows)
    kept = [
        at for at, title in enumerate(head) if title not in {"Age", "Op st.", "Wait to"}
    ]
    return [[row[at] for at in kept] for row in [head, *cells]]


def printed(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    assert main([str(word) for word in words]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("new", "old"), PAIRS, ids=lambda path: path.name)
def test_fields_that_change_are_printed_as_kapp_prints_them(
    capsys: pytest.CaptureFixture[str], new: Path, old: Path
) -> None:
    # given
    recorded = GOLDEN / f"{new.name.removesuffix('.new.yaml')}.txt"

    # when
    shown = printed(capsys, "diff", old, new)

    # then
    fields, title, _ = recorded.read_text().partition("\nChanges\n")
    assert shown.startswith(fields + title)


def test_creations_updates_and_deletions_stand_in_the_order_of_kapp(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    recorded = (GOLDEN / "tools-diff-changes.txt").read_text()

    # when
    shown = printed(capsys, "diff", GOLDEN / "diff-old.yaml", GOLDEN / "diff-new.yaml")

    # then
    fields, title, _ = recorded.partition("\nChanges\n")
    assert shown.startswith(fields + title)


def test_resources_are_printed_whole_as_kapp_prints_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    recorded = (GOLDEN / "tools-diff-changes-yaml.txt").read_text()
    files = [GOLDEN / "diff-old.yaml", GOLDEN / "diff-new.yaml"]

    # when
    shown = printed(capsys, "diff", *files, "--changes-yaml")
    as_json = json.loads(
        printed(capsys, "diff", *files, "--changes-yaml", "-o", "json")
    )

    # then
    resources, title, _ = recorded.partition("\nChanges\n")
    assert shown.startswith(resources + title)
    assert "".join(as_json["Blocks"]) == resources


@pytest.mark.parametrize("name", ["tools-diff.txt", "tools-diff-nothing.txt"])
def test_the_table_is_that_of_kapp_but_for_the_columns_that_need_a_cluster(
    capsys: pytest.CaptureFixture[str], name: str
) -> None:
    # given
    recorded = (GOLDEN / name).read_text()
    old = "diff-new.yaml" if "nothing" in name else "diff-old.yaml"

    # when
    shown = printed(capsys, "diff", GOLDEN / old, GOLDEN / "diff-new.yaml", "--summary")

    # then
    assert table(shown) == table(recorded)
    assert shown.partition("Namespace")[0] == recorded.partition("Namespace")[0]
    [counted] = re.findall(r"^Op: .*\n", recorded, re.MULTILINE)
    assert f"\n\n{counted}Wait to: " in shown
    assert shown.endswith("\n\nSucceeded\n")


def test_json_has_the_keys_of_kapp(capsys: pytest.CaptureFixture[str]) -> None:
    # given
    recorded = json.loads((GOLDEN / "tools-diff.json").read_text())
    files = GOLDEN / "diff-old.yaml", GOLDEN / "diff-new.yaml"

    # when
    shown = json.loads(printed(capsys, "diff", *files, "--summary", "-o", "json"))

    # then
    ours = {"op_strategy": "", "wait_to": ""}
    [wanted], [found] = recorded["Tables"], shown["Tables"]
    assert found["Header"] == wanted["Header"]
    assert [row | ours for row in found["Rows"]] == [
        row | ours for row in wanted["Rows"]
    ]
    assert found["Notes"][0] == wanted["Notes"][0]
    assert (shown["Blocks"], shown["Lines"]) == (None, ["Succeeded"])


def test_resources_are_listed_in_the_order_of_kapp(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # given
    recorded = (GOLDEN / "tools-inspect.txt").read_text()

    # when
    shown = printed(capsys, "inspect", GOLDEN / "diff-new.yaml")

    # then
    assert (
        shown.replace("  ok  -  ", "  -   -  ").split("\n\n", 1)[1]
        == (
            recorded.replace("Owner  ", "")
            .replace("  Age", "")
            .replace("  -      -   -   -  ", "  -   -  ")
            .split("\n\n", 1)[1]
        )
    )
