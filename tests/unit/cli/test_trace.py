"""``kn-sim trace`` as its user sees it."""

import csv
import io
import sys
from pathlib import Path

import pyarrow.parquet
import pytest

from simulator.cli import main
from simulator.trace import Trace
from simulator.trace.tables import COLUMNS, rows
from tests.unit.cli.test_golden import GOLDEN
from tests.unit.cli.test_process import kn_sim
from tests.unit.cli.test_style import Terminal

RUNS = {
    "run-shop": ["run", "shop.yaml", "--send", "type=order.placed"],
    "run-nearest-miss": ["run", "shop.yaml", "--send", "type=order.shiped"],
    "run-faults": ["run", "faulty.yaml"],
    "run-approvals": ["run", "approved.yaml"],
    "run-two-events": ["run", "shop.yaml", "--send", "events.jsonl", "--send", "@array.json"],
}  # fmt: skip


class Ran:
    """A run of the command: its exit code, and what it printed."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *words: str) -> None:
        self.code = main(words)
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def trace(workspace: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A trace of the shop, in the workspace."""
    main([*RUNS["run-shop"], "--quiet", "--trace", "t.jsonl"])
    capsys.readouterr()
    return "t.jsonl"


@pytest.mark.parametrize("name", RUNS)
def test_a_recorded_run_is_shown_as_it_was_when_it_ran(
    name: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*RUNS[name], "--trace", "t.jsonl"])
    ran, *_ = capsys.readouterr()

    shown = Ran(capsys, "trace", "show", "t.jsonl")

    flow, _, summary = ran.partition("\n\n")
    assert [line.split() for line in shown.out.splitlines()] == [
        line.split() for line in [*flow.splitlines(), "", summary.splitlines()[-1]]
    ]
    assert shown.code == 0


@pytest.mark.parametrize("name", ["t.jsonl.zst", "-"])
def test_a_trace_may_be_compressed_and_come_from_stdin(
    name: str,
    workspace: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    main([*RUNS["run-shop"], "--trace", "t.jsonl.zst"])
    ran, *_ = capsys.readouterr()
    data = (workspace / "t.jsonl.zst").read_bytes()
    stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))
    monkeypatch.setattr(sys, "stdin", stdin)

    shown = Ran(capsys, "trace", "show", name)

    assert shown.out.splitlines()[-1] == ran.splitlines()[-1]


def test_only_lines_of_a_node_a_type_and_an_id_are_shown(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = ["--node", "pricing", "--type", "order.placed", "--id", "event-1"]

    shown = Ran(capsys, "trace", "show", trace, *chosen)

    assert shown.out == (
        "+0s         ✓ trigger/price → service/pricing      200  "
        "order.placed event-1\n\n✓ 1 of 10 lines\n"
    )


def test_records_of_some_kinds_are_shown_one_a_line(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kinds = ["--kind", "sent", "--kind", "replied"]

    shown = Ran(capsys, "trace", "show", trace, *kinds)

    assert shown.out == (
        "       0s  sent             (caller) → broker/default  order.placed  event-1\n"
        "       0s  replied          trigger/price → broker/default  order.priced  "
        "event-1/order.priced\n\n✓ 2 of 26 records\n"
    )


def test_where_no_record_is_of_a_kind_the_exit_code_says_so(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Ran(capsys, "trace", "show", trace, "--kind", "dropped")

    assert (shown.code, shown.out) == (1, "\n· 0 of 26 records\n")
    assert shown.err == (
        "kn-sim: no record of the trace is of the kind dropped (there are: sent, "
        "accepted, dispatched, responded, retry-scheduled, replied, dead-lettered, "
        "answered)\n"
    )


def test_a_combination_that_nothing_fits_is_no_wrong_use(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--node", "pricing", "--type", "order.priced"]

    flow = Ran(capsys, "trace", "show", trace, *words)
    objects = Ran(capsys, "trace", "show", trace, *words, "--format", "json")

    assert (flow.code, flow.out) == (1, "\n· 0 of 10 lines\n")
    assert (objects.code, objects.out) == (1, '{"format":"kn-sim-trace/1"}\n')


def test_as_json_each_record_is_what_the_run_printed(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([*RUNS["run-shop"], "--format", "json", "--trace", "t.jsonl"])
    *ran, _ = capsys.readouterr().out.splitlines()

    shown = Ran(capsys, "trace", "show", "t.jsonl", "--format", "json")

    assert (shown.code, shown.out.splitlines()) == (0, ran)


def test_some_records_as_json_are_a_trace_again(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--node", "shipping", "--format", "json"]

    shown = Ran(capsys, "trace", "show", trace, *words)

    (workspace / "some.jsonl").write_text(shown.out)
    node = "service/shipping"
    assert list(Trace.read("some.jsonl")) == Trace.read(trace).select(node=node)


def test_what_a_record_says_cannot_move_the_cursor(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = '{"type": "a\\u001b[2J", "id": "1\\u0007"}'
    main(["run", "shop.yaml", "--send", event, "--quiet", "--trace", "t.jsonl"])
    capsys.readouterr()

    flow = Ran(capsys, "trace", "show", "t.jsonl")
    records = Ran(capsys, "trace", "show", "t.jsonl", "--kind", "sent")

    assert "a\\x1b[2J 1\\x07" in flow.out
    assert records.out.startswith(
        "       0s  sent             (caller) → broker/default  a\\x1b[2J  1\\x07\n"
    )


def test_colours_are_as_in_a_run(
    trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    golden = (GOLDEN / "run-colour.txt").read_text(encoding="utf-8")

    shown = Ran(capsys, "trace", "show", trace, "--color", "always")

    assert shown.out.splitlines()[0] in golden
    assert shown.out.splitlines()[-1] in golden


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--node", "shiping"], "--node shiping: the trace has no such node; did you mean 'service/shipping'? (there are: broker/default, service/billing, "),
        (["--type", "order.place"], "--type order.place: the trace has no such type; did you mean 'order.placed'? (there are: order.placed, order.priced)"),
        (["--id", "event1"], "--id event1: the trace has no such id; did you mean 'event-1'? (there are: event-1, event-1/order.priced)"),
        (["--kind", "snet"], "argument --kind: 'snet' is no kind of record; did you mean 'sent'? (there are: sent, accepted, "),
        (["--format", "xml"], "argument -o/--format: invalid choice: 'xml'"),
        (["--knid", "sent"], "kn-sim trace show: unknown option --knid; did you mean '--kind'?\ntry: kn-sim trace show --help\n"),
        (["more"], "kn-sim trace show: one argument too many: more\n"),
    ],
)  # fmt: skip
def test_a_name_that_does_not_occur_is_told_with_the_nearest(
    words: list[str], message: str, trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Ran(capsys, "trace", "show", trace, *words)

    assert (shown.code, shown.out) == (2, "")
    assert message in shown.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "kn-sim trace: the following arguments are required: COMMAND\n"),
        (["shwo"], "kn-sim trace: unknown command 'shwo'; did you mean 'show'? (there are: show, coverage, test, dead-letters, export, import)\ntry: kn-sim trace --help\n"),
        (["show"], "kn-sim trace show: the following arguments are required: FILE\n"),
        (["show", "no.jsonl"], "kn-sim: no.jsonl: No such file or directory\n"),
        (["show", "shop.yaml"], "kn-sim: shop.yaml:1: is no trace of kn-sim: expected JSON in one line: invalid literal"),
        (["test", "t.jsonl", "--to", "pytest", "--of", "shp.yaml"], "kn-sim: --of shp.yaml: no such file or folder; did you mean 'shop.yaml'?\n"),
        (["import", "t.jsonl"], "kn-sim: t.jsonl: is a trace of kn-sim already\n"),
        (["export", "t.jsonl"], "kn-sim trace export: the following arguments are required: --to\n"),
        (["export", "t.jsonl", "--to", "xml"], "argument --to: invalid choice: 'xml'"),
        (["export", "t.jsonl", "--to", "csv", "-o", "t.jsonl", "--force"], "kn-sim: -o t.jsonl: is the file that is read; name another\n"),
        (["export", "t.jsonl", "--to", "csv", "-o", "shop.yaml"], "kn-sim: -o shop.yaml: is there already; --force writes over it\n"),
        (["export", "t.jsonl", "--to", "csv", "-o", "."], "kn-sim: -o .: is a folder, expected a file\n"),
        (["export", "t.jsonl", "--to", "csv", "-o", "no/t.csv"], "kn-sim: no/t.csv: No such file or directory\n"),
    ],
)  # fmt: skip
def test_wrong_use_is_told_in_a_sentence(
    words: list[str], message: str, trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "trace", *words)

    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_a_trace_is_exported_as_csv(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed = Ran(capsys, "trace", "export", trace, "--to", "csv")
    Ran(capsys, "trace", "export", trace, "--to", "csv", "-o", "t.csv")

    said = [["" if cell is None else str(cell) for cell in row] for row in _rows(trace)]
    assert list(csv.reader(io.StringIO(printed.out))) == [list(COLUMNS), *said]
    assert (workspace / "t.csv").read_text() == printed.out


def test_a_trace_is_exported_as_parquet_with_types(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "trace", "export", trace, "--to", "parquet", "-o", "t.parquet")

    table = pyarrow.parquet.read_table("t.parquet")
    types = {name: str(table.schema.field(name).type) for name in table.column_names}
    category = "dictionary<values=string, indices=int32, ordered=0>"
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert [tuple(row.values()) for row in table.to_pylist()] == _rows(trace)
    assert types == {
        "serial": "int64",
        "at_ns": "int64",
        "kind": category,
        "cause": "int64",
        "event": "int64",
        "type": category,
        "id": "string",
        "source": category,
        "from": category,
        "to": category,
        "attempt": "int64",
        "status": "int64",
        "detail": "string",
    }


def _rows(name: str) -> list[tuple[object, ...]]:
    return list(rows(Trace.read(name)))


def test_a_trace_of_the_first_format_is_exported_in_the_current_one(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Ran(capsys, "trace", "show", trace, "--format", "json")
    (workspace / "old.jsonl").write_text(shown.out)

    new = Ran(capsys, "trace", "export", "old.jsonl", "--to", "jsonl")

    (workspace / "new.jsonl").write_text(new.out)
    assert new.out.startswith('{"format":"kn-sim-trace/2"}\n')
    assert list(Trace.read("new.jsonl")) == list(Trace.read(trace))


def test_a_trace_is_compressed_and_comes_back_as_it_was(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small = Ran(capsys, "trace", "export", trace, "--to", "jsonl", "-o", "t.zst")
    Ran(capsys, "trace", "export", "t.zst", "--to", "jsonl", "-o", "plain.jsonl")

    plain = (workspace / "plain.jsonl").read_bytes()
    assert (small.code, small.out, small.err) == (0, "", "")
    assert plain == (workspace / trace).read_bytes()
    assert (workspace / "t.zst").stat().st_size < len(plain) / 2


def test_a_file_that_is_there_is_written_over_when_that_is_said(
    trace: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "t.csv").write_text("mine")

    ran = Ran(capsys, "trace", "export", trace, "--to", "csv", "-o", "t.csv", "--force")

    assert (ran.code, ran.err) == (0, "")
    assert (workspace / "t.csv").read_text().startswith("serial,at_ns,")


def test_half_a_surrogate_is_exported_as_an_escape(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (workspace / "t.jsonl").write_text(
        '{"format":"kn-sim-trace/2"}\n{"id":"1"}\n[0,"sent",0,0,"","b",0,1,"\\udcff"]\n'
    )

    printed = Ran(capsys, "trace", "export", "t.jsonl", "--to", "csv")
    Ran(capsys, "trace", "export", "t.jsonl", "--to", "parquet", "-o", "t.parquet")

    assert printed.out.splitlines()[1] == r"0,0,sent,,1,,1,,,b,1,0,\udcff"
    table = pyarrow.parquet.read_table("t.parquet")
    assert table.column("detail").to_pylist() == [r"\udcff"]


@pytest.mark.parametrize("form", ["parquet", "csv", "jsonl"])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_is_named_with_the_output(
    form: str, trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ran = Ran(capsys, "trace", "export", trace, "--to", form, "-o", "/dev/full")

    assert (ran.code, ran.err) == (2, "kn-sim: /dev/full: No space left on device\n")


def test_parquet_is_not_written_to_a_terminal(
    trace: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(seen, encoding="utf-8"))

    code = main(["trace", "export", trace, "--to", "parquet"])

    assert (code, seen.getvalue()) == (2, b"")
    assert capsys.readouterr().err == (
        "kn-sim: Parquet is nothing to look at: say where to with -o FILE\n"
    )


def test_where_nothing_writes_parquet_it_says_what_to_install(
    trace: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    ran = Ran(capsys, "trace", "export", trace, "--to", "parquet", "-o", "t.parquet")

    assert (ran.code, ran.err) == (
        2, "kn-sim: Parquet needs pyarrow: pip install 'kn-sim[parquet]'\n"
    )  # fmt: skip


def test_half_a_character_in_a_trace_is_shown_as_its_escape(
    workspace: Path,
) -> None:
    lines = (
        '{"format":"kn-sim-trace/2"}',
        '{"specversion":"1.0","id":"1","source":"/","type":"a"}',
        r'[0,"sent",0,0,"","service/\udcff",1]',
    )
    Path("half.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    shown = kn_sim(workspace, "trace", "show", "half.jsonl")

    assert shown.returncode == 0
    assert rb"service/\udcff" in shown.stdout


def test_requests_that_follow_from_one_without_a_hub_are_shown(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = '"at":0,"event":0,"from":"","attempt":1,"status":0,"detail":null,'
    told += '"cloudevent":{"specversion":"1.0","id":"1","source":"/","type":"a"}'
    lines = (
        '{"format":"kn-sim-trace/1"}',
        f'{{"serial":0,"kind":"sent","cause":null,"to":"service/0",{told}}}',
        f'{{"serial":1,"kind":"dispatched","cause":0,"to":"service/1",{told}}}',
        f'{{"serial":2,"kind":"dispatched","cause":1,"to":"service/2",{told}}}',
    )
    Path("odd.jsonl").write_text("\n".join(lines) + "\n", "utf-8")

    shown = Ran(capsys, "trace", "show", "odd.jsonl")

    assert shown.code == 0, shown.err
    assert "service/2" in shown.out


def test_a_device_is_no_trace(capsys: pytest.CaptureFixture[str]) -> None:
    shown = Ran(capsys, "trace", "show", "/dev/zero")

    assert shown.code == 2
    assert shown.err == (
        "kn-sim: /dev/zero:1: expected the first line of a trace, found NUL bytes\n"
    )


def test_a_recorded_run_is_told_by_its_stories(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["run", "faulty.yaml", "--by", "chain", "--trace", "t.jsonl"]
    main(words)
    ran = capsys.readouterr().out

    shown = Ran(capsys, "trace", "show", "t.jsonl", "--by", "chain")
    one = Ran(capsys, "trace", "show", "t.jsonl", "--by", "chain", "--id", "clock-2")

    told = shown.out.partition("\n✓")[0].partition("\n·")[0]
    assert told.startswith("chain 1 of 5  by cause, from tick clock-1\n")
    assert "\nof no chain\n" in told
    assert told.partition("\nno event tells")[0] in ran
    assert one.out.startswith("chain 2 of 5  by cause, from tick clock-2\n")


@pytest.mark.parametrize("more", [["--kind", "sent"], ["-o", "json"]])
def test_only_a_flow_is_told_by_stories(
    more: list[str], trace: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = Ran(capsys, "trace", "show", trace, "--by", "chain", *more)

    assert shown.code == 2
    assert "--by chain tells the flow; with --kind or --format json" in shown.err
