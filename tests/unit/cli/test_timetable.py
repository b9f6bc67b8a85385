"""``kn-sim timetable`` as its user sees it."""

from pathlib import Path

import pytest

from simulator.cli import main

ORDERS = """\
topology: orders
configmaps:
  knative-eventing/config-features: {data: {delivery-timeout: enabled}}
brokers:
  default:
    delivery: {retry: 2, backoffPolicy: exponential, backoffDelay: PT0.5S, deadLetterSink: dead-letters}
triggers:
  price: {subscriber: pricing}
  ship:
    subscriber: shipping
    delivery: {retry: 40, backoffPolicy: linear, backoffDelay: PT2S, timeout: PT3S}
  lost: {broker: nowhere, subscriber: pricing}
channels: {audit: {}}
subscriptions: {log: {channel: audit, subscriber: logger}}
services: {pricing: {}, shipping: {}, dead-letters: {}, logger: {}}
"""
PRICE = """\
trigger/price  broker/default → service/pricing

  retry           2                     broker/default
  backoffPolicy   exponential           broker/default
  backoffDelay    500ms                 broker/default
  timeout         none
  retryAfterMax   none: Retry-After is ignored
  deadLetterSink  service/dead-letters  broker/default

  each attempt fails by                503 at once
  attempt 1                                    +0s
  attempt 2                                 +500ms
  attempt 3                                  +1.5s
  dead-lettered, the sender gets 202         +1.5s
  if the sink fails, too:
    attempt 2                                  +2s
    attempt 3                                  +3s
    lost, the sender gets 500                  +3s
"""
SHIP = """\
trigger/ship  broker/default → service/shipping

  retry           40                    trigger/ship
  backoffPolicy   linear                trigger/ship
  backoffDelay    2s                    trigger/ship
  timeout         3s                    trigger/ship
  retryAfterMax   none: Retry-After is ignored
  deadLetterSink  service/dead-letters  broker/default

  each attempt fails by          503 at once   timeout of 3s
  attempt 1                              +0s             +0s
  attempt 2                              +0s             +3s
  attempt 3                              +2s             +8s
  attempt 4                              +6s            +15s
  attempt 5                             +12s            +24s
  attempt 6                             +20s            +35s
  attempt 7                             +30s            +48s
  attempt 8                             +42s          +1m 3s
  attempt 9                             +56s         +1m 20s
  … 20 more
  attempt 30                        +13m 32s        +14m 59s
  attempt 31                        +14m 30s          (+16m)
  attempt 32                      (+15m 30s)       (+17m 3s)
  … 9 more, never made
  cut off, the sender gets 500          +15m            +15m

  ! linear backoff counts from 0: the first retry follows at once, the second
    waits 2s
  ! to give up takes 26 minutes; attempts from number 32 on are never made:
    broker/default waits 15 minutes for a delivery, then calls it off, answers
    the sender with 500, and the event is lost, not even dead-lettered
"""
LOG = """\
subscription/log  channel/audit → service/logger

  retry           none: one attempt only
  backoffPolicy   none
  backoffDelay    none
  timeout         none
  retryAfterMax   none: Retry-After is ignored
  deadLetterSink  none

  each attempt fails by       503 at once
  attempt 1                           +0s
  lost, the sender gets 500           +0s

  ! there is no dead letter sink: an event that fails is lost, and the sender is
    answered 500
"""
LOST = """\
trigger/lost gets no events
  BrokerDoesNotExist: Broker "nowhere" does not exist
"""


@pytest.fixture(autouse=True)
def plain_output(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.yaml"
    file.write_text(ORDERS, encoding="utf-8")
    return str(file)


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "topology.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)


def delivered(tmp_path: Path, delivery: str, broker: str = "{}") -> str:
    """Write a topology with one trigger that has this delivery."""
    return written(
        tmp_path,
        f"""\
topology: test
configmaps:
  knative-eventing/config-features: {{data: {{delivery-timeout: enabled}}}}
brokers: {{default: {broker}}}
triggers: {{price: {{subscriber: pricing, delivery: {delivery}}}}}
services: {{pricing: {{}}, sink: {{}}}}
""",
    )


def grid(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Give the lines of the only grid that was written."""
    lines = capsys.readouterr().out.splitlines()
    start = next(at for at, line in enumerate(lines) if "fails by" in line)
    end = lines.index("", start) if "" in lines[start:] else len(lines)
    return lines[start + 1 : end]


def test_every_route_has_its_timetable(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", orders])

    assert code == 0
    out, err = capsys.readouterr()
    assert out == f"{PRICE}\n{SHIP}\n{LOG}\n{LOST}"
    assert err == ""


def test_no_line_is_wider_than_a_terminal(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders])

    assert max(len(line) for line in capsys.readouterr().out.splitlines()) <= 80


def test_long_names_take_a_line_of_their_own(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = written(
        tmp_path,
        "topology: test\n"
        "sequences: {fulfilment-of-orders: {steps: [check-the-address]}}\n",
    )

    main(["timetable", file])

    assert capsys.readouterr().out.splitlines()[:3] == [
        "subscription/fulfilment-of-orders-kn-sequence-0",
        "  channel/fulfilment-of-orders-kn-sequence-0 → service/check-the-address",
        "",
    ]


def test_only_named_routes_are_shown(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", orders, "log", "trigger/price"])

    assert code == 0
    assert capsys.readouterr().out == f"{PRICE}\n{LOG}"


def test_a_trigger_without_events_has_no_timetable(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["timetable", orders, "lost"])

    assert code == 1
    assert capsys.readouterr().out == LOST


def test_a_topology_without_routes_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(
        ["timetable", written(tmp_path, "topology: empty\nbrokers: {default: {}}")]
    )

    assert code == 1
    assert capsys.readouterr() == (
        "",
        "kn-sim: there is no trigger or subscription: nothing is delivered\n",
    )


def test_a_status_that_is_not_retried_leads_to_the_sink_at_once(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "price", "--status", "400"])

    assert grid(capsys) == [
        "  attempt 1                                    +0s",
        "  dead-lettered, the sender gets 202           +0s",
        "  if the sink fails, too:",
        "    lost, the sender gets 500                  +0s",
    ]


def test_instants_are_shown_when_the_first_is_known(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "log", "--at", "2026-03-01T12:00:00+01:00"])

    assert grid(capsys) == [
        "  attempt 1                   2026-03-01T11:00:00Z",
        "  lost, the sender gets 500   2026-03-01T11:00:00Z",
    ]


def test_instants_after_the_year_9999_are_told_as_durations(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "price", "--at", "9999-12-31T23:59:59.9Z"])

    assert grid(capsys)[:3] == [
        "  attempt 1                            9999-12-31T23:59:59.9Z",
        "  attempt 2                                            +500ms",
        "  attempt 3                                             +1.5s",
    ]


def test_the_sink_may_be_cut_off_while_it_is_tried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = "{retry: 2, backoffPolicy: exponential, backoffDelay: PT200S, deadLetterSink: sink}"

    main(["timetable", delivered(tmp_path, delivery)])

    assert grid(capsys) == [
        "  attempt 1                                    +0s",
        "  attempt 2                                +3m 20s",
        "  attempt 3                                   +10m",
        "  dead-lettered, the sender gets 202          +10m",
        "  if the sink fails, too:",
        "    attempt 2                             +13m 20s",
        "    attempt 3                               (+20m)",
        "    cut off, the sender gets 500              +15m",
    ]


def test_one_way_to_fail_may_be_cut_off_and_the_other_not(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = "{retry: 1, backoffPolicy: exponential, backoffDelay: PT1S, timeout: PT10M, deadLetterSink: sink}"

    main(["timetable", delivered(tmp_path, delivery)])

    assert grid(capsys) == [
        "  attempt 1                                    +0s              +0s",
        "  attempt 2                                    +1s          +10m 1s",
        "  dead-lettered, the sender gets 202           +1s                ·",
        "  cut off, the sender gets 500                   ·             +15m",
        "  if the sink fails, too:",
        "    attempt 2                                  +2s                ·",
        "    lost, the sender gets 500                  +2s                ·",
    ]


def test_a_broker_that_answers_at_once_tells_its_sender_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = "{retry: 9, backoffPolicy: exponential, backoffDelay: PT1S, deadLetterSink: sink}"
    background = '{annotations: {messaging.knative.dev/async-handler: "true"}}'

    main(["timetable", delivered(tmp_path, delivery, background)])

    assert [line for line in grid(capsys) if "attempt" not in line] == [
        "  dead-lettered                 +8m 31s",
        "  if the sink fails, too:",
        "    … 5 more",
        "    cut off                        +15m",
    ]


def test_years_are_written_as_years(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    delivery = "{retry: 1, backoffPolicy: exponential, backoffDelay: P10Y}"

    main(["timetable", delivered(tmp_path, delivery)])

    assert grid(capsys) == [
        "  attempt 1                              +0s",
        "  attempt 2                      (+10 years)",
        "  cut off, the sender gets 500          +15m",
    ]


def test_more_attempts_than_can_be_listed_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", delivered(tmp_path, "{retry: 200000}")])

    assert grid(capsys)[9:] == [
        "  … 99,988 more",
        "  attempt 99998                   +0s",
        "  attempt 99999                   +0s",
        "  attempt 100000                  +0s",
        "  … 100,001 more",
    ]


def test_colours_come_when_asked_for(
    orders: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["timetable", orders, "log", "--color", "always"])

    out = capsys.readouterr().out
    assert out.startswith("\x1b[1msubscription/log\x1b[0m  channel/audit")
    assert "  \x1b[33;1m!\x1b[0m there is no dead letter sink" in out
