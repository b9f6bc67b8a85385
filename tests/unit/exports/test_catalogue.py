"""Topologies as AsyncAPI and EventCatalog describe them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from simulator.cli import main

SHOP = """
topology: shop
sources:
  till: {every: 10s, event: {type: placed}, sink: broker/default}
brokers: {default: {}}
channels: {audit: {}}
subscriptions: {archive: {channel: audit, subscriber: archive}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filter: {type: priced}, subscriber: shipping}
  other: {filter: {type: cancelled}, subscriber: channel/audit}
services:
  pricing: {reply: {type: priced}}
  shipping: {emit: [{to: channel/audit, event: {type: shipped}}]}
  archive: {}
"""
SCHEMA = os.environ.get("KN_SIM_ASYNCAPI_SCHEMA", "")
"""``schemas/3.0.0.json`` of the package @asyncapi/specs, where it is at hand."""


def written(tmp_path: Path, topology: str = SHOP) -> str:
    file = tmp_path / "shop.yaml"
    file.write_text(topology)
    return str(file)


def document(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *words: str,
    topology: str = SHOP,
) -> dict[str, Any]:
    file = written(tmp_path, topology)
    capsys.readouterr()
    assert main(["export", "asyncapi", file, *words, "-o", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert isinstance(found, dict)
    return found


def resolved(whole: dict[str, Any], reference: dict[str, str]) -> Any:
    at: Any = whole
    for part in reference["$ref"].removeprefix("#/").split("/"):
        at = at[part]
    return resolved(whole, at) if isinstance(at, dict) and "$ref" in at else at


def operations(whole: dict[str, Any]) -> list[tuple[str, str, str, list[str]]]:
    return [
        (
            each["tags"][0]["name"],
            each["action"],
            resolved(whole, each["channel"])["title"],
            [resolved(whole, x)["name"] for x in each.get("messages", ())],
        )
        for each in whole["operations"].values()
    ]


def test_asyncapi_tells_who_sends_and_receives_what_along_replies_and_posts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = document(tmp_path, capsys)

    broker, audit = "broker/default", "channel/audit"
    assert operations(whole) == [
        ("source/till", "send", broker, ["placed"]),
        ("service/shipping", "send", audit, ["shipped"]),
        ("service/pricing", "send", broker, ["priced"]),
        ("service/pricing", "receive", broker, ["placed"]),
        ("service/shipping", "receive", broker, ["priced"]),
        ("trigger/other", "receive", broker, ["cancelled"]),
        ("service/archive", "receive", audit, ["shipped"]),
    ]
    [default, other] = whole["channels"].values()
    assert default["address"] == "/default/default"
    assert list(default["messages"]) == ["placed", "priced", "cancelled"]
    assert list(other["messages"]) == ["shipped"]


def test_a_trace_adds_examples_and_what_it_has_seen(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = str(tmp_path / "run.jsonl")
    sent = '{"type": "cancelled", "id": "A1", "source": "/desk", "datacontenttype": "application/json", "data": {"why": 1}}'
    main(
        [
            "run",
            written(tmp_path),
            "--send",
            sent,
            "--for",
            "1s",
            "--trace",
            trace,
            "-q",
        ]
    )

    whole = document(tmp_path, capsys, "--trace", trace)

    message = whole["components"]["messages"]["cancelled"]
    assert message["contentType"] == "application/json"
    [example] = message["examples"]
    assert example["payload"] == {"why": 1}
    assert example["headers"]["ce-source"] == "/desk"
    assert (
        "service/archive",
        "receive",
        "channel/audit",
        ["shipped", "cancelled"],
    ) in (operations(whole))


def test_yaml_says_the_same_as_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = document(tmp_path, capsys)

    main(["export", "asyncapi", written(tmp_path)])

    assert yaml.safe_load(capsys.readouterr().out) == whole


def test_names_that_no_key_can_have_stay_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topology = SHOP.replace("priced", "'a/b ~1'").replace("cancelled", "'a b/~1'")

    whole = document(tmp_path, capsys, topology=topology)

    names = {k: m["name"] for k, m in whole["components"]["messages"].items()}
    assert names["a_b__1"] == "a/b ~1"
    assert names["a_b__1_2"] == "a b/~1"


@pytest.mark.skipif(not SCHEMA, reason="set KN_SIM_ASYNCAPI_SCHEMA to its 3.0.0.json")
def test_asyncapi_is_what_its_schema_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    validator = Draft7Validator(json.loads(Path(SCHEMA).read_text()))
    trace = tmp_path / "run.jsonl"
    for topology in sorted((Path(__file__).parents[3] / "topologies").glob("*.yaml")):
        main(["run", str(topology), "--for", "1m", "--trace", str(trace), "-q"])
        words = ["--trace", str(trace)] if trace.exists() else []
        whole = document(tmp_path, capsys, *words, topology=topology.read_text())

        faults = [fault.message[:200] for fault in validator.iter_errors(whole)]

        assert (topology.name, faults) == (topology.name, [])


def test_eventcatalog_gets_a_folder_for_each_service_event_and_channel(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "catalog"

    assert main(["export", "eventcatalog", written(tmp_path), "--into", str(out)]) == 0

    files = sorted(str(file.relative_to(out)) for file in out.rglob("*.mdx"))
    assert files == [
        f"{name}/index.mdx"
        for name in (
            "channels/broker_default", "channels/channel_audit", "domains/shop",
            "events/cancelled", "events/placed", "events/priced", "events/shipped",
            "services/service_archive", "services/service_pricing",
            "services/service_shipping", "services/source_till",
        )
    ]  # fmt: skip
    assert capsys.readouterr().out == f"11 files in {out}\n"
    text = (out / "services/service_pricing/index.mdx").read_text()
    front = yaml.safe_load(text.split("---\n")[1])
    hub = {"id": "broker_default", "version": "0.0.0"}
    assert front["receives"] == [{"id": "placed", "version": "0.0.0", "from": [hub]}]
    assert front["sends"] == [{"id": "priced", "version": "0.0.0", "to": [hub]}]


def test_no_text_of_an_event_means_anything_to_mdx(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evil = "<b>{1}```"
    topology = SHOP.replace("type: placed", f"type: '{evil}'")
    trace, out = str(tmp_path / "run.jsonl"), tmp_path / "catalog"
    main(["run", written(tmp_path, topology), "--for", "10s", "--trace", trace, "-q"])

    main(
        [
            "export",
            "eventcatalog",
            written(tmp_path, topology),
            "--trace",
            trace,
            "--into",
            str(out),
        ]
    )

    for file in out.rglob("*.mdx"):
        _, front, body = file.read_text().split("---\n", 2)
        yaml.safe_load(front)
        outside = re.sub(r"(?s)(`{3,})json\n.*?\n\1\n", "", body)
        assert not set("{<") & set(outside.replace("<NodeGraph />", ""))


def test_what_is_there_is_written_over_only_if_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [
        "export",
        "eventcatalog",
        written(tmp_path),
        "--into",
        str(tmp_path / "catalog"),
    ]
    main(words)

    assert main(words) == 2
    assert "is there already, of 11 such files" in capsys.readouterr().err
    assert main([*words, "--force"]) == 0
