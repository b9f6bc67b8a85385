"""What real services have answered once is answered again, to whoever asks the same."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from simulator import Simulation
from simulator.bridge import serve
from simulator.cli import main
from simulator.errors import NoAnswerError
from tests.unit.bridge.sockets import PATH, Service, request, status, talk, topology

if TYPE_CHECKING:
    from pathlib import Path

_SHOP = """
topology: shop
brokers: {default: {}}
triggers: {price: {filter: {type: order.placed}, subscriber: pricing}}
services: {pricing: {url: "<url>"}, audit: {}}
"""
_CHANGED = _SHOP.replace("{price: ", "{audit: {subscriber: audit}, price: ", 1)
_REPLY = (
    b"HTTP/1.1 200 OK\r\nce-specversion: 1.0\r\nce-id: %d\r\nce-source: /pricing\r\n"
    b"Set-Cookie: a=s3cret\r\nce-type: order.priced\r\nContent-Type: application/json\r\n"
    b'Content-Length: 28\r\n\r\n{"card": "visa", "price": 1}'
)
_BODY = b'{"card": "visa", "n": 1}'


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Record two equal orders, answered one after the other, and what nobody may see."""
    file = tmp_path / "run.jsonl"

    async def record() -> None:
        service = Service(_REPLY % 1, _REPLY % 2)
        async with service.served():
            served = topology(_SHOP, url=service.url)
            async with serve(served, trace=file, redact=["$.card"]) as live:
                for _ in range(2):
                    await talk(live, request(body=_BODY))
                await talk(live, request(f"{PATH}?key=s3cret", body=_BODY))

    asyncio.run(record())
    return file


def _run(recording: Path, text: str = _CHANGED, **options: Any) -> Simulation:
    shop = topology(text, url="http://127.0.0.1:1")
    return Simulation(shop, answers=recording, **options)


def _order(sim: Simulation, **other: Any) -> None:
    order = {"type": "order.placed", "source": "/shop", "data": {"n": 1, "card": "5"}}
    sim.send(**{**order, **other}, datacontenttype="application/json")


def test_a_recording_holds_no_secret_and_is_had_again(
    recording: Path, tmp_path: Path
) -> None:
    # given
    again = tmp_path / "again.jsonl"

    # when
    main(["run", "-q", "--replay", str(recording), "--trace", str(again)])

    # then
    assert again.read_bytes() == recording.read_bytes()
    assert b"visa" not in again.read_bytes()
    assert b"s3cret" not in again.read_bytes()


def test_a_changed_topology_has_the_answers_in_their_order(recording: Path) -> None:
    # given
    sim = _run(recording)
    _order(sim)
    _order(sim, after="1s")

    # when
    sim.run()

    # then
    replies = sim.trace.select(kind="replied")
    assert [each.event.id for each in replies] == ["1", "2"]
    assert len(sim.received("audit")) == 4
    assert sim.now_ns > 1e9, "the time that it took is recorded, too"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (
            {"subject": "s"},
            "about s; the nearest is .* with subject '' instead of 's'$",
        ),
        ({"source": "/x"}, "with source '/shop' instead of '/x'$"),
        ({"data": {"n": 2}}, r"with data with SHA-256 \w{8}… instead of \w{8}…$"),
    ],
)
def test_who_asks_otherwise_has_no_answer(
    recording: Path, other: dict[str, Any], said: str
) -> None:
    # given
    sim = _run(recording)
    _order(sim, **other)

    # when
    with pytest.raises(NoAnswerError, match=said) as told:
        sim.run()

    # then
    assert "no answer is recorded to POST / to service/pricing" in str(told.value)


def test_an_answer_is_given_once(recording: Path) -> None:
    # given
    sim = _run(recording)
    for _ in range(3):
        _order(sim)

    # when
    with pytest.raises(NoAnswerError) as told:
        sim.run()

    # then
    assert "once more: it is answered 2 times in the recording" in str(told.value)


def test_a_service_of_another_name_or_path_is_named_beside_the_recorded(
    recording: Path,
) -> None:
    # given
    renamed = _SHOP.replace("pricing", "prices")
    sim = _run(recording, renamed)
    _order(sim)

    # when
    with pytest.raises(NoAnswerError) as told:
        sim.run()

    # then
    assert "with service 'service/pricing' instead of 'service/prices'" in str(
        told.value
    )


def test_a_run_with_answers_is_had_again_from_its_trace_and_forked(
    recording: Path, tmp_path: Path
) -> None:
    # given
    shop, order = tmp_path / "shop.yaml", tmp_path / "order.json"
    shop.write_text(_CHANGED.replace("<url>", "http://127.0.0.1:1"))
    order.write_text(
        '{"specversion": "1.0", "id": "1", "source": "/shop", "type": "order.placed",'
        '"datacontenttype": "application/json", "data": {"n": 1, "card": "5"}}'
    )
    first, second = str(tmp_path / "1.jsonl"), str(tmp_path / "2.jsonl")
    sent = ["run", "-q", str(shop), "--answers", str(recording), "--send", str(order)]

    # when
    code = main([*sent, "--trace", first])
    main(["run", "-q", "--replay", first, "--trace", second])
    sim = _run(recording, journal=True)
    _order(sim)
    sim.run()

    # then
    assert code == 0
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
    assert list(sim.fork().trace) == list(sim.trace)


def test_a_recording_is_not_written_over_by_the_run_that_it_answers(
    recording: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    shop, before = tmp_path / "shop.yaml", recording.read_bytes()
    shop.write_text(_SHOP.replace("<url>", "http://127.0.0.1:1"))
    words = ["--send", "type=a", "--answers", str(recording)]

    # when
    code = main(["run", str(shop), *words, "--trace", str(recording)])

    # then
    assert code == 2
    assert "is a file that is read; name another" in capsys.readouterr().err
    assert recording.read_bytes() == before


def test_what_is_new_is_asked_and_added(recording: Path) -> None:
    # given
    async def ask() -> int:
        service = Service(_REPLY % 3)
        async with service.served():
            served = topology(_SHOP, url=service.url)
            async with serve(served, answers=recording, answers_mode="new") as live:
                await talk(live, request(body=_BODY))
                await talk(live, request(body=b'{"n": 2}'))
        return len(service.got)

    before = recording.read_bytes()
    recording.write_bytes(before + b'{"input":"cut sho')

    # when
    asked = asyncio.run(ask())
    sim = _run(recording)
    _order(sim, data={"n": 2})
    sim.run()

    # then
    assert asked == 1, "the first is in the recording"
    added = recording.read_bytes().removeprefix(before)
    assert added.count(b"\n") == 1
    assert b"visa" not in added
    assert sim.trace.select(kind="replied")[0].event.id == "3"


def test_a_served_run_ends_where_a_recording_has_no_answer(recording: Path) -> None:
    # given
    async def ask() -> None:
        served = topology(_SHOP, url="http://127.0.0.1:1")
        async with serve(served, answers=recording) as live:
            assert status(await talk(live, request(body=_BODY))) == 202
            with suppress(ConnectionError):
                await talk(live, request(body=b"other"))

    # when
    with pytest.raises(NoAnswerError) as told:
        asyncio.run(ask())

    # then
    assert "the nearest is POST / to service/pricing" in str(told.value)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("run shop.yaml --answers run.jsonl --mode new", "--mode new asks real services, which kn-sim run does not: kn-sim serve does"),
        ("run shop.yaml --answers run.jsonl --mode pass", "--mode pass asks real services, which kn-sim run does not: kn-sim serve does"),
        ("run shop.yaml --mode replay", "--mode says what --answers is for; there is no --answers"),
        ("run --replay run.jsonl --answers run.jsonl", "--replay: the trace decides, --answers is too much"),
        ("run shop.yaml --answers none.jsonl", "none.jsonl: No such file or directory"),
        ("run shop.yaml --answers stub.jsonl", "stub.jsonl: holds no answers of real services: it is no recording of a live run, as kn-sim serve --trace makes"),
        ("serve shop.yaml --redact $.a", "--redact says what --trace leaves out; there is no --trace"),
        ("serve shop.yaml --trace t --redact card", "redact: expected a path such as '$.card' or '$.items[*].card', found 'card'"),
        ("serve shop.yaml --answers run.jsonl --trace ./run.jsonl", "--trace ./run.jsonl is what --answers reads; name another file"),
        ("serve shop.yaml --answers run.jsonl --trace t --redact $.b", "run.jsonl: was recorded without --redact '$.b', so that its answers may hold what is there; record it anew"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_in_one_line(
    command: str,
    said: str,
    recording: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # given
    monkeypatch.chdir(recording.parent)
    (recording.parent / "shop.yaml").write_text(
        _SHOP.replace("<url>", "http://127.0.0.1:1")
    )
    main(["run", "-q", "shop.yaml", "--send", "type=x", "--trace", "stub.jsonl"])
    capsys.readouterr()

    # when
    code = main(command.split())

    # then
    assert (code, capsys.readouterr().err) == (2, f"kn-sim: {said}\n")
