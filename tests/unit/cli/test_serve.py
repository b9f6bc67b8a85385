"""``kn-sim serve`` as a process: how it begins, what it shows, how it ends."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.request import Request, urlopen

import pytest

from simulator.cli import main
from tests.terminal import INTERRUPTIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHOP = """
topology: shop
brokers: {default: {}}
triggers: {audit: {subscriber: audit}}
services: {audit: {}}
"""
_EVENT = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "s", "ce-type": "t"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(_SHOP)
    return path


@contextmanager
def _serving(*words: str) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    """Give the process, the URL of its broker, and the lines of its page."""
    command = [*INTERRUPTIBLE, "serve", "--port", "0", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603 - our own
        command, stdout=pipe, stderr=pipe, text=True
    ) as process:
        page: list[str] = []
        stream = process.stderr if "jsonl" in words else process.stdout
        assert stream is not None
        try:
            while not page or not page[-1].startswith("ready"):
                page.append(stream.readline())
                assert page[-1], "it ended"
            found = re.search(r"broker/default +(\S+)", page[0])
            assert found is not None
            yield process, found[1], page
        finally:
            process.kill()


def _send(url: str) -> int:
    with urlopen(Request(url, b"{}", _EVENT)) as answer:  # noqa: S310 - of this machine
        return int(answer.status)


def test_it_shows_what_flows_and_stops_cleanly(shop: Path) -> None:
    # given
    with _serving(str(shop)) as (process, url, _):
        # when
        status = _send(url)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)

    # then
    assert status == 202
    assert "▸ t 1 → broker/default" in out
    assert "✓ trigger/audit → service/audit" in out
    assert "✓ 1 event, 1 delivery (1 request) in" in out
    assert (process.returncode, err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_programs_read_json_lines_and_the_page_is_beside(
    shop: Path, number: signal.Signals
) -> None:
    # given
    with _serving(str(shop), "-o", "jsonl") as (process, url, _):
        # when
        _send(url)
        process.send_signal(number)
        out, _ = process.communicate(timeout=20)

    # then
    assert out.startswith('{"format":')
    assert '"kind":"accepted"' in out
    assert process.returncode == 0


def test_a_trace_is_had_again_though_the_server_was_killed(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    trace = tmp_path / "run.jsonl"
    with _serving(str(shop), "--trace", str(trace)) as (process, url, _):
        _send(url)
        _send(url)
        # when
        process.kill()

    # then
    assert main(["run", "--replay", str(trace), "-q"]) == 0
    assert "✓ 2 events, 2 deliveries" in capsys.readouterr().out


def test_a_change_of_the_file_takes_over_and_a_faulty_file_does_not(shop: Path) -> None:
    # given
    with _serving(str(shop)) as (process, url, _):
        assert process.stdout is not None
        assert process.stderr is not None
        # when
        shop.write_text(_SHOP + "channels: {more: {}}\n")
        changed = process.stdout.readline() + process.stdout.readline()
        shop.write_text(_SHOP + "brokers: 7\n")
        kept, fault = process.stdout.readline(), process.stderr.readline()
        status = _send(url)

    # then
    assert "reconfigured" in changed
    assert "Op: 1 create, 0 delete" in changed
    assert fault.startswith(f"{shop}:6:1: the key 'brokers' is written twice")
    assert kept == "the topology from before goes on\n"
    assert status == 202


def test_a_port_that_is_taken_is_told_with_who_has_it(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        # when
        code = main(["serve", str(shop), "--port", str(port)])

    # then
    assert code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"kn-sim: 127.0.0.1:{port} is taken")
    assert said.endswith("; --port 0 takes a free one\n")


def test_a_real_service_elsewhere_is_refused_unless_it_is_allowed(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    shop.write_text(
        _SHOP.replace("audit: {}", "audit: {url: 'http://api.example.com'}")
    )

    # when
    code = main(["serve", str(shop)])

    # then
    assert code == 2
    assert capsys.readouterr().err == (
        f"{shop}:5:12: services.audit.url: api.example.com is not this machine; "
        "--allow-host api.example.com lets kn-sim send there\n"
    )


def test_a_real_service_cannot_be_where_kn_sim_listens(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    shop.write_text(_SHOP.replace("audit: {}", "audit: {url: 'http://[::1]:8799/in'}"))

    # when
    code = main(["serve", str(shop), "--port", "8799"])

    # then
    assert code == 2
    assert capsys.readouterr().err == (
        f"{shop}:5:12: services.audit.url: kn-sim itself listens at port 8799\n"
    )


@pytest.mark.parametrize("wrong", ["the port is taken", "an option is wrong"])
def test_who_is_refused_overwrites_no_recording(shop: Path, wrong: str) -> None:
    # given
    kept = shop.with_name("run.jsonl")
    kept.write_text("kept")
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1] if wrong == "the port is taken" else 0
        own = [] if port else ["--bind", "192.0.2.1"]

        # when
        code = main(
            ["serve", str(shop), "--port", str(port), "--trace", str(kept), *own]
        )

    # then
    assert (code, kept.read_text()) == (2, "kept")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--bind", ""], "argument --bind: expected an address of this machine"),
        (["--max-body", "0"], "argument --max-body: expected a size such as 32MiB or 65536, found '0'"),
        (["--max-body", "-1"], "argument --max-body: expected a size such as 32MiB or 65536, found '-1'"),
        (["--port", "65536"], "argument --port: expected a number from 0 to 65535, found '65536'"),
        (["--allow-host", "http://a.example"], "argument --allow-host: expected a host such as api.example.com, found 'http://a.example'"),
        (["--allow-host", "a:80"], "argument --allow-host: expected a host such as api.example.com, found 'a:80'"),
        (["--patience", "5s"], "--patience is for --pace max; there is none"),
        (["--trace", ""], "--trace: expected the name of a file, found ''"),
        (["--redact", "$.a"], "--redact says what --trace leaves out; there is no --trace"),
        (["--ui", "--trace", "run.jsonl"], "--ui does not go with --trace"),
        (["--ui", "--pace", "max"], "--ui does not go with --pace"),
    ],
)  # fmt: skip
def test_wrong_words_are_refused_in_one_line(
    words: list[str], said: str, shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # when
    code = main(["serve", str(shop), *words])

    # then
    first, *_ = capsys.readouterr().err.splitlines()
    assert (code, first.partition(": ")[2]) == (2, said)


def test_without_the_extra_it_says_what_to_install(shop: Path) -> None:
    # given
    code = (
        "import sys; sys.modules['aiohttp'] = None\n"
        f"from simulator.cli import main; sys.exit(main(['serve', {str(shop)!r}]))"
    )

    # when
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )

    # then
    assert (done.returncode, done.stderr) == (
        2, "kn-sim: live runs need aiohttp: pip install 'kn-sim[live]'\n",
    )  # fmt: skip
