"""What ``--approve``, ``--reject`` and ``--set`` decide about played systems."""

from pathlib import Path

import pytest

from simulator.cli import main

TOPOLOGY = """\
topology: gate
services:
  keptn: {}
  gate: {handler: kn-sim/approval-service}
  lamp: {handler: "lamp.py:Lamp"}
"""
LAMP = """\
from simulator.systems import Knob, System


class Lamp(System):
    asks = False

    @property
    def knobs(self):
        return {"a.b-c": Knob("how it shines", ("on", "off")), "for": Knob("", (), "duration")}

    def __call__(self, event, context):
        return 200 if self.set_to.get("a.b-c") == "on" else 503
"""
TRIGGERED = "type=sh.keptn.event.approval.triggered,data={}"
RUN = ["run", "gate.yaml", "--handlers", "lamp.py", "-q"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gate.yaml").write_text(TOPOLOGY)
    (tmp_path / "lamp.py").write_text(LAMP)
    monkeypatch.chdir(tmp_path)


def test_a_request_that_a_system_holds_is_decided(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main([*RUN, "--to", "gate", "--send", TRIGGERED, "--approve", "gate=2h"])

    assert code == 0
    assert "in 2h of virtual time" in capsys.readouterr().out


@pytest.mark.parametrize(("value", "code"), [("on", 0), ("off", 1)])
def test_a_knob_decides_an_outcome(value: str, code: int) -> None:
    words = ["--to", "lamp", "--send", "type=x", "--set", f"lamp.a.b-c={value}"]

    assert main([*RUN, *words]) == code


def test_all_that_cannot_be_decided_is_named_at_once(
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = ["--approve", "lamp=", "--set", "lmp.for=1s", "--set", "lamp.a.b=on"]
    given += ["--set", "lamp.a.b-c=of", "--set", "lamp.for=1", "--set", "lamp.for=2s"]
    given += ["--set", "lamp=1"]

    code = main([*RUN, "--to", "lamp", "--send", "type=x", *given])

    assert code == 2
    assert capsys.readouterr().err.splitlines() == [
        (
            "kn-sim: --approve lamp=: '' is no duration; expected an ISO 8601 duration "
            "such as PT0.5S, or 500ms, 2s, 5m, 1h, 1d"
        ),
        "--approve lamp=: service/lamp asks for no approval (those that do: gate)",
        (
            "--set lmp.for=1s: no system plays 'lmp'; did you mean 'lamp'? "
            "(there are: gate, lamp)"
        ),
        (
            "--set lamp.a.b=on: lamp: unknown key 'a.b'; did you mean 'a.b-c'? "
            "(there are: a.b-c, for)"
        ),
        (
            "--set lamp.a.b-c=of: lamp: a.b-c: expected one of on, off, found 'of'; "
            "did you mean 'off'?"
        ),
        (
            "--set lamp.for=1: lamp: for: '1' is no duration; expected an ISO 8601 duration "
            "such as PT0.5S, or 500ms, 2s, 5m, 1h, 1d"
        ),
        "--set lamp.for=2s: --set lamp.for=1 says already what it is",
        "--set lamp=1: expected NODE.KEY=VALUE, such as tekton.build-artifact=fail",
    ]
