"""``--fail-on`` makes a run fail for what is no failure by itself."""

from pathlib import Path

import pytest

from simulator.cli import main


@pytest.mark.parametrize(
    ("sent", "condition", "said"),
    [
        ("type=order.other", "unmatched", "--fail-on unmatched: 1, order.other"),
        ("type=order.placed", "dead-lettered", "dead-lettered: 1, order.priced"),
        ("type=order.placed", "stub,unmatched", "--fail-on stub: mail"),
    ],
)
def test_a_run_fails_for_what_it_is_told_to(
    sent: str,
    condition: str,
    said: str,
    workspace: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = main(["run", "shop.yaml", "--send", sent, "-q"])
    code = main(["run", "shop.yaml", "--send", sent, "-q", "--fail-on", condition])

    assert (before, code) == (0, 1)
    assert said in capsys.readouterr().err


def test_a_run_without_what_it_is_to_fail_for_does_not_fail(workspace: Path) -> None:
    words = ["run", "shop.yaml", "--send", "type=order.placed", "-q"]

    assert main([*words, "--fail-on", "unmatched"]) == 0


def test_a_misspelt_condition_is_told_with_the_nearest(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["run", "shop.yaml", "--fail-on", "unmatched,deadlettered"])

    assert code == 2
    said = "'deadlettered' is nothing to fail on; did you mean 'dead-lettered'?"
    assert said in capsys.readouterr().err
