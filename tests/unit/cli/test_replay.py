"""``kn-sim run --replay``: a run again from its trace."""

from pathlib import Path

import pytest

from simulator.cli import main

SHOP = """
topology: shop
brokers: {default: {}}
triggers: {all: {filter: {type: a}, subscriber: shop}}
services: {shop: {responses: [503, 200], latency: {uniform: [1ms, 9ms]}}}
sources: {ticks: {rate: 6/m, event: {type: a}, sink: broker/default}}
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder with a recorded run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP)
    send = ["--send", 'type=a,data={"n": 1}', "--send", "type=b"]
    main(
        ["run", "shop.yaml", *send, "--for", "2m", "--seed", "4", "--trace", "1.jsonl"]
    )
    return tmp_path


def test_a_run_is_had_again_with_all_that_it_printed(
    capsys: pytest.CaptureFixture[str], run: Path
) -> None:
    first = capsys.readouterr()
    (run / "shop.yaml").unlink()

    main(["run", "--replay", "1.jsonl", "--trace", "2.jsonl"])

    again = capsys.readouterr()
    assert (run / "2.jsonl").read_bytes() == (run / "1.jsonl").read_bytes()
    assert again.out.splitlines()[:20] == first.out.splitlines()[:20]
    assert again.out.splitlines()[-1] == first.out.splitlines()[-1]


def test_a_trace_is_read_from_stdin_too(
    run: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with (run / "1.jsonl").open() as trace:
        monkeypatch.setattr("sys.stdin", trace)

        main(["run", "--replay", "-", "--trace", "2.jsonl"])

    assert capsys.readouterr().err == ""
    assert (run / "2.jsonl").read_bytes() == (run / "1.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["shop.yaml"], "--replay: the trace decides, FILE is too much"),
        (["-k", "k8s"], "--replay: the trace decides, --kustomize is too much"),
        (["--seed", "0"], "--replay: the trace decides, --seed is too much"),
        (["--send", "type=a"], "--replay: the trace decides, --send is too much"),
        (
            ["--trace", "1.jsonl"],
            "--trace 1.jsonl: is a file that is read; name another",
        ),
    ],
)
@pytest.mark.usefixtures("run")
def test_what_the_trace_decides_is_not_asked_for(
    more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "--replay", "1.jsonl", *more])

    assert code == 2
    assert f"kn-sim: {message}\n" in capsys.readouterr().err


@pytest.mark.usefixtures("run")
def test_a_trace_that_was_exported_still_carries_its_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["trace", "export", "1.jsonl", "--to", "jsonl", "-o", "3.jsonl"])

    code = main(["run", "--replay", "3.jsonl", "--quiet"])

    assert code == main(["run", "--replay", "1.jsonl", "--quiet"])
    assert "2 events" not in capsys.readouterr().err


def test_without_a_file_and_a_trace_there_is_nothing_to_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["run"]) == 2
    assert (
        "name at least one FILE, --kustomize DIR, or --replay TRACE"
        in capsys.readouterr().err
    )
