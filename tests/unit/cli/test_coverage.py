"""``kn-sim trace coverage`` and ``kn-sim test --cov`` as their user sees them."""

from pathlib import Path

import pytest

from simulator.cli import main

SHOP = "topology: shop\nbrokers: {default: {}}\ntriggers:\n  ship: {filter: {type: paid}, subscriber: shop}\n"


@pytest.fixture(autouse=True)
def traces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two runs of a shop: of an event that the trigger wants, and of one that it does not."""
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP)
    for type_ in ("paid", "asked"):
        trace = f"{type_}.jsonl"
        main(["run", "shop.yaml", "-q", "--send", f"type={type_}", "--trace", trace])
    capsys.readouterr()


def test_what_is_missing_has_its_line_and_its_place(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["trace", "coverage", "paid.jsonl", "--of", "shop.yaml"])

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "Name       Items  Miss  Cover  Missing",
        "--------------------------------------",
        "shop.yaml      4     2    50%  4",
        "--------------------------------------",
        "TOTAL          4     2    50%",
        "",
        "shop.yaml:4:10: trigger/ship filter: not matched",
        "shop.yaml:4:19: trigger/ship filter.attributes.type: false",
    ]


def test_traces_count_together(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["paid.jsonl", "asked.jsonl", "--fail-under", "100"]

    code = main(["trace", "coverage", *words])

    assert code == 0
    assert capsys.readouterr().out.splitlines()[2].split() == [
        "<trace>",
        "4",
        "0",
        "100%",
    ]


def test_too_little_is_told_with_the_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["trace", "coverage", "paid.jsonl", "--fail-under", "50.5"])

    assert code == 1
    said = "kn-sim: 50.00% is covered, less than --fail-under 50.5\n"
    assert capsys.readouterr().err == said


def test_a_topology_that_has_changed_since_the_run_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("shop.yaml").write_text(SHOP.replace("type: paid", "type: ordered"))

    main(["trace", "coverage", "paid.jsonl", "--of", "shop.yaml"])

    assert "paid.jsonl: another topology has run" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-", "-"], "stdin can be read once"),
        (["-", "--of", "-"], "stdin can be read once"),
        (["shop.yaml"], "shop.yaml:1: is no trace of kn-sim"),
        (["paid.jsonl", "--fail-under", "101"], "expected 0 to 100, found '101'"),
        (["paid.jsonl", "--fail-under", "nan"], "expected 0 to 100, found 'nan'"),
        (["paid.jsonl", "--of", "shp.yaml"], "shp.yaml"),
        (["paid.jsonl", "-o", "lcov"], "-o lcov is about lines: name the files"),
    ],
)
def test_wrong_words_are_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["trace", "coverage", *words])

    assert code == 2
    assert message in capsys.readouterr().err


TESTS = """topology: tests of shop
tests:
  what is paid is sold: {send: {event: {type: paid}}, expect: [{received: shop}]}
  a shop that refuses:
    given: {services: {shop: {rules: [{match: {type: paid}, responses: [202]}]}}}
    send: {event: {type: paid}}
    expect: [{received: shop}]
"""
RULED = f"{SHOP}services: {{shop: {{rules: [{{match: {{land: ZZ}}, responses: [400]}}]}}}}\n"


@pytest.mark.parametrize(("limit", "code"), [("60", 1), ("40", 0)])
def test_all_tests_in_yaml_count_together(
    limit: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ruled.yaml").write_text(RULED)
    Path("tests.yaml").write_text(TESTS)

    found = main(["test", "ruled.yaml", "tests.yaml", "--cov", "--fail-under", limit])

    assert found == code
    assert capsys.readouterr().out.splitlines()[2:8] == [
        "✓ 2 passed",
        "",
        "Name        Items  Miss  Cover  Missing",
        "---------------------------------------",
        "ruled.yaml      5     3    40%  4-5",
        "---------------------------------------",
    ]


def test_stdout_is_for_programs_where_they_read_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("tests.yaml").write_text(TESTS)
    reports = ["--cov-report", "text", "--cov-report", "lcov:out/cov.info"]

    main(["test", "shop.yaml", "tests.yaml", "--cov", "-o", "tap", *reports])

    shown = capsys.readouterr()
    assert shown.out.splitlines()[-1] == "1..2"
    assert "TOTAL" in shown.err
    assert Path("out/cov.info").read_text().splitlines()[1] == "SF:shop.yaml"


def test_a_report_is_not_written_over_the_topology_that_it_is_about(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("tests.yaml").write_text(TESTS)
    before = Path("shop.yaml").read_bytes()

    code = main(
        ["test", "shop.yaml", "tests.yaml", "--cov", "--cov-report", "lcov:shop.yaml"]
    )

    told = "kn-sim: --cov-report: shop.yaml is a file that is read; name another\n"
    assert (code, capsys.readouterr().err) == (2, told)
    assert Path("shop.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--fail-under", "9"], "--fail-under: nothing is measured without --cov"),
        (["--cov-report", "text"], "--cov-report: nothing is measured without --cov"),
        (["--cov", "--cov-report", "xml"], "--cov-report: expected text or json|"),
    ],
)
def test_wrong_words_of_a_test_run_are_refused(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("tests.yaml").write_text(TESTS)

    code = main(["test", "shop.yaml", "tests.yaml", *words])

    assert code == 2
    assert message in capsys.readouterr().err
