"""Service level objectives, and what a set of indicator values comes to by them.

Source: keptn/spec service_level_objective.md; keptn/keptn lighthouse-service,
    event_handler/common.go parseSLO, evaluate_sli_handler.go.
"""

from __future__ import annotations

import re
from math import floor
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import nearest
from simulator.systems.documents import read_document
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from simulator.errors import Fault
    from simulator.subscribers.fields import Fields

_CRITERION = re.compile(
    r"(<=|<|=|>=|>)([+-]?)((?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)(%?)"
)
_PERCENT = re.compile(r"(\d+\.?\d*|\.\d+)%?")
_COMPARE = ("single_result", "several_results")
_INCLUDE = ("pass", "pass_or_warn", "all")
_AGGREGATE = ("avg", "p50", "p90", "p95")
_PASS, _WARNING, _FAIL, _INFO = "pass", "warning", "fail", "info"
_MOST, _SEVERAL = 1_000, 3


class Criterion(Value):
    """One comparison, such as ``<600`` or ``<=+10%``.

    Args:
        value: What is compared with, or by how much it may differ from before.
        relative: Whether it is compared with earlier evaluations.
        percent: Whether *value* is a share of those.
    """

    text: str
    operator: str
    value: float
    relative: bool
    percent: bool

    def judge(self, found: float, earlier: float | None) -> tuple[bool, float | None]:
        """Tell whether a value meets it, and the target; None where there is none.

        A relative one passes where there is no earlier value.
        """
        target: float | None = self.value
        if self.relative:
            target = None
            if earlier is not None:
                share = earlier * (100 + self.value) / 100
                target = share if self.percent else earlier + self.value
        if target is None:
            return True, None
        met = {
            "<": found < target,
            "<=": found <= target,
            "=": found == target,
            ">=": found >= target,
            ">": found > target,
        }
        return met[self.operator], target


class Objective(Value):
    """One objective: sets of criteria, of which one has to be met, all that is in it."""

    sli: str
    passes: tuple[tuple[Criterion, ...], ...] = ()
    warns: tuple[tuple[Criterion, ...], ...] = ()
    weight: int = 1
    key_sli: bool = False


class Objectives(Value):
    """The objectives of a service.

    Args:
        pass_score: The share of the score, in percent, that passes; None for no target.
        warning_score: That is a warning; None for none.
        most: How many earlier evaluations are compared with.
        aggregate: How they become one value.
        warnings: What the file says that lighthouse ignores.
    """

    objectives: tuple[Objective, ...]
    pass_score: float | None = None
    warning_score: float | None = None
    most: int = 1
    include: str = "all"
    aggregate: str = "avg"
    warnings: tuple[Fault, ...] = ()

    def __deepcopy__(self, _: object) -> Objectives:
        return self  # nothing of it ever changes


class Verdict(NamedTuple):
    """What an evaluation comes to; *result* is ``pass``, ``warning`` or ``fail``.

    Args:
        score: In percent.
        indicators: What each objective came to, as ``indicatorResults`` has it.
        message: What is to be said of it; empty for nothing.
        errored: Whether it could not be carried out.
    """

    result: str
    score: float
    indicators: list[dict[str, Any]]
    message: str = ""
    errored: bool = False


def evaluate(
    slo: Objectives, values: Mapping[str, float], earlier: Sequence[Verdict]
) -> Verdict:
    """Judge the values of indicators by objectives and *earlier* ones, the newest last."""
    included = [each for each in earlier if _counts(each.result, slo.include)]
    compared = included[-slo.most :]
    indicators, highest, key_failed = [], 0.0, False
    for objective in slo.objectives:
        highest += objective.weight if objective.passes else 0
        found = _judge(objective, values.get(objective.sli), compared, slo)
        key_failed |= found["status"] == _FAIL and objective.key_sli
        indicators.append(found)
    if not slo.objectives:
        return Verdict(_FAIL, 0, [])
    if not highest:
        return Verdict(_PASS, 100, indicators)
    score = 100 * sum(each["score"] for each in indicators) / highest
    if slo.pass_score is None:
        return Verdict(
            _FAIL, score, indicators, "no target score defined", errored=True
        )
    result = _FAIL
    if not key_failed and score >= slo.pass_score:
        result = _PASS
    elif (
        not key_failed and slo.warning_score is not None and score >= slo.warning_score
    ):
        result = _WARNING
    return Verdict(result, score, indicators)


def _counts(result: str, include: str) -> bool:
    wanted = {"pass": (_PASS,), "pass_or_warn": (_PASS, _WARNING)}
    return include == "all" or result in wanted[include]


def _judge(
    objective: Objective,
    value: float | None,
    compared: Sequence[Verdict],
    slo: Objectives,
) -> dict[str, Any]:
    metric: dict[str, Any] = {"metric": objective.sli, "success": value is not None}
    if value is None:
        metric |= {"value": 0, "message": "no value received from SLI provider"}
        return {"score": 0, "status": _FAIL, "value": metric, "targets": []}
    metric["value"] = value
    before = [
        each["value"]["value"]
        for verdict in compared
        for each in verdict.indicators
        if each["value"]["metric"] == objective.sli
        and each["value"]["success"]
        and (slo.include == "all" or _counts(each["status"], slo.include))
    ]
    earlier = _aggregated(before, slo.aggregate) if before else None
    passes: list[dict[str, Any]] = []
    warns: list[dict[str, Any]] = []
    status, score = _INFO, 0.0
    if objective.passes:
        if _met(objective.passes, value, earlier, passes):
            status, score = _PASS, float(objective.weight)
        elif objective.warns and _met(objective.warns, value, earlier, warns):
            status, score = _WARNING, objective.weight / 2
        else:
            status = _FAIL
    targets = [*warns, *passes]  # in the order of evaluateObjectives
    return {"score": score, "status": status, "value": metric, "targets": targets}


def _met(
    sets: Sequence[Sequence[Criterion]],
    value: float,
    earlier: float | None,
    targets: list[dict[str, Any]],
) -> bool:
    """Tell whether one set of criteria is met; each is written down in *targets*."""
    met = []
    for criteria in sets:
        whole = True
        for each in criteria:
            ok, target = each.judge(value, earlier)
            whole &= ok
            told = {
                "criteria": each.text,
                "targetValue": target or 0,
                "violated": not ok,
            }
            targets.append(told)
        met.append(whole)
    return any(met)


def _aggregated(values: Sequence[float], how: str) -> float:
    """Make one value of several; a percentile as lighthouse does, between two."""
    if how == "avg":
        return sum(values) / len(values)
    ordered = sorted(values)
    place = int(how[1:]) / 100 * (len(ordered) + 1)
    if place < 1:
        return ordered[0]
    if place >= len(ordered):
        return ordered[-1]
    lower, upper = ordered[floor(place) - 1], ordered[floor(place)]
    return lower + (place - floor(place)) * (upper - lower)


# -- reading


def read_objectives(path: Path, option: str) -> Objectives:
    """Read an SLO file; OptionError for none, a TopologyError names every fault."""
    document = read_document(path, option)
    fields = document.fields
    fields.only(("spec_version", "filter", "comparison", "objectives", "total_score"))
    comparison, total = fields.child("comparison"), fields.child("total_score")
    comparison.only(("compare_with", "include_result_with_score",
                     "number_of_comparison_results", "aggregate_function"))  # fmt: skip
    total.only(("pass", "warning"))
    listed = fields.children("objectives")
    if len(listed) > _MOST:
        fields.fault("objectives", f"expected at most {_MOST:,}, found {len(listed):,}")
    found = Objectives(
        objectives=tuple(_objective(each) for each in listed[:_MOST]),
        pass_score=_percent(total, "pass"),
        warning_score=_percent(total, "warning"),
        most=_most(fields, comparison),
        include=_one_of(comparison, "include_result_with_score", _INCLUDE, "all"),
        aggregate=_one_of(comparison, "aggregate_function", _AGGREGATE),
        warnings=tuple(document.warnings),
    )
    document.check()
    return found


def _most(fields: Fields, comparison: Fields) -> int:
    """Tell how many earlier evaluations are compared with.

    Source: parseSLO: one without `comparison`; HandleEvent: three where that does not say
        whether with one or several, however many it names.
    """
    number = comparison.number("number_of_comparison_results", 1, _MOST, _SEVERAL)
    with_ = _one_of(comparison, "compare_with", _COMPARE)
    if with_ == _COMPARE[1]:
        return number
    unsaid = fields.get("comparison") is not None and not comparison.get("compare_with")
    return _SEVERAL if unsaid else 1


def _objective(fields: Fields) -> Objective:
    fields.only(("sli", "displayName", "pass", "warning", "weight", "key_sli"))
    return Objective(
        sli=fields.needed("sli"),
        passes=_criteria(fields, "pass"),
        warns=_criteria(fields, "warning"),
        weight=fields.number("weight", 0, 1_000_000, 1) or 1,
        key_sli=fields.flag("key_sli"),
    )


def _criteria(fields: Fields, name: str) -> tuple[tuple[Criterion, ...], ...]:
    sets = []
    for each in fields.children(name):
        each.only(("criteria",))
        read = [
            _criterion(each, f"criteria[{at}]", text)
            for at, text in enumerate(each.texts("criteria"))
        ]
        sets.append(tuple(found for found in read if found is not None))
    return tuple(sets)


def _criterion(fields: Fields, path: str, text: str) -> Criterion | None:
    """Read one comparison.

    Source: parseCriteriaString: what has a ``%``, a ``+`` or a ``-`` is relative.
    """
    read = _CRITERION.fullmatch(text.replace(" ", ""))
    if read is None:
        fields.fault(path, f"expected one such as <600 or <=+10%, found {text!r}")
        return None
    operator, sign, number, percent = read.groups()
    return Criterion(
        text=text,
        operator=operator,
        value=-float(number) if sign == "-" else float(number),
        relative=bool(sign or percent),
        percent=bool(percent),
    )


def _percent(fields: Fields, name: str) -> float | None:
    text = fields.text(name)
    read = _PERCENT.fullmatch(text)
    if text and read is None:
        fields.fault(name, f"expected a share such as 90%, found {text!r}")
    return float(read[1]) if read else None


def _one_of(fields: Fields, name: str, valid: Sequence[str], default: str = "") -> str:
    found = fields.text(name, default or valid[0])
    if found not in valid:
        near = nearest(found, valid)
        fields.fault(name, f"expected one of {', '.join(valid)}, found {found!r}{near}")
        return valid[0]
    return found
