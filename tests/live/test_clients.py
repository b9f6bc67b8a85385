"""Clients and services that others wrote: curl, Flask, Node, the SDKs of CloudEvents.

``kn-sim serve --run`` starts the services; what it records runs again without them. Node needs
the SDK from npm: ``npm install --prefix ~/.cache/kn-sim/node cloudevents@10`` (`.ci/run` does).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cloudevents.core.bindings.http import to_binary_event, to_structured_event
from cloudevents.core.v1.event import CloudEvent

from simulator import Trace

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
NODE = CACHE / "kn-sim" / "node"
HOW = f"npm install --prefix {NODE} cloudevents@10"
READY = re.compile(r"ready; Ctrl-C stops")


@contextmanager
def served(*arguments: str, until: str) -> Iterator[tuple[str, list[str]]]:
    """Run ``kn-sim serve`` until something has been shown; give the URL and what was."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    env = {**os.environ, "PATH": path, "NODE_MODULES": f"{NODE}/", "NO_COLOR": "1"}
    command = [sys.executable, "-m", "simulator", "serve", "--port", "0", *arguments]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=HERE, env=env, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        shown: list[str] = []
        try:
            for line in process.stdout:
                shown.append(line.rstrip())
                if until in line:
                    break
            found = re.search(r"broker/default +(http\S+)", "\n".join(shown))
            assert found is not None, shown
            yield found[1], shown
        finally:
            process.send_signal(signal.SIGTERM)
            shown += process.stdout.read().splitlines()
        assert process.wait() == 0, shown


def ids(file: Path, service: str) -> list[str]:
    """Give what a service was sent, by id."""
    return sorted(
        record.event.get_id()
        for record in Trace.read(str(file)).select(kind="dispatched", node=service)
        if record.event is not None
    )


@pytest.mark.skipif(not shutil.which("node"), reason="node is not there")
@pytest.mark.skipif(not NODE.exists(), reason=f"its SDK is not there: {HOW}")
def test_services_and_a_source_of_others_are_started_asked_and_run_again(
    tmp_path: Path,
) -> None:
    recorded, again = tmp_path / "run.jsonl", tmp_path / "again.jsonl"

    with served("shop.yaml", "--run", "--trace", str(recorded), until="exited") as (
        _, shown,
    ):  # fmt: skip
        pass
    replayed = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-m", "simulator", "run", "--replay", recorded, "--trace", again],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip

    text = "\n".join(shown)
    assert "source/orders: sent" in text
    assert "service/shipping: ships binary for 20" in text
    assert ids(recorded, "service/archive") == [
        "node-binary-priced-shipped",
        "node-structured-priced-shipped",
    ]
    assert replayed.stderr == b""
    assert again.read_bytes() == recorded.read_bytes()


def test_curl_and_the_sdk_for_python_send_what_arrives(tmp_path: Path) -> None:
    recorded = tmp_path / "run.jsonl"
    event = CloudEvent(
        {
            "id": "sdk",
            "source": "/s",
            "type": "order.shipped",
            "datacontenttype": "application/json",
            "subject": "Größe %",
        },
        {"quantity": 2},
    )
    curl = shutil.which("curl")
    answers: list[int] = []

    with served("shop.yaml", "--trace", str(recorded), until="ready") as (url, _):
        for message in (to_binary_event(event), to_structured_event(event)):
            asked = urllib.request.Request(  # noqa: S310 - to ourselves
                url, message.body, dict(message.headers)
            )
            with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310
                answers.append(answer.status)
        if curl is not None:
            answers.append(curled(curl, url, "order.shipped"))
            answers.append(curled(curl, url, ""))

    assert answers == ([202, 202, 202, 400] if curl else [202, 202])
    first, second, *rest = (
        record.event for record in Trace.read(str(recorded)).select(kind="dispatched")
    )
    assert first is not None
    assert second is not None
    # The binary mode of the SDK encodes what Knative does not decode.
    assert first.get_subject() == "Gr%C3%B6%C3%9Fe%20%25"
    assert second.get_subject() == "Größe %"
    assert first.get_data() == second.get_data() == {"quantity": 2}
    assert [each.get_id() for each in rest if each is not None] == (
        ["curl"] if curl else []
    )


def curled(curl: str, url: str, type_: str) -> int:
    """Send an event with curl and give the status."""
    headers = {
        "ce-specversion": "1.0",
        "ce-id": "curl",
        "ce-source": "/c",
        "ce-type": type_,
    }
    options = [
        f"-H{name}: {value}" if value else f"-H{name};"
        for name, value in headers.items()
    ]
    done = subprocess.run(  # noqa: S603 - our own words
        [curl, "-s", "-o", os.devnull, "-w", "%{http_code}", *options, "-d", json.dumps({"a": 1}), url],
        check=True, capture_output=True, timeout=10,
    )  # fmt: skip
    return int(done.stdout)
