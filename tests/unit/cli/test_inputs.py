"""What subcommands take alike."""

import argparse
import gc
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.cli.inputs import load, simulate
from simulator.cli.options import add_files, add_settings


@pytest.fixture
def thawed() -> Iterator[None]:
    """Give the tests that follow their garbage back."""
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_a_process_freezes_its_code_at_the_first_simulation_only(
    workspace: Path,
) -> None:
    parser = argparse.ArgumentParser()
    add_files(parser)
    add_settings(parser)
    args = parser.parse_args(["shop.yaml"])
    args.freezes = True
    simulate(args, load(args))
    frozen = gc.get_freeze_count()

    again = [simulate(args, load(args)) for _ in range(3)]

    assert len(again) == 3
    assert 0 < gc.get_freeze_count() <= frozen


KEPT = "apiVersion: v1\nkind: Secret\nmetadata: {name: %s}\n"
NOT_READY = """\
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
spec: {config: {apiVersion: v1, kind: ConfigMap, name: nope}}
"""


@pytest.mark.parametrize(("command", "exit_code"), [("check", 1), ("graph", 2)])
def test_files_without_anything_of_knative_are_not_in_order(
    command: str, exit_code: int, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "s.yaml").write_text(f"{KEPT % 'a'}---\n{KEPT % 'b'}")

    code = main([command, "s.yaml"])

    out, err = capsys.readouterr()
    assert code == exit_code
    assert "s.yaml: holds nothing of Knative, only 2 Secrets" in f"{out}{err}"


def test_a_pipe_of_camel_alone_is_looked_at(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "p.yaml").write_text(
        """\
apiVersion: camel.apache.org/v1
kind: Pipe
metadata: {name: p}
spec:
  source:
    ref: {apiVersion: eventing.knative.dev/v1, kind: Broker, name: nope}
    properties: {type: a}
  sink: {uri: "log:info"}
"""
    )

    main(["check", "p.yaml"])

    out, err = capsys.readouterr()
    assert 'Broker "nope" does not exist' in out
    assert "nothing of Knative" not in f"{out}{err}"


@pytest.mark.parametrize(
    "words",
    [
        ["run", "n.yaml", "--send", "type=a"],
        ["run", "n.yaml", "--send", "type=a", "--to", "default"],
        ["run", "n.yaml", "--send", "type=a", "--to", "broker/default"],
        ["explain", "n.yaml", "--send", "type=a"],
    ],
)
def test_where_nothing_can_be_sent_to_a_broker_it_is_said_why(
    words: list[str], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "n.yaml").write_text(NOT_READY)

    code = main(words)

    _, err = capsys.readouterr()
    assert code == 2
    assert "Broker default is not Ready: ChannelTemplateFailed: " in err
    assert 'configmaps "nope" not found' in err


@pytest.mark.parametrize("option", ["--seed", "--limit", "--max-ttl"])
def test_a_number_is_written_in_plain_digits(
    option: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text in ("\uff11", "1_0", " 1"):
        main(["run", "shop.yaml", option, text])

        assert f"argument {option}: expected a" in capsys.readouterr().err


def test_a_limit_is_named_as_it_was_given(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["run", "shop.yaml", "--send", "type=order.placed", "--limit", "2"])

    assert "records, more than --limit 2" in capsys.readouterr().err


def test_of_triggers_that_do_not_match_none_is_promised_where_only_matching_ones_are(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["explain", "shop.yaml", "--send", "type=x", "--matching"])

    assert capsys.readouterr().out == "x event-1 matches 0 of 4 triggers\n"


@pytest.mark.parametrize("version", ["eventing.knative.dev", "v1"])
def test_a_kind_of_knative_under_a_wrong_version_is_told_as_such(
    version: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trigger = f"apiVersion: {version}\nkind: Trigger\nmetadata: {{name: t}}\n"
    (workspace / "t.yaml").write_text(trigger)

    main(["check", "t.yaml"])

    assert "eventing.knative.dev/v1" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "run", "graph"])
def test_a_name_in_a_file_does_not_steer_the_terminal(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "red.yaml"
    file.write_text('topology: x\nbrokers: {"\\e[31mred": {}, "a\\rb": {}}\n')

    code = main([command, str(file)])

    shown = capsys.readouterr()
    said = shown.out + shown.err
    assert code == (1 if command == "check" else 2)
    assert "Broker \\x1b[31mred: metadata.name" in said
    assert "Broker a\\x0db: metadata.name" in said
    assert not {"\x1b", "\r"} & {*said}


LOUD = r"""
topology: "n\e[31mame"
brokers: {default: {}}
triggers:
  a: {filter: {type: "x\e[31my"}, subscriber: s}
  b: {filters: [{cesql: "subject = 'q\e[31m'"}], subscriber: s}
sources: {t: {at: 1s, event: {type: "x\e[31my", subject: "q\e[31m"}, sink: broker/default}}
tests:
  "te\e[31mst": {expect: {received: s, times: 7}}
"""


@pytest.mark.parametrize(
    "words",
    [
        ["check", "loud.yaml"],
        ["run", "loud.yaml", "--by", "chain"],
        ["explain", "loud.yaml", "--send", '{"type": "x\\u001b[31my"}'],
        ["graph", "loud.yaml"],
        ["inspect", "loud.yaml"],
        ["timetable", "loud.yaml"],
        ["compare", "loud.yaml"],
        ["test", "loud.yaml"],
        ["test", "loud.yaml", "-o", "tap"],
        ["diff", "loud.yaml", "shop.yaml"],
        ["mutate", "loud.yaml", "--list"],
    ],
    ids=lambda words: " ".join(words[:1] + words[2:]),
)
def test_what_an_event_says_does_not_steer_the_terminal(
    words: list[str], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "loud.yaml").write_text(LOUD)

    main(words)

    shown = capsys.readouterr()
    assert shown.out
    assert "\x1b" not in shown.out + shown.err
