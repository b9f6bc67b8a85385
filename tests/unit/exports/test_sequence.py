"""Sequence diagrams of what happened to an event."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from simulator.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 1, backoffPolicy: exponential, backoffDelay: 1s, deadLetterSink: parking}}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filter: {type: priced}, subscriber: shipping}
services: {pricing: {reply: {type: priced}}, shipping: {responses: [503]}, parking: {}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> str:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return str(tmp_path / "shop.yaml")


def test_a_run_is_drawn_with_its_retries_replies_and_dead_letters(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", shop, "--send", "type=placed,id=A1", "--format", "mermaid"])

    assert code == 0
    out, err = capsys.readouterr()
    assert (
        out
        == """\
sequenceDiagram
    autonumber
    actor p0 as sender
    participant p1 as broker/default
    participant p2 as service/pricing
    participant p3 as service/shipping
    participant p4 as service/parking
    p0->>p1: +0s placed A1
    p1->>p2: +0s placed A1, trigger/price
    p2-->>p1: +0s 200
    p2->>p1: +0s reply priced A1/priced, trigger/price
    p1->>p3: +0s priced A1/priced, trigger/ship
    p3--xp1: +0s 503
    Note over p1: +0s retry-scheduled attempt 2 in 1s
    p1->>p3: +1s priced A1/priced, trigger/ship, attempt 2
    p3--xp1: +1s 503
    p1->>p4: +1s dead letter priced A1/priced, trigger/ship
    p4-->>p1: +1s 200
"""
    )
    assert "1 dead-lettered" in err


def test_of_a_recorded_run_one_event_can_be_picked(
    shop: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = str(tmp_path / "run.jsonl")
    sent = ["--send", "type=placed,id=A1", "--send", "type=other,id=B2"]
    main(["run", shop, *sent, "--trace", trace, "-q"])
    capsys.readouterr()

    code = main(["trace", "show", trace, "--id", "B2", "--format", "mermaid"])

    assert code == 0
    assert capsys.readouterr().out.splitlines()[4:] == [
        "    p0->>p1: +0s other B2",
        "    Note over p1: matches nothing",
    ]


def test_no_text_of_an_event_means_anything_to_mermaid(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = r'{"type": "a;b", "id": "%%{init}%% #1 <br> \"x\" [y]"}'

    main(["run", shop, "--send", event, "--format", "mermaid"])

    [message] = [x for x in capsys.readouterr().out.splitlines() if "->>" in x]
    text = message.partition(": ")[2]
    assert not set('<>%"[]{}') & set(text)
    assert re.fullmatch(r"([^;#]|#\d+;)*", text)


def test_a_long_run_is_drawn_up_to_what_mermaid_takes(
    shop: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["run", shop, *["--send", "type=placed"] * 40, "--format", "mermaid"])

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 5 + 300 + 1
    assert lines[-1] == "    Note over p0,p4: 140 lines more"


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (["run", "shop.yaml", "-o", "mermaid", "--by", "chain"], "--by chain"),
        (["run", "shop.yaml", "-o", "mermaid", "--trace", "-"], "both want stdout"),
        (
            ["trace", "show", "run.jsonl", "-o", "mermaid", "--type", "a"],
            "--id picks one",
        ),
    ],
)
def test_what_cannot_be_drawn_is_said(
    shop: str, words: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = shop.replace("shop.yaml", "run.jsonl")
    main(["run", shop, "--send", "type=placed", "--trace", trace, "-q"])
    capsys.readouterr()
    names = {"shop.yaml": shop, "run.jsonl": trace}

    assert main([names.get(word, word) for word in words]) == 2
    assert fault in capsys.readouterr().err
