"""``kn-sim trace dead-letters`` as its user sees it."""

import base64
import json
from pathlib import Path

import pytest

from simulator.cli import main

SHOP = """
topology: shop
brokers:
  default: {delivery: {retry: 2, backoffPolicy: linear, backoffDelay: 1s, deadLetterSink: bin}}
triggers:
  ship: {filter: {type: paid}, subscriber: {ref: shipping, uri: /ship}}
  note: {filter: {type: paid}, subscriber: audit}
services:
  shipping: {responses: [{status: 503, body: no ship 17}]}
  audit: {}
  bin: {}
"""
FIXED = SHOP.replace("503, body: no ship 17", "200")


@pytest.fixture(autouse=True)
def files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A run in which two events died, and the same shop in order."""
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SHOP)
    Path("fixed.yaml").write_text(FIXED)
    sent = [word for id_ in "AB" for word in ("--send", f"type=paid,id={id_}")]
    main(["run", "shop.yaml", "-q", *sent, "--trace", "run.jsonl"])
    capsys.readouterr()


def letter(id_: str, **more: object) -> str:
    """One dead letter of a cluster, as it stands on a line."""
    report = {
        "knativeerrordest": "http://shipping.default.svc.cluster.local/ship",
        "knativeerrorcode": 503,
        "knativeerrordata": base64.b64encode(f"no ship {id_}".encode()).decode(),
    }
    event = {"specversion": "1.0", "type": "paid", "source": "/shop", "id": id_}
    return json.dumps({**event, **report, **more})


def bench(*words: str) -> int:
    return main(["trace", "dead-letters", *words])


def test_letters_that_died_alike_are_one_group_with_its_attempts(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = bench("run.jsonl")

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 dead letters in 1 group",
        "",
        "1  2 letters: 503 from service/shipping at /ship: no ship 17",
        "   from      broker/default, trigger/ship → service/bin",
        "   attempts  +0s 503, +0s 503, +1s 503, dead letter +1s",
        "   such as   paid A of /kn-sim",
    ]


def test_what_is_drained_is_told_with_who_gets_it_twice(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = bench("run.jsonl", "--redrive", "--with", "fixed.yaml")

    assert code == 0
    assert capsys.readouterr().out.splitlines()[-4:] == [
        "sent once more: 2 to broker/default",
        "✓ 1  2 of 2 drained",
        "! service/audit took 2 of the events again, which it had taken before",
        "✓ 2 drained in 0s of virtual time",
    ]


def test_what_dies_again_is_told_with_its_reason(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = bench("run.jsonl", "--redrive")

    assert code == 1
    out = capsys.readouterr().out
    assert (
        "✗ 1  0 of 2 drained\n"
        "     A, B: 503 from service/shipping at /ship: no ship 17; dead letter → service/bin"
    ) in out
    assert "✗ 0 drained, 2 still failing in 1s of virtual time" in out


def test_a_letter_that_nobody_takes_any_more_still_fails(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("fixed.yaml").write_text(
        FIXED.replace("ship: {filter: {type: paid}", "ship: {filter: {type: paied}")
    )

    code = bench("run.jsonl", "--redrive", "--with", "fixed.yaml")

    assert code == 1
    assert (
        "A, B: trigger/ship does not take it, only trigger/note; nearest is trigger/ship: "
        "type is 'paid', wanted exactly 'paied'"
    ) in capsys.readouterr().out


def test_what_dies_of_a_redrive_besides_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("fixed.yaml").write_text(
        FIXED.replace("audit: {}", "audit: {responses: [400]}")
    )

    code = bench("run.jsonl", "--redrive", "--with", "fixed.yaml")

    assert code == 1
    out = capsys.readouterr().out
    assert (
        "! also died: paid A trigger/note → service/bin: 400 from service/audit" in out
    )
    assert "✗ 2 drained, 2 besides in 0s of virtual time" in out


def test_what_sources_send_meanwhile_did_not_die_of_a_redrive(
    capsys: pytest.CaptureFixture[str],
) -> None:
    source = "sources: {shop: {at: 1s, event: {type: asked}, sink: broker/default}}\n"
    asked = "triggers:\n  ask: {filter: {type: asked}, subscriber: asker}\n"
    asker = "  asker: {responses: [400]}\n"
    Path("fixed.yaml").write_text(FIXED.replace("triggers:\n", asked) + asker + source)

    code = bench("run.jsonl", "--redrive", "--with", "fixed.yaml")

    assert code == 0
    assert "✓ 2 drained in 1s of virtual time" in capsys.readouterr().out


def test_letters_of_a_cluster_find_the_broker_that_they_came_from(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("cluster.jsonl").write_text(f"{letter('17')}\n{letter('4711')}\n")

    code = bench(
        "cluster.jsonl", "--of", "shop.yaml", "--redrive", "--with", "fixed.yaml"
    )

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        "2 dead letters in 1 group",
        "",
        "1  2 letters: 503 from service/shipping at /ship: no ship 17",
        "   attempts  +0s, +0s, +1s, dead letter +1s (as of trigger/ship)",
        "   such as   paid 17 of /shop",
        "",
        "sent once more: 2 to broker/default",
        "✓ 1  2 of 2 drained",
        "! service/audit took 2 of the events, too; whether again, nobody knows",
        "✓ 2 drained in 0s of virtual time",
    ]


def test_a_redriven_event_carries_no_report_and_its_time_to_live(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("cluster.jsonl").write_text(letter("1", knativebrokerttl="1"))

    code = bench("cluster.jsonl", "--redrive", "--with", "fixed.yaml")

    assert code == 1
    assert (
        "1: broker/default: expired: 400 knativebrokerttl is used up"
        in capsys.readouterr().out
    )


def test_a_letter_without_a_report_needs_to_be_told_where_it_goes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("two.yaml").write_text(
        FIXED.replace("brokers:", "brokers:\n  other: {}").replace(
            "triggers:", "triggers:\n  other: {broker: other, subscriber: audit}"
        )
    )
    bare = {"specversion": "1.0", "type": "paid", "source": "/shop", "id": "1"}
    Path("cluster.jsonl").write_text(json.dumps(bare))

    code = bench("cluster.jsonl", "--redrive", "--with", "two.yaml")

    assert code == 2
    err = capsys.readouterr().err
    assert (
        "has knativeerror… attributes: they are no dead letters, or of failures" in err
    )
    assert (
        "paid with no knativeerrordest: broker/other, broker/default may be where it comes "
        "from (1 of the letters)\n--to HUB says where letters are sent\n"
    ) in err
    assert (
        bench(
            "cluster.jsonl", "--redrive", "--with", "two.yaml", "--to", "broker/other"
        )
        == 0
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run.jsonl", "--with", "fixed.yaml"], "kn-sim: --with goes with --redrive"),
        (["run.jsonl", "--seed", "0"], "kn-sim: --seed goes with --redrive"),
        (["run.jsonl", "--max-ttl", "3"], "kn-sim: --max-ttl goes with --redrive"),
        (
            ["run.jsonl", "--group", "cod"],
            "letters have no 'cod'; did you mean 'code'?",
        ),
        (["nope.jsonl"], "kn-sim: nope.jsonl: No such file or directory"),
        (["shop.yaml"], "kn-sim: shop.yaml: is no JSON"),
        (["bad.jsonl"], "bad.jsonl:2: no valid CloudEvent: it has no type"),
        (
            ["good.jsonl", "--redrive"],
            "--redrive needs a topology: name it by --with FILE",
        ),
        (
            ["run.jsonl", "--redrive", "--with", "other.yaml"],
            "there is no broker/default any more; did you mean 'broker/defaults'? (2 of",
        ),
        (
            ["run.jsonl", "--redrive", "--with", "fixed.yaml", "--to", "broker/x"],
            "nothing has the address 'broker/x'",
        ),
    ],
)
def test_wrong_use_has_one_clear_message(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("good.jsonl").write_text(letter("1"))
    Path("bad.jsonl").write_text(
        f'{letter("1")}\n{{"specversion": "1.0", "id": "2", "source": "/"}}\n'
    )
    Path("other.yaml").write_text("topology: other\nbrokers: {defaults: {}}\n")

    code = bench(*words)

    assert code == 2
    assert message in capsys.readouterr().err
