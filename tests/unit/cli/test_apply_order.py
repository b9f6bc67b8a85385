"""``kn-sim check --apply-order`` as its user sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from simulator.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

EVENTING = "eventing.knative.dev/v1"
BROKER = {"apiVersion": EVENTING, "kind": "Broker", "name": "default"}


def manifest(version: str, kind: str, name: str, **spec: object) -> dict[str, Any]:
    metadata = {"name": name, "namespace": "default"}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, "spec": spec}


def shop() -> list[dict[str, Any]]:
    pricing = {
        "apiVersion": "serving.knative.dev/v1",
        "kind": "Service",
        "name": "pricing",
    }
    filters = {"attributes": {"type": "nobody.sends.it"}}
    return [
        manifest("sources.knative.dev/v1", "PingSource", "ping", sink={"ref": BROKER}),
        manifest(EVENTING, "Trigger", "price", broker="default", subscriber={"ref": pricing}),
        manifest(EVENTING, "Trigger", "idle", broker="default", filter=filters,
                 subscriber={"uri": "http://idle.example"}),
        manifest(EVENTING, "Broker", "default"),
        manifest("serving.knative.dev/v1", "Service", "pricing",
                 template={"spec": {"containers": [{"image": "x"}]}}),
    ]  # fmt: skip


def checked(
    capsys: pytest.CaptureFixture[str],
    folder: Path,
    documents: list[dict[str, Any]],
    tool: str = "kapp",
) -> tuple[int, dict[str, Any]]:
    file = folder / "shop.yaml"
    file.write_text(yaml.safe_dump_all(documents, sort_keys=False))
    code = main(["check", str(file), "--apply-order", tool, "-o", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found["apply_order"]


def states(found: dict[str, Any]) -> dict[str, str]:
    return {gap["before"]: gap["state"] for gap in found["gaps"]}


def test_kapp_may_create_a_source_before_what_takes_its_events(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    documents = shop()

    # when
    code, found = checked(capsys, tmp_path, documents)

    # then
    assert code == 1
    assert states(found) == {
        "Trigger price": "loses",
        "Trigger idle": "harmless",
        "Service pricing": "loses",
    }
    assert found["gaps"][0]["event"] == "dev.knative.sources.ping"
    assert found["gaps"][0]["lost"] == [
        {"route": "trigger/price", "subscriber": "service/pricing"}
    ]


def test_with_the_annotations_and_the_config_no_order_loses_anything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    documents = shop()
    _, found = checked(capsys, tmp_path, documents)
    for each in documents:
        name = f"{each['kind']} {each['metadata']['name']}"
        each["metadata"]["annotations"] = found["annotations"].get(name, {})

    # when
    code, safe = checked(
        capsys, tmp_path, [*documents, yaml.safe_load(found["config"])]
    )

    # then
    assert (found["safe_with_annotations"], code) == (True, 0)
    assert safe["waves"] == [
        ["Broker default", "Service pricing"],
        ["Trigger price", "Trigger idle"],
        ["PingSource ping"],
    ]
    assert set(states(safe).values()) == {"safe"}


def test_the_right_order_alone_does_not_make_kapp_wait(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    documents = shop()
    _, found = checked(capsys, tmp_path, documents)
    for each in documents:
        name = f"{each['kind']} {each['metadata']['name']}"
        each["metadata"]["annotations"] = found["annotations"].get(name, {})

    # when
    code, alone = checked(capsys, tmp_path, documents)

    # then
    assert (code, set(states(alone).values())) == (0, {"unwaited"})
    assert (alone["annotations"], alone["config"]) == ({}, found["config"])


def test_kubectl_takes_documents_as_they_stand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    ping, price, idle, broker, service = shop()

    # when
    _, early = checked(
        capsys, tmp_path, [price, ping, idle, broker, service], "kubectl"
    )
    _, late = checked(capsys, tmp_path, [broker, service, price, idle, ping], "kubectl")

    # then
    assert states(early) == {
        "Trigger price": "unwaited",
        "Trigger idle": "harmless",
        "Service pricing": "loses",
    }
    assert set(states(late).values()) == {"unwaited"}


def test_a_source_waits_for_its_own_sink_and_loses_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    ping, _, _, broker, _ = shop()

    # when
    code, found = checked(capsys, tmp_path, [ping, broker])

    # then
    assert (code, found["gaps"], found["safe"]) == (0, [], True)


def test_a_reply_is_lost_where_its_trigger_is_not_there_yet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    ping, price, _, broker, _ = shop()
    price["spec"]["subscriber"] = {
        "ref": {"apiVersion": "v1", "kind": "Service", "name": "p"}
    }
    priced = manifest(
        EVENTING, "Trigger", "priced", broker="default",
        filter={"attributes": {"type": "priced"}}, subscriber={"uri": "http://x.example"},
    )  # fmt: skip
    played = {"topology": "t", "services": {"p": {"reply": {"type": "priced"}}}}

    # when
    _, found = checked(capsys, tmp_path, [ping, price, priced, broker, played])

    # then
    assert states(found) == {"Trigger price": "loses", "Trigger priced": "loses"}
    assert [each["route"] for each in found["gaps"][1]["lost"]] == ["trigger/priced"]


def test_a_source_loses_nothing_where_its_sink_waits_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    ping, _, _, broker, _ = shop()
    channel = manifest("messaging.knative.dev/v1", "Channel", "parking")
    parking = {key: channel[key] for key in ("apiVersion", "kind")} | {
        "name": "parking"
    }
    broker["spec"] = {"delivery": {"deadLetterSink": {"ref": parking}}}
    all_ = manifest(
        EVENTING,
        "Trigger",
        "all",
        broker="default",
        subscriber={"uri": "http://x.example"},
    )

    # when
    _, found = checked(capsys, tmp_path, [ping, all_, broker, channel])

    # then
    assert states(found) == {"Trigger all": "loses", "Channel parking": "waits"}


def test_a_sequence_takes_events_before_its_steps_are_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    *_, service = shop()
    first = {key: service[key] for key in ("apiVersion", "kind")} | {"name": "pricing"}
    flow = "flows.knative.dev/v1"
    steps = manifest(flow, "Sequence", "steps", steps=[{"ref": first}])
    sink = {"ref": {"apiVersion": flow, "kind": "Sequence", "name": "steps"}}
    ping = manifest("sources.knative.dev/v1", "PingSource", "ping", sink=sink)

    # when
    _, found = checked(capsys, tmp_path, [ping, steps, service])

    # then
    assert states(found) == {"Service pricing": "loses"}


def test_a_service_that_is_called_by_its_url_need_not_be_there_for_a_trigger_to_be_ready(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    ping, price, _, broker, service = shop()
    url = "http://pricing.default.svc.cluster.local"
    price["spec"]["subscriber"] = {"uri": url}

    # when
    _, found = checked(capsys, tmp_path, [ping, price, broker, service])

    # then
    assert states(found) == {"Trigger price": "loses"}


def test_what_is_lost_is_annotated_at_the_source(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    # given
    file = tmp_path / "shop.yaml"
    file.write_text(yaml.safe_dump_all(shop(), sort_keys=False))
    order = ["check", str(file), "--apply-order", "kubectl", "-o"]

    # when
    codes = [main([*order, "github"])]
    annotations = capsys.readouterr().out.splitlines()
    codes.append(main([*order, "sarif"]))
    results = json.loads(capsys.readouterr().out)["runs"][0]["results"]

    # then
    assert codes == [1, 1]
    lost, *others = [line for line in annotations if line.startswith("::error")]
    assert (
        f"file={file},line=1,col=1,title=PingSource ping::PingSource ping before"
        in lost
    )
    assert "loses what is sent until Trigger price is Ready; the first, " in lost
    told = [each["message"]["text"] for each in results if each["level"] == "error"]
    assert len(told) == 1 + len(others)
    assert told[0] in lost
