"""What a campaign has come to, told in lines or as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.coverage.report import percent_text, ruled
from simulator.mutation.campaign import Score, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.mutation.campaign import Attempt, Candidate

_HEAD = ("Name", "Mutants", "Killed", "Survived", "Not covered", "Score")
_SHOWN = (
    (Verdict.SURVIVED, "survived: no test has noticed"),
    (Verdict.NOT_COVERED, "not covered: no test runs what they change"),
    (Verdict.EQUIVALENT, "equivalent, and not counted: nothing that runs is other"),
)


def score_lines(score: Score) -> Iterator[str]:
    for verdict, title in _SHOWN:
        attempts = [each for each in score.attempts if each.verdict is verdict]
        if not attempts:
            continue
        yield title
        for each in attempts:
            yield f"  {mutant_line(each.candidate)}"
            if verdict is not Verdict.EQUIVALENT:
                yield f"      {noticed_line(each.candidate)}"
        yield ""
    yield from _table(score)


def mutant_line(candidate: Candidate) -> str:
    return f"{candidate.mutant.position}: {candidate.mutant.told}"


def noticed_line(candidate: Candidate) -> str:
    _, _, noticed, event = candidate.effect
    if event is None:
        return "no event is known that tells it from the topology as it is"
    given = [f"{name}={_quoted(text)}" for name, text in sorted(event.items())]
    told = f"an event with {' '.join(given)}" if given else "any event"
    return f"noticed by: {told} that {noticed}"


def _quoted(text: str) -> str:
    from shlex import quote

    return quote(text)


def summary_line(score: Score) -> str:
    parts = [f"{score.count(v)} {v.value}" for v in Verdict if score.count(v)]
    told = f"; score {percent_text(score.percent)}%" if score.counted else ""
    return f"{counted_text(len(score.attempts))}: {', '.join(parts)}{told}"


def counted_text(count: int) -> str:
    return "1 mutant" if count == 1 else f"{count} mutants"


def _table(score: Score) -> Iterator[str]:
    files: dict[str, list[Attempt]] = {}
    for each in score.attempts:
        files.setdefault(each.candidate.mutant.position.file, []).append(each)
    parts = {name: Score(attempts=tuple(each)) for name, each in files.items()}
    rows = [_HEAD, *(_row(name, each) for name, each in parts.items())]
    rows.append(_row("TOTAL", score))
    return ruled(rows)


def _row(name: str, score: Score) -> tuple[str, ...]:
    noticed = score.count(Verdict.KILLED, Verdict.TIMED_OUT)
    numbers = (
        score.counted, noticed,
        score.count(Verdict.SURVIVED), score.count(Verdict.NOT_COVERED),
    )  # fmt: skip
    return (name, *map(str, numbers), f"{percent_text(score.percent)}%")


def score_json(score: Score) -> dict[str, Any]:
    return {
        "format": "kn-sim-mutants/1",
        "totals": {
            "mutants": len(score.attempts),
            "counted": score.counted,
            **{each.name.lower(): score.count(each) for each in Verdict},
            "percent": round(score.percent, 2),
        },
        "mutants": [
            {
                **mutant_json(each.candidate),
                "verdict": each.verdict.name.lower(),
                "by": each.by or None,
            }
            for each in score.attempts
        ],
    }


def mutant_json(candidate: Candidate) -> dict[str, Any]:
    mutant, effect = candidate.mutant, candidate.effect
    place = mutant.position
    event = effect.event
    return {
        "name": mutant.name,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "node": mutant.node,
        "path": mutant.path,
        "operator": mutant.operator,
        "words": mutant.words,
        "equivalent": effect.same,
        "noticed": effect.noticed or None,
        "event": None if event is None else dict(event),
    }
