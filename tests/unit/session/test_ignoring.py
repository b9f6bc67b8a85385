"""Comments in the files say which findings are meant so."""

import pytest

from simulator import Simulation, Topology

HEAD = "topology: t\n"
BROKER = "brokers: {b: {delivery: {retry: 3}}}"
TRIGGER = "triggers: {t: {broker: c, subscriber: s}}"


def told(text: str) -> tuple[list[str], list[str]]:
    """Give the ids of what is told and of what is ignored, sorted."""
    wiring = Simulation(Topology.parse(text)).wiring
    return sorted(f.id for f in wiring.findings), sorted(f.id for f in wiring.ignored)


@pytest.mark.parametrize(
    ("text", "told_", "ignored"),
    [
        (f"{BROKER}", ["KN107", "KN210"], []),
        (f"{BROKER} # kn-sim: ignore KN107", ["KN210"], ["KN107"]),
        (f"{BROKER} #kn-sim:ignore[KN107,KN210]", [], ["KN107", "KN210"]),
        (f"{BROKER} # kn-sim: ignore KN1 for now, KN210", ["KN210"], ["KN107"]),
        (f"# kn-sim: ignore no-routes\n\n# a\n{BROKER}", ["KN107"], ["KN210"]),
        (f"{BROKER}\n# kn-sim: ignore KN107\n", ["KN004", "KN107", "KN210"], []),
        (f"{BROKER} # kn-sim: ignore KN104", ["KN004", "KN107", "KN210"], []),
        (f"{BROKER} # kn-sim: ignore KN107, KN17", ["KN004", "KN210"], ["KN107"]),
        (f"{BROKER} # kn-sim: ignore", ["KN004", "KN107", "KN210"], []),
        (f"{BROKER} # kn-sim: ignored KN107", ["KN107", "KN210"], []),
    ],
)
def test_a_comment_ignores_what_it_names_on_its_line(
    text: str, told_: list[str], ignored: list[str]
) -> None:
    assert told(HEAD + text + "\n") == (told_, ignored)


@pytest.mark.parametrize("above", ["", "---\n", "# a shop\n---\n"])
def test_a_comment_above_a_document_speaks_of_all_of_it_and_of_no_other(
    above: str,
) -> None:
    text = f"{above}# kn-sim: ignore KN2\n{HEAD}{BROKER}\n{TRIGGER}\n---\n"
    other = "topology: u\nbrokers: {d: {}}\n"

    assert told(text + other) == (["KN107", "KN210"], ["KN205", "KN210"])


def test_a_comment_above_the_mark_of_a_document_speaks_of_it_too() -> None:
    text = f"# kn-sim: ignore KN210\n---\n{HEAD}{BROKER}\n"

    assert told(text) == (["KN107"], ["KN210"])


def test_a_text_with_the_words_is_no_comment() -> None:
    block = (
        "services: {s: {responses: [{status: 200, body: '# kn-sim: ignore KN107'}]}}"
    )

    assert told(f"{HEAD}{BROKER}\n{block}\n")[1] == []


def test_what_is_told_only_when_asked_can_be_ignored_as_well() -> None:
    told_ = "no-dead-letter-sink, cut-off, KN501"
    text = (
        f"{HEAD}{BROKER} # kn-sim: ignore KN107, {told_}\n"
        "triggers: {t: {broker: b, subscriber: s}}\nservices: {s: {}}\n"
    )

    found = Simulation(Topology.parse(text)).findings

    assert [f.message for f in found] == ["cut-off finds nothing there"]


def test_the_nearest_rule_is_named() -> None:
    [_, found] = Simulation(
        Topology.parse(f"{HEAD}{BROKER} # kn-sim: ignore KN107, no-route\n")
    ).findings

    assert str(found) == (
        "<text>:2:38: KN004 comment: there is no rule 'no-route'; did you mean "
        "'no-routes'?"
    )
