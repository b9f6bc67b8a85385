"""`kn-sim rule`, and which rules `check` tells."""

import json
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.rules import RULES
from simulator.rules.selection import told

ROOT = Path(__file__).parents[3]
TWO = """
topology: t
brokers: {b: {delivery: {retry: 3}}}
triggers: {t: {broker: b, subscriber: s, delivery: {timeout: PT2S}}}
services: {s: {}}
"""


def ids(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    main(["check", "t.yaml", "-o", "json", *words])
    return [each["id"] for each in json.loads(capsys.readouterr().out)["findings"]]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("t.yaml").write_text(TWO)


def test_a_rule_is_explained_by_id_and_by_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    by_id = main(["rule", "KN104"]), capsys.readouterr().out
    by_name = main(["rule", "catch-all"]), capsys.readouterr().out

    assert by_id == by_name
    assert by_id[1].startswith("# KN104 catch-all\n\n- Severity: warning\n- What: ")


def test_all_cases_of_a_rule_are_explained(capsys: pytest.CaptureFixture[str]) -> None:
    main(["rule", "KN109", "-o", "json"])

    found = json.loads(capsys.readouterr().out)["rules"]
    assert {each["id"] for each in found} == {"KN109"}
    assert [each["name"] for each in found] == [
        name for name, rule in RULES.items() if rule.id == "KN109"
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rule", "KN999", "catch-al"], "there is no rule 'KN999'; did you mean 'KN"),
        (["rule", "KN104", "catch-al"], "'catch-al'; did you mean 'catch-all'?"),
        (["rule", "kn1"], "there is no rule 'kn1'; did you mean 'KN1'?"),
        (["rule", "kn104"], "there is no rule 'kn104'; did you mean 'KN104'?"),
        (["rule"], "name rules, such as KN104, or --all"),
        (["rule", "KN104", "--all"], "name rules, such as KN104, or --all"),
        (["check", "t.yaml", "--select", "KN1,KN30x"], "there is no rule 'KN30x'; did"),
        (["check", "t.yaml", "--ignore", "x,"], "there is no rule 'x' (kn-sim rule --"),
    ],
)
def test_a_rule_that_is_not_there_is_refused_with_the_nearest(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    ("select", "ignore", "wanted"),
    [
        ("KN10", "", {"KN101", "KN104", "KN107"}),
        ("KN1,KN2", "KN11,KN10", {"KN120", "KN130", "KN201"}),
        ("KN104", "KN1", {"KN104"}),
        ("KN1", "KN104", {"KN101"}),
        ("KN104", "KN104", set()),
        ("loop", "KN106", {"KN106"}),
        ("", "ALL", set()),
    ],
)
def test_the_word_that_says_most_decides(
    select: str, ignore: str, wanted: set[str]
) -> None:
    words = [[w for w in text.split(",") if w] for text in (select, ignore)]

    found = {RULES[name].id for name in told(*words)}

    assert found >= wanted
    assert ("KN104" in found, "KN201" in found) == (
        "KN104" in wanted,
        "KN201" in wanted,
    )


def test_check_tells_the_rules_that_are_selected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    usual = ids(capsys)

    assert usual == ["KN107", "KN110"]
    assert ids(capsys, "--select", "KN110") == ["KN110"]
    assert ids(capsys, "--select", "KN1", "--ignore", "KN10") == ["KN110"]
    assert ids(capsys, "--ignore", "KN1") == []


def test_what_only_timetable_tells_is_told_where_it_is_selected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert ids(capsys, "--select", "no-dead-letter-sink") == ["KN109"]
    assert ids(capsys, "--select", "ALL") == ["KN107", "KN110", "KN109"]


def test_a_fault_is_told_whatever_is_selected(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("t.yaml").write_text(TWO + "sources: {x: {event: {type: a, source: /s}}}\n")

    code = main(["check", "t.yaml", "--ignore", "ALL", "-q"])

    assert code == 1
    assert "KN209 source x" in capsys.readouterr().out


def test_why_and_what_to_do_stand_below_each_finding_with_v(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["check", "t.yaml", "-v", "--select", "KN107"])

    out = capsys.readouterr().out
    assert f"\n      why: {RULES['immediate-retries'].why}\n" in out
    assert f"\n      fix: {RULES['immediate-retries'].fix}\n" in out


def test_the_page_of_rules_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["rule", "--all"])

    page = ROOT / "docs" / "reference" / "rules.md"
    assert page.read_text(encoding="utf-8") == capsys.readouterr().out
