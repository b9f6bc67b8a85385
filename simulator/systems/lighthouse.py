"""Keptn's lighthouse-service: an evaluation by objectives, with values that are given.

Source: keptn/keptn lighthouse-service, start_evaluation_handler.go,
    evaluate_sli_handler.go; keptn/spec cloudevents.md, evaluation and get-sli.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.duration import Duration, go_duration_ns
from simulator.resource import mapping
from simulator.systems.keptn_events import KeptnService, data_of, time_text
from simulator.systems.slo import Verdict, evaluate, read_objectives
from simulator.systems.system import Knob, OptionError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from simulator.errors import Fault
    from simulator.event.sdk import CloudEvent
    from simulator.systems.system import SystemContext

_SOURCE = "lighthouse-service"
_PLACE = ("project", "stage", "service")
_MOST_KEPT = 100  # earlier evaluations of one place
_NO_FRAME = "evaluation.triggered event does not contain evaluation timeframe"
_NONE = "no evaluation performed by lighthouse because no {} configured for project {}"


class Lighthouse(KeptnService):
    """Evaluates a service; the SLI provider is played with it.

    Args:
        slo: The objectives; without it, each evaluation passes.
        sli: Indicator -> its value, or one for each evaluation, of which the last stays.
            Without it there is no SLI provider, and each evaluation passes.
        takes: How long the provider takes.
    """

    task = "evaluation"

    def __init__(
        self,
        slo: Path | None = None,
        sli: Mapping[str, Any] | None = None,
        takes: Duration = "25s",
        keptn: str = "service/keptn",
    ) -> None:
        self.slo = None if slo is None else read_objectives(slo, "slo")
        self._sli = None if sli is None else _indicators(sli)
        self._takes = takes
        super().__init__(keptn, _SOURCE, slo)
        self._evaluations = 0
        self._earlier: dict[tuple[str, ...], list[Verdict]] = {}

    @property
    def warnings(self) -> Iterable[Fault]:
        return () if self.slo is None else self.slo.warnings

    @property
    def knobs(self) -> Mapping[str, Knob]:
        """The value of each indicator from now on."""
        return {name: Knob("its value", sort="number") for name in self._sli or ()}

    def execute(
        self, event: CloudEvent, data: dict[str, Any], context: SystemContext
    ) -> None:
        self._send(event, "started", {"status": "succeeded"}, context)
        frame = _frame(data, context)
        if frame is None:
            verdict = Verdict("fail", 0, [], _NO_FRAME, errored=True)
            self._finish(event, ("", ""), verdict, context)
        elif self._sli is None:
            self._finish(event, frame, _without("SLI-provider", data), context)
        else:
            context.later(
                self._takes, lambda later: self._evaluate(event, frame, later)
            )

    def _evaluate(
        self, event: CloudEvent, frame: tuple[str, str], context: SystemContext
    ) -> None:
        data = data_of(event) or {}
        if self.slo is None:
            self._finish(event, frame, _without("SLO file", data), context)
            return
        place = tuple(str(data.get(name, "")) for name in _PLACE)
        earlier = self._earlier.setdefault(place, [])
        verdict = evaluate(self.slo, self._values(), earlier)
        earlier.append(verdict)
        del earlier[:-_MOST_KEPT]
        self._finish(event, frame, verdict, context)

    def _values(self) -> dict[str, float]:
        """Give the values of one evaluation; one that is null has none."""
        turn = self._evaluations
        self._evaluations += 1
        found = {}
        for name, values in (self._sli or {}).items():
            value = self.set_to.get(name, values[min(turn, len(values) - 1)])
            if value is not None:
                found[name] = value
        return found

    def _finish(
        self,
        event: CloudEvent,
        frame: tuple[str, str],
        verdict: Verdict,
        context: SystemContext,
    ) -> None:
        evaluation = {
            "result": verdict.result,
            "score": verdict.score,
            "timeStart": frame[0],
            "timeEnd": frame[1],
            "indicatorResults": verdict.indicators or None,
        }
        told = {
            "status": "errored" if verdict.errored else "succeeded",
            "result": verdict.result,
            "message": verdict.message,
        }
        self._send(event, "finished", {**told, "evaluation": evaluation}, context)


def _without(what: str, data: Mapping[str, Any]) -> Verdict:
    return Verdict("pass", 0, [], _NONE.format(what, data.get("project", "")))


def _frame(data: Mapping[str, Any], context: SystemContext) -> tuple[str, str] | None:
    """Give the time that is evaluated; None where the event does not say it.

    Source: getEvaluationTimestamps: start and end, a time frame up to now, or the test's.
    """
    for name in ("evaluation", "test"):
        part = mapping(data.get(name))
        if part.get("start") and part.get("end"):
            return str(part["start"]), str(part["end"])
        if name == "evaluation" and part.get("timeframe"):
            ns = go_duration_ns(str(part["timeframe"]))
            if ns is None:
                return None
            start = context.now - timedelta(microseconds=ns // 1_000)
            return time_text(start), time_text(context.now)
    return None


def _indicators(sli: Mapping[str, Any]) -> dict[str, list[float | None]]:
    """Read the values of indicators; OptionError for one that is no number, or no list."""
    if not isinstance(sli, dict):
        raise OptionError("sli", f"expected indicators and their values, found {sli!r}")
    found: dict[str, list[float | None]] = {}
    wrong: list[OptionError] = []
    for name, value in sli.items():
        values = value if isinstance(value, list) else [value]
        for each in values:
            number = isinstance(each, int | float) and not isinstance(each, bool)
            if each is not None and not number:
                what = f"expected a number, found {each!r}"
                wrong.append(OptionError(f"sli.{name}", what))
        found[str(name)] = values or [None]
    refuse(wrong)
    return found
