"""`kn-sim schema`."""

import json

import pytest

from simulator.cli import main


def test_the_short_form_is_what_is_meant_and_the_bytes_are_always_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    printed = []
    for words in (["schema"], ["schema", "short"], ["schema", "simulation"]):
        assert main(words) == 0
        printed.append(capsys.readouterr().out)

    assert printed[0] == printed[1]
    assert [json.loads(each)["title"].split()[0] for each in printed[1:]] == [
        "Topology",
        "Simulation",
    ]


def test_a_document_that_has_no_schema_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["schema", "simulatoin"])

    assert code == 2
    assert "(choose from " in capsys.readouterr().err
