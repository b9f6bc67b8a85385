"""What the author of a topology should know, as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.cli.reporting import say
from simulator.errors import UsageError
from simulator.nodes import name_of
from simulator.resource import counted
from simulator.wiring import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.cli.style import Style
    from simulator.wiring import Finding, Wiring

_COLOURS = {Severity.FAULT: "red", Severity.WARNING: "yellow", Severity.NOTE: "blue"}
NOT_SIMULATED = "not-simulated"
_STUB = "stub"
_KINDS = 6  # that are counted in one line
_OTHER_PROFILE = ("no-profile", "channel-kind")
_TITLES = (
    (Severity.FAULT, "faults"),
    (Severity.WARNING, "warnings"),
    (Severity.NOTE, "notes"),
)


class FaultyError(UsageError):
    """A topology that is faulty is to be run.

    Args:
        findings: Its faults.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, findings)))


def stub_names(wiring: Wiring) -> list[str]:
    """List the services that nobody describes, each name once."""
    return list(dict.fromkeys(name_of(e.node) for e in wiring.endpoints if e.stub))


def refuse_faults(wiring: Wiring) -> None:
    """See to it that nothing is run that `kn-sim check` calls a fault.

    Raises:
        FaultyError: There are any; all are named.
    """
    faults = [f for f in wiring.findings if f.severity is Severity.FAULT]
    if faults:
        raise FaultyError(faults)


def warn_of_profiles(wiring: Wiring) -> None:
    """Say on stderr which brokers and channels are not played as what they are."""
    for finding in wiring.findings:
        if finding.code in _OTHER_PROFILE:
            say(f"kn-sim: {finding}")


def finding_lines(
    wiring: Wiring, style: Style, *, with_stubs: bool = False, each_absent: bool = True
) -> Iterator[str]:
    """Give the findings by severity, and then what is not simulated.

    Args:
        wiring: Of the topology.
        style: What the terminal can show.
        with_stubs: Whether to say of each reference that a stub answers.
        each_absent: Whether to name each resource that is not simulated, or count them.
    """
    for severity, title in _TITLES:
        shown = [
            finding
            for finding in wiring.findings
            if finding.severity is severity
            and finding.code != NOT_SIMULATED
            and (with_stubs or finding.code != _STUB)
        ]
        yield from _titled(title, shown, style, _COLOURS[severity])
    absent = [f for f in wiring.findings if f.code == NOT_SIMULATED]
    if each_absent:
        yield from _titled("not simulated", absent, style, "blue")
    elif absent:
        title = style.paint("not simulated", "bold", "blue")
        yield f"{title}: {style.symbols(_counted(absent))} (kn-sim check lists them)"


def _counted(findings: list[Finding]) -> str:
    """Count by kind, most first: ``2 Deployments, 1 Secret``."""
    counts: dict[str, int] = {}
    for finding in findings:
        kind = finding.subject.partition(" ")[0]
        counts[kind] = counts.get(kind, 0) + 1
    shown = sorted(counts.items(), key=lambda pair: -pair[1])
    texts = [counted(count, kind) for kind, count in shown]
    more = len(texts) - _KINDS
    return ", ".join(texts[:_KINDS]) + (f", and {more} more kinds" if more > 0 else "")


def _titled(
    title: str, findings: list[Finding], style: Style, colour: str
) -> Iterator[str]:
    if findings:
        yield style.paint(f"{title} ({len(findings)})", "bold", colour)
        for finding in findings:
            yield f"  {style.symbols(str(finding))}"
