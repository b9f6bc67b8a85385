"""Who sends: `--as`, and what `explain` says of those who ask."""

import json
from pathlib import Path

import pytest

from simulator.cli import main

TOPOLOGY = """
topology: doors
configmaps:
  config-features: {namespace: knative-eventing, data: {authentication-oidc: enabled}}
brokers: {default: {}}
triggers: {pack: {subscriber: packing}}
eventpolicies: {orders: {from: ["system:serviceaccount:shop:web"]}}
services: {packing: {}}
"""


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "doors.yaml"
    path.write_text(TOPOLOGY)
    return str(path)


@pytest.mark.parametrize(
    ("given", "status", "policy"),
    [
        ([], 401, None),
        (["--as", "web"], 403, None),
        (["--as", "shop/web"], 202, "orders"),
        (["--as", "web", "--namespace", "shop"], 202, "orders"),
    ],
)
def test_explain_says_who_is_let_in_and_by_which_policy(
    file: str,
    given: list[str],
    status: int,
    policy: str | None,
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = TOPOLOGY.replace("brokers:", "namespace: shop\nbrokers:")
    if "--namespace" in given:
        Path(file).write_text(text)

    code = main(["explain", file, "--send", "type=a", "-o", "json", *given])

    assert code == (0 if status == 202 else 1)
    [event] = json.loads(capsys.readouterr().out)["events"]
    [door] = event["doors"]
    assert (door["status"], door["policy"]) == (status, policy)
    assert event["matches"] == 1


def test_a_run_sends_in_the_name_of_an_account(
    file: str, capsys: pytest.CaptureFixture[str]
) -> None:
    refused = main(["run", file, "--send", "type=a", "--quiet"])
    taken = main(["run", file, "--send", "type=a", "--as", "shop/web", "--quiet"])

    assert (refused, taken) == (1, 0)
    assert "the request has no token" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--as", "web"], "--as says who sends what --send names; there is no --send"),
        (["--send", "type=a", "--as", "a/b/c"], "--as: expected NAME, NAMESPACE/NAME or"),
    ],
)  # fmt: skip
def test_an_account_that_is_of_no_use_is_refused(
    file: str, given: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["run", file, *given]) == 2
    assert told in capsys.readouterr().err
