"""What ``kn-sim run`` does beside its text: files, terminals, interruptions."""

import gc
import io
import json
import os
import sys
from pathlib import Path

import pytest

from simulator.cli import main
from simulator.trace import Trace
from tests.unit.cli.test_style import Terminal

EVENT = '{"specversion": "1.0", "id": "1", "source": "/s", "type": "order.placed"}'
SEND_OTHER = ["--send", "type=x", "--to", "service/other"]
PLACED = ["run", "shop.yaml", "--send", "type=order.placed"]


class Interrupted:
    """A stdout whose reader presses Ctrl-C, or goes away, at the first write."""

    encoding = "utf-8"

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self.text = ""

    def write(self, text: str) -> int:
        self.text += text
        if self._error is not None and "\n" in self.text:
            raise self._error
        return len(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise io.UnsupportedOperation


def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """Give what somebody at a terminal is going to see."""
    seen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(seen, encoding="utf-8"))
    monkeypatch.setenv("NO_COLOR", "1")
    return seen


def test_the_trace_file_has_the_records_that_json_shows(
    workspace: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, "--format", "json", "--trace", "t.jsonl"])

    *lines, summary = capfd.readouterr().out.splitlines(keepends=True)
    (workspace / "shown.jsonl").write_text("".join(lines))
    assert code == 0
    assert list(Trace.read("t.jsonl")) == list(Trace.read("shown.jsonl"))
    assert list(json.loads(summary)) == ["format", "summary"]


def test_the_trace_file_can_be_read_back(workspace: Path) -> None:
    main([*PLACED, "--quiet", "--trace", "t.jsonl"])

    records = Trace.read(str(workspace / "t.jsonl"))
    assert [record.serial for record in records] == list(range(26))


def test_a_terminal_gets_the_first_lines(
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    seen = at_a_terminal(monkeypatch)

    code = main(
        ["run", "mess.yaml", "--send", "type=b", "--send", "type=c", "--for", "1h"]
    )

    lines = seen.getvalue().decode().splitlines()
    hidden = "lines more: --all shows them, --trace FILE keeps all records"
    assert code == 1
    assert lines[200].endswith(hidden)
    assert lines[201] == ""
    assert capsys.readouterr().err == ""  # which is no terminal


def test_a_terminal_is_told_where_the_rest_is(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = at_a_terminal(monkeypatch)

    main(["run", "mess.yaml", "--send", "type=a", "--for", "1s", "--trace", "t.jsonl"])

    assert " lines more: t.jsonl has all records\n" in seen.getvalue().decode()


def test_all_shows_a_terminal_everything(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = at_a_terminal(monkeypatch)

    main(["run", "mess.yaml", "--send", "type=a", "--for", "1s", "--all"])

    flow, _, _ = seen.getvalue().decode().partition("\n\n")
    assert len(flow.splitlines()) == 523


def test_ctrl_c_ends_the_run_with_what_happened_so_far(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "h.py").write_text("def boom(event):\n    raise KeyboardInterrupt\n")

    code = main(["run", "trouble.yaml", "--handlers", "h.py"])

    out, err = capsys.readouterr()
    assert code == 130
    assert err.endswith("kn-sim: interrupted at 2026-01-01T00:01:00Z\n")
    assert "service/slow" in out
    assert out.splitlines()[-1].startswith("· ")
    assert out.endswith("; interrupted\n")


def test_ctrl_c_elsewhere_is_quiet(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Interrupted(KeyboardInterrupt()))

    assert main(["check", "shop.yaml"]) == 130


def test_a_reader_that_goes_away_is_no_fault(
    workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", Interrupted(BrokenPipeError()))

    assert main(PLACED) == 0


def test_garbage_is_collected_again_afterwards(workspace: Path) -> None:
    main(PLACED)

    assert gc.isenabled()


def test_a_run_inside_of_a_program_freezes_nothing(workspace: Path) -> None:
    before = gc.get_freeze_count()

    main(PLACED)

    assert gc.get_freeze_count() == before


@pytest.mark.parametrize(
    "words", [["--help"], ["run", "--help"], ["explain", "--help"], ["check", "--help"]]
)
def test_help_has_examples_and_says_what_the_exit_code_means(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    out = capsys.readouterr().out
    assert code == 0
    assert "\nexamples:\n  kn-sim " in out
    assert "exit code" in out.lower()


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--version"])

    kernel = " (compiled)" if "KN_SIM_COMPILED" in os.environ else ""
    assert (code, capsys.readouterr().out) == (0, f"kn-sim 0.1.0{kernel}\n")


def test_no_words_at_all_are_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])

    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: say what to do: kn-sim run|explain|explore|test|mutate|check|rule|diff|inspect|compare|timetable|graph|convert|export|trace|schema|ui|serve|completion; "
        "or --help\n"
    )


def test_a_word_too_many_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["trace", "show", "a", "more"])

    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim trace show: one argument too many: more\ntry: kn-sim trace show --help\n"
    )


def test_the_topology_may_come_from_stdin(
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = (workspace / "hubs.yaml").read_text()
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))

    assert main(["check", "-"]) == 0
    assert "Broker one" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        ["run", "-", "-"],
        ["explain", "-", "--send", "-"],
        ["explain", "-", "--trace", "-"],
        ["graph", "-", "--replay", "-"],
        ["export", "asyncapi", "-", "--trace", "-"],
    ],
    ids=str,
)
def test_stdin_can_be_read_once(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: stdin can be read once: there is more than one '-'\n"
    )


def test_an_unknown_option_before_the_command_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["--hlep"])

    assert code == 2
    assert capsys.readouterr().err == (
        "kn-sim: unknown option --hlep; did you mean '--help'?\n"
    )


def test_a_seed_is_a_whole_number(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, "--seed", "x"])

    assert code == 2
    assert "--seed: expected a whole number, found 'x'" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_named_with_the_trace(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, "--trace", "/dev/full"])

    assert code == 2
    assert capsys.readouterr().err == "kn-sim: /dev/full: No space left on device\n"


def test_thousands_of_faults_are_counted_and_a_hundred_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    triggers = "".join(f"  t{n}: {{filtr: 1, subscriber: s}}\n" for n in range(150))
    (tmp_path / "many.yaml").write_text(f"topology: x\ntriggers:\n{triggers}")

    main(["run", str(tmp_path / "many.yaml")])
    main(["check", str(tmp_path / "many.yaml")])

    out, err = capsys.readouterr()
    assert err.splitlines()[100:] == ["kn-sim: 150 faults, 50 of them not shown"]
    assert out.splitlines()[100:] == [
        "✗ not in order: 150 faults, 50 of them not shown; --format json gives all"
    ]


def test_triggers_without_their_broker_leave_nothing_to_send_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "trigger.yaml").write_text(
        "apiVersion: eventing.knative.dev/v1\n"
        "kind: Trigger\n"
        "metadata: {name: a}\n"
        "spec: {broker: default, subscriber: {uri: 'http://x.example/'}}\n"
    )

    code = main(["run", str(tmp_path / "trigger.yaml")])

    out = capsys.readouterr().out
    assert code == 0
    assert out.splitlines()[0] == "nothing sends events here (nothing takes any either)"
    assert out.splitlines()[-1] == (
        "there is nothing to send to, either: name the files with the brokers, too"
    )


@pytest.mark.parametrize("command", ["run", "explain", "compare", "explore"])
def test_a_list_of_no_events_is_nothing_to_send(
    command: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([command, "shop.yaml", "--send", "[]"])

    assert code == 2
    assert capsys.readouterr().err == "kn-sim: --send []: holds no event\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("option", ["--report", "--otlp"])
def test_a_disk_that_is_full_is_told_with_the_name_of_the_file(
    option: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, option, "/dev/full"])

    assert code == 2
    assert capsys.readouterr().err == "kn-sim: /dev/full: No space left on device\n"


def test_two_outputs_are_two_files(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, "--otlp", "out", "--report", "./out"])

    told = "kn-sim: --report ./out: is what --otlp writes; name another\n"
    assert (code, capsys.readouterr().err) == (2, told)
    assert not (workspace / "out").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["shop.yaml", "--trace", "./shop.yaml"],
        ["k8s", "--trace", "k8s/shop.yaml"],
        ["shop.yaml", "--choices", "@own.json", "--trace", "own.json"],
        ["shop.yaml", "--trace", "own.json", "--send", "@own.json"],
    ],
)
def test_a_trace_is_not_written_over_what_the_run_reads(
    words: list[str], workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "k8s").mkdir()
    (workspace / "k8s" / "shop.yaml").write_bytes(
        (workspace / "shop.yaml").read_bytes()
    )
    if "own.json" in words:
        (workspace / "own.json").write_text("{}" if "--choices" in words else EVENT)
    before = {
        path: path.read_bytes() for path in workspace.rglob("*") if path.is_file()
    }

    code = main(["run", *words, "--send", EVENT])

    told = f"kn-sim: --trace {words[words.index('--trace') + 1]}: is a file that is read; name another\n"
    assert (code, capsys.readouterr().err) == (2, told)
    assert all(path.read_bytes() == text for path, text in before.items())


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ('{"fault/1#1": 1, "fault/1#1": 0}', "--choices: fault/1#1 stands there twice"),
        ('{"fault/x#1": 1}', "choices: fault/x#1: expected the number of a fault, such as 'fault/2#7' or 'fault/2/latency#7'"),
        ('{"fault/1/#1": 1}', "choices: fault/1/#1: expected the number of a fault, such as 'fault/2#7' or 'fault/2/latency#7'"),
        ('{"interval/source/s#1": 9223372036854775808}', "choices: interval/source/s#1: expected ns up to 292 years, or a duration such as 250ms, found 9223372036854775808"),
        ("[" * 100_000, "--choices: is nested too deeply"),
        (f'{{"fault/1#1": {"1" * 5_000}}}', "--choices: has a number of too many digits"),
        ("@", "--choices @: name a file"),
        ("[1]", '--choices: expected an object of points, such as {"fault/2#7": 1}, found list'),
        ("", "--choices:1:1: Expecting value"),
    ],
)  # fmt: skip
def test_choices_that_are_none_are_told_in_a_sentence(
    choices: str, told: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main([*PLACED, "--choices", choices])

    assert (code, capsys.readouterr().err) == (2, f"kn-sim: {told}\n")


def test_nothing_is_run_that_check_calls_a_fault(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "gone.yaml").write_text(
        "topology: gone\nbrokers: {default: {}}\n"
        "sources: {a: {for: RedisStreamSource/gone, every: 1s, count: 1, event: {type: t}}}\n"
    )

    checked = main(["check", "gone.yaml"])
    capsys.readouterr()
    ran = main(["run", "gone.yaml"])

    out, err = capsys.readouterr()
    assert (checked, ran, out) == (1, 2, "")
    assert err == (
        "kn-sim: gone.yaml:3:11: KN201 source a: there is no source 'RedisStreamSource/gone'\n"
    )


def test_a_file_that_is_no_text_cannot_be_read_and_one_that_is_no_yaml_is_faulty(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "binary.yaml").write_bytes(b"\x00\x01")
    (workspace / "broken.yaml").write_text("a: [")

    assert main(["check", "binary.yaml"]) == 2
    assert main(["check", "broken.yaml"]) == 1
    capsys.readouterr()


def test_json_is_written_of_a_byte_that_is_no_character(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "shop.yaml", "-o", "json", "--send=\udcff"])

    assert code == 2
    assert json.loads(capsys.readouterr().out)["format"] == "kn-sim-error/1"


def test_a_run_in_which_nothing_was_due_says_when_the_next_event_is(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "night.yaml").write_text(
        "topology: t\nbrokers: {default: {}}\n"
        'sources: {nightly: {schedule: "30 2 * * *", sink: broker/default, data: x}}\n'
    )

    main(["run", "night.yaml"])

    last = capsys.readouterr().out.splitlines()[-1]
    assert last.endswith("in 5m of virtual time; the next is due at 2h 30m")


def test_a_trace_is_written_over_a_trace_and_over_nothing_else(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notes = workspace / "notes.txt"
    notes.write_text("mine")
    words = ["run", "shop.yaml", "--send", "type=a", "-q", "--trace"]

    assert main([*words, "t.jsonl"]) == main([*words, "t.jsonl"])
    assert main([*words, "notes.txt"]) == 2
    assert notes.read_text() == "mine"
    assert "is there, and is no trace" in capsys.readouterr().err


def test_a_number_with_a_fraction_is_no_attribute_of_what_is_sent(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "shop.yaml", "--send", '{"type": "a", "amount": 5.5}'])

    assert code == 2
    assert "amount: 5.5 is no attribute value" in capsys.readouterr().err


def test_a_decision_that_nothing_asked_for_is_told(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "gate.yaml").write_text(
        "topology: gate\nservices: {gate: {approval: {}}, other: {}}\n"
    )

    code = main(["run", "gate.yaml", *SEND_OTHER, "--approve", "gate=5m"])

    assert code == 0
    assert capsys.readouterr().err == (
        "kn-sim: --approve gate=5m: service/gate held no request\n"
    )


def test_explain_names_the_service_that_answers_at_a_url(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    file = tmp_path / "shop.yaml"
    file.write_text(
        "topology: shop\n"
        "brokers: {default: {}}\n"
        "triggers: {all: {subscriber: 'http://ears.example/in'}}\n"
        "services: {listener: {hosts: [ears.example]}}\n"
    )

    # when
    main(["explain", str(file), "--send", "type=a"])

    # then
    assert "trigger/all matches → service/listener at /in\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("sent", "condition", "said"),
    [
        ("type=order.other", "unmatched", "--fail-on unmatched: 1, order.other"),
        ("type=order.placed", "dead-lettered", "dead-lettered: 1, order.priced"),
        ("type=order.placed", "stub,unmatched", "--fail-on stub: mail"),
    ],
)
def test_a_run_fails_for_what_it_is_told_to(
    sent: str,
    condition: str,
    said: str,
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = main(["run", "shop.yaml", "--send", sent, "-q"])
    code = main(["run", "shop.yaml", "--send", sent, "-q", "--fail-on", condition])

    assert (before, code) == (0, 1)
    assert said in capsys.readouterr().err


def test_a_run_without_what_it_is_to_fail_for_does_not_fail(workspace: Path) -> None:
    words = ["run", "shop.yaml", "--send", "type=order.placed", "-q"]

    assert main([*words, "--fail-on", "unmatched"]) == 0


def test_a_misspelt_condition_is_told_with_the_nearest(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "shop.yaml", "--fail-on", "unmatched,deadlettered"])

    assert code == 2
    said = "'deadlettered' is nothing to fail on; did you mean 'dead-lettered'?"
    assert said in capsys.readouterr().err
