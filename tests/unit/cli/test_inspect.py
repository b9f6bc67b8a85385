"""``kn-sim inspect`` as its user sees it."""

from pathlib import Path

import pytest

from simulator.cli import main

SHOP = """\
topology: shop
brokers: {default: {}}
channels: {c: {}}
triggers:
  ship: {subscriber: shipping, delivery: {deadLetterSink: dlq}}
  lost: {broker: gone, subscriber: shipping}
sequences: {steps: {steps: [first]}}
services: {shipping: {}, dlq: {}, first: {}}
"""

TREE = """\
Namespace  Name                      Kind          Rs    Ri
default    default                   Broker        ok    -
default     L ship                   Trigger       ok    -
default     L.. shipping             Service       -     described by the Simulation
default     L.. dlq                  Service       -     dead letters: described by the
                                                         Simulation
default    c                         Channel       ok    -
default    steps                     Sequence      ok    -
default     L steps-kn-sequence-0    Channel       ok    made by the Sequence
default     L.. steps-kn-sequence-0  Subscription  ok    made by the Sequence
default     L.... first              Service       -     described by the Simulation
default    lost                      Trigger       fail  BrokerDoesNotExist: Broker "gone"
                                                         does not exist
"""


def test_the_tree_leads_from_hubs_over_routes_to_who_is_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP)

    # when
    code = main(["inspect", "--tree", str(file)])

    # then
    assert code == 0
    table = capsys.readouterr().out.split("\n\n")[1].splitlines()
    assert [line.rstrip() for line in table] == TREE.splitlines()
