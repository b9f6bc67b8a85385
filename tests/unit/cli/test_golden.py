"""The command says exactly what its golden files hold: exit code, stdout, stderr."""

from pathlib import Path

import pytest

from simulator.cli import main

GOLDEN = Path(__file__).parent / "golden"

CASES = {
    "run-no-trigger": ["run", "never.yaml", "--send", "type=x", "--to", "broker/empty"],
    "run-unmatchable": ["run", "never.yaml", "--send", "type=x", "--to", "broker/odd"],
    "run-many-unmatched": ["run", "shop.yaml", "--send", "many.json"],
    "run-many-json": [
        "run",
        "never.yaml",
        "--send",
        "type=x",
        "--to",
        "broker/empty",
        "--format",
        "json",
    ],
    "run-channel-only": ["run", "channel.yaml"],
    "explain-unmatchable": ["explain", "never.yaml", "--send", "type=x"],
    "explain-absent": ["explain", "hubs.yaml", "--send", "type=x"],
    "run-shop": ["run", "shop.yaml", "--send", "type=order.placed"],
    "run-nearest-miss": ["run", "shop.yaml", "--send", "type=order.shiped"],
    "run-quiet": ["run", "shop.yaml", "--send", "type=order.placed", "--quiet"],
    "run-loop-until-ttl": [
        "run",
        "mess.yaml",
        "--send",
        "type=a",
        "--max-ttl",
        "3",
        "--for",
        "1s",
    ],
    "run-lost": [
        "run",
        "mess.yaml",
        "--send",
        "type=b",
        "--max-ttl",
        "1",
        "--for",
        "1s",
    ],
    "run-two-events": [
        "run",
        "shop.yaml",
        "--send",
        "events.jsonl",
        "--send",
        "@array.json",
    ],
    "run-trouble": ["run", "trouble.yaml", "--handlers", "h.py", "--for", "2m"],
    "run-endless": ["run", "trouble.yaml", "--handlers", "h.py", "--quiet"],
    "run-nothing-sends": ["run", "shop.yaml"],
    "run-nothing-sends-two-brokers": ["run", "hubs.yaml"],
    "run-to-channel": ["run", "mess.yaml", "--send", "type=b", "--to", "channel/audit"],
    "run-to-subscribed-channel": [
        "run",
        "trouble.yaml",
        "--handlers",
        "h.py",
        "--send",
        "type=b",
        "--to",
        "channel/audit",
        "--for",
        "10s",
    ],
    "run-to-service": [
        "run",
        "shop.yaml",
        "--send",
        "type=x",
        "--to",
        "service/billing",
    ],
    "run-to-nowhere": [
        "run",
        "shop.yaml",
        "--send",
        "type=x",
        "--to",
        "http://nowhere.example/",
    ],
    "run-limit": ["run", "shop.yaml", "--send", "type=order.placed", "--limit", "5"],
    "run-colour": [
        "run",
        "shop.yaml",
        "--send",
        "type=order.placed",
        "--color",
        "always",
    ],
    "run-json": ["run", "shop.yaml", "--send", "type=order.placed", "--format", "json"],
    "run-json-quiet": [
        "run",
        "shop.yaml",
        "--send",
        "type=order.shiped",
        "--send",
        "type=order.shiped",
        "--format",
        "json",
        "--quiet",
    ],
    "run-faults": ["run", "faulty.yaml"],
    "run-faults-json": ["run", "faulty.yaml", "--format", "json"],
    "bad-fault": ["run", "faulty-wrong.yaml"],
    "run-approvals": ["run", "approved.yaml", "--for", "5m"],
    "run-approve": ["run", "approved.yaml", "--approve", "manager=90s"],
    "bad-approve": [
        *("run", "approved.yaml", "--approve", "manger", "--approve", "shipping"),
        *("--approve", "manager=soon", "--approve", "manager", "--reject", "manager"),
    ],
    "run-approvals-gone": ["run", "approved.yaml", "--quiet"],
    "run-approvals-json": [
        "run",
        "approved.yaml",
        "--for",
        "5m",
        "--format",
        "json",
        "--quiet",
    ],
    "explain-match": ["explain", "shop.yaml", "--send", "type=order.placed"],
    "explain-nearest": ["explain", "shop.yaml", "--send", "type=order.shiped"],
    "explain-trigger": [
        "explain",
        "shop.yaml",
        "--send",
        "type=order.placed",
        "--trigger",
        "mail",
    ],
    "explain-several": [
        "explain",
        "hubs.yaml",
        "--send",
        "type=x,region=eu",
        "--send",
        "type=x",
        "--to",
        "broker/one",
    ],
    "explain-panic": [
        "explain",
        "trouble.yaml",
        "--handlers",
        "h.py",
        "--send",
        "type=tick",
        "--trigger",
        "d",
    ],
    "explain-json": ["explain", "hubs.yaml", "--send", "type=x", "--format", "json"],
    "check-shop": ["check", "shop.yaml"],
    "check-mess": ["check", "mess.yaml"],
    "check-unknown": ["check", "waiting.yaml"],
    "check-quiet": ["check", "mess.yaml", "-q"],
    "check-verbose": ["check", "teams.yaml", "-v"],
    "check-namespaces": ["check", "teams.yaml"],
    "check-strict": ["check", "mess.yaml", "--strict"],
    "check-faults": ["check", "bad.yaml"],
    "check-faults-json": ["check", "bad.yaml", "--format", "json"],
    "check-json": ["check", "hubs.yaml", "--format", "json"],
    "bad-command": ["rnu"],
    "bad-command-is-a-file": ["shop.yaml"],
    "bad-no-file": ["run"],
    "bad-file": ["run", "shp.yaml"],
    "bad-check-file": ["check", "shp.yaml"],
    "bad-check-folder": ["check", "no/such/shop.yaml"],
    "bad-option": ["run", "shop.yaml", "--sen", "type=x"],
    "bad-duration": ["run", "shop.yaml", "--for", "3x"],
    "bad-number": ["run", "shop.yaml", "--max-ttl", "0"],
    "bad-topology": ["run", "bad.yaml"],
    "bad-profile": ["run", "shop.yaml", "--profile", "pulsar"],
    "bad-start": ["run", "shop.yaml", "--start", "yesterday"],
    "bad-handlers": ["run", "shop.yaml", "--handlers", "no.py"],
    "bad-trace": ["run", "shop.yaml", "--send", "type=x", "--trace", "no/such/folder"],
    "bad-to": ["run", "shop.yaml", "--send", "type=x", "--to", "brokr/default"],
    "bad-to-without-send": ["run", "shop.yaml", "--to", "broker/default"],
    "bad-to-missing": ["run", "hubs.yaml", "--send", "type=x"],
    "bad-event-type": ["run", "shop.yaml", "--send", "typ=x"],
    "bad-event-faults": [
        "run",
        "shop.yaml",
        "--send",
        '{"type":1,"id":"","a_b":2,"time":"x","dataschema":"z"}',
        "--send",
        "[1]",
    ],
    "bad-event-json": ["run", "shop.yaml", "--send", "{bad"],
    "bad-event-specversion": ["run", "shop.yaml", "--send", "type=a,specversion=2.0"],
    "bad-event-file": ["run", "shop.yaml", "--send", "order"],
    "bad-event-lines": ["run", "shop.yaml", "--send", "trouble.jsonl"],
    "bad-event-encoding": ["run", "shop.yaml", "--send", "latin1.json"],
    "bad-trigger": ["explain", "shop.yaml", "--send", "type=x", "--trigger", "pric"],
    "bad-hub": ["explain", "shop.yaml", "--send", "type=x", "--to", "broker/defalt"],
    "bad-hub-without-triggers": [
        "explain",
        "hubs.yaml",
        "--send",
        "type=x",
        "--to",
        "broker/two",
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_the_command_says_exactly_this(
    name: str, workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")

    code = main(CASES[name])

    out, err = capsys.readouterr()
    assert f"exit {code}\n--- stdout\n{out}--- stderr\n{err}" == expected


def test_every_golden_file_belongs_to_a_case() -> None:
    found = sorted(path.stem for path in GOLDEN.glob("*.txt"))

    assert found == sorted(CASES)
