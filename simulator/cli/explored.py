"""How what `explore` has found is told, and kept: as choices, a trace, a test."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

from simulator.cli.output import emit, json_text
from simulator.cli.outputs import TRACE, refuse_an_input
from simulator.cli.show import report_lines
from simulator.errors import UsageError, naming_file
from simulator.explore.plan import ALWAYS, NEVER_LOST, NEVER_TWICE, NO_DEAD_LETTERS
from simulator.testing.kept import GIVEN
from simulator.testing.kept import yaml_text as yaml_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping, Sequence

    from simulator.cli.style import Style
    from simulator.explore import Exploration
    from simulator.explore.exploring import CounterExample
    from simulator.explore.plan import Check, Input

_FORMAT = "kn-sim-explore/1"
_MOST_LINES = 100  # of a flow
_FORMATS = ("yaml", "pytest")
_STDIN = "-"
_CAMPAIGN = (b'{"format":"kn-sim campaign ',)
_TESTS = (b"apiVersion: simulator/v1\nkind: Test\n", b"def test_", b"from ")


class Explored:
    """Tells what a search came to; UsageError where a file that is asked for cannot be."""

    def __init__(self, args: argparse.Namespace, style: Style) -> None:
        self._args = args
        self._style = style
        asked: str = args.to_test or ""
        self._test, _, self._test_file = asked.partition(":")
        if args.to_test is not None and self._test not in _FORMATS:
            raise UsageError(
                f"--to-test {args.to_test}: expected yaml or pytest, and a file if you "
                "like, such as pytest:test_lost.py"
            )
        if self._test and not self._test_file and args.format == "json":
            raise UsageError("--to-test and -o json both want stdout; name a file")
        self._check_files()

    def _check_files(self) -> None:
        """Raise UsageError for a file that cannot be written, before hours are spent on it."""
        args = self._args
        for option, file, begins, what in (
            ("choices_out", args.choices_out, (b"{",), "file of choices"),
            ("trace", args.trace, TRACE, "trace"),
            ("to_test", self._test_file, _TESTS, "test that kn-sim wrote"),
            ("campaign", args.campaign, _CAMPAIGN, "campaign"),
        ):
            if not file:
                continue
            folder = os.path.dirname(file) or "."
            if not os.path.isdir(folder):
                name = option.replace("_", "-")
                raise UsageError(f"--{name} {file}: there is no folder {folder}")
            refuse_an_input(args, option, begins, what, file)

    def show(self, exploration: Exploration) -> None:
        example = exploration.counter_example
        if example is not None:
            self._keep(example)
        if self._args.format == "json":
            emit(json_text(self._as_data(exploration)) + "\n")
            return
        style = self._style
        mark, colour = ("·", "yellow") if exploration.stopped else ("✓", "green")
        if example is not None:
            mark, colour = "✗", "red"
        verdict = style.paint(str(exploration), "bold")
        print(f"{style.mark(mark, colour)} {verdict}")
        if example is None:
            return
        for line in self._told(example):
            print(style.symbols(line))
        if self._test and not self._test_file:
            print()
            emit(self._test_text(example))

    def _told(self, example: CounterExample) -> Iterator[str]:
        yield from f"{example.check}: {example.why}".splitlines()
        for point, word in example.words.items():
            yield f"chosen: {point} {word}"
        yield ""
        yield from report_lines(example.simulation, _MOST_LINES)
        yield ""
        yield f"again: {self._command(example)}"

    def _command(self, example: CounterExample) -> str:
        return " ".join(["kn-sim", "run", *map(shlex.quote, self._words(example))])

    def _words(self, example: CounterExample) -> Iterator[str]:
        args = self._args
        yield from args.files
        for option, value in (
            ("--kustomize", args.kustomize), ("--namespace", args.namespace),
            ("--profile", args.profile), ("--start", args.start),
            ("--max-ttl", args.max_ttl), ("--seed", example.seed or None),
        ):  # fmt: skip
            if value is not None:
                yield from (option, str(value))
        for file in args.handlers:
            yield from ("--handlers", file)
        if args.strict:
            yield "--strict"
        yield from self._sent(example)
        if example.plan.until is not None:
            yield from ("--for", example.plan.until)
        if args.choices_out and example.choices:
            yield from ("--choices", f"@{args.choices_out}")
        elif example.choices:
            yield from ("--choices", _json(example.words))

    def _sent(self, example: CounterExample) -> Iterator[str]:
        """Give what is sent: as it was said, unless fewer events do."""
        args = self._args
        if not example.plan.inputs:
            return
        said = list(args.send)
        if example.is_smaller or _STDIN in said:
            said = [_json(each.event.to_json()) for each in example.plan.inputs]
        for each in said:
            yield from ("--send", each)
        for option, value in (("--to", args.to or None), ("--as", args.account)):
            if value is not None:
                yield from (option, value)

    def _as_data(self, exploration: Exploration) -> dict[str, Any]:
        example, bound = exploration.counter_example, exploration.bound
        found: dict[str, Any] | None = None
        if example is not None:
            found = {
                "check": example.check,
                "why": example.why,
                "seed": example.seed,
                "choices": example.words,
                "events": [each.event.to_json() for each in example.plan.inputs],
                "command": self._command(example),
                "flow": report_lines(example.simulation, _MOST_LINES),
            }
        return {
            "format": _FORMAT,
            "told": str(exploration),
            "bound": {"faults": bound.faults, "delays": bound.delays},
            "checks": list(exploration.checks),
            "runs": exploration.runs,
            "known": exploration.known,
            "seeded": exploration.seeded,
            "deliveries": exploration.deliveries,
            "exhausted": exploration.exhausted,
            "stopped": exploration.stopped,
            "counter_example": found,
        }

    # -- files

    def _keep(self, example: CounterExample) -> None:
        args = self._args
        if args.choices_out:
            with (
                naming_file(args.choices_out),
                open(args.choices_out, "w", encoding="utf-8") as file,
            ):
                file.write(json_text(example.words) + "\n")
        if args.trace:
            from simulator.trace.files import create_trace
            from simulator.trace.writing import TraceWriter

            sim = example.simulation
            with naming_file(args.trace), create_trace(args.trace) as out:
                writer = TraceWriter(out, sim.recording)
                writer.write(sim.log)
                writer.finish()
        if self._test_file:
            with (
                naming_file(self._test_file),
                open(self._test_file, "w", encoding="utf-8") as file,
            ):
                file.write(self._test_text(example))

    def _test_text(self, example: CounterExample) -> str:

        if self._test == "pytest":
            return pytest_text(example, self._args.files, self._args.handlers)
        return yaml_text(example)


def _json(data: Mapping[str, Any]) -> str:
    import json

    return json.dumps(data, ensure_ascii=False)


_IDENTITIES = ("specversion", "source")


def yaml_text(example: CounterExample) -> str:
    """Write a document of kind Test; UsageError where what did not hold cannot be said."""
    plan = example.plan
    spec: dict[str, Any] = {}
    given = {
        GIVEN[name]: value
        for name, value in _settings(example).items()
        if name in GIVEN and value is not None
    }
    if given:
        spec["given"] = given
    if example.choices:
        spec["choices"] = example.words
    if plan.inputs:
        spec["send"] = [_sending(each) for each in plan.inputs]
    if plan.until is not None:
        spec["for"] = plan.until
    spec["expect"] = list(_expected(example))
    return yaml_of(f"counter-example: {example.check}", spec)


def _settings(example: CounterExample) -> dict[str, Any]:
    plan = example.plan
    seed = example.seed or None
    return {**plan.options, "seed": seed, "profile": plan.blueprint.get("profile")}


def _sending(each: Input) -> dict[str, Any]:
    event = each.event.to_json()
    if event.get("source") == "/kn-sim":
        del event["source"]
    event.pop("specversion", None)
    said = {"to": each.to, "as": each.account}
    return {"event": event, **{name: value for name, value in said.items() if value}}


def _check(example: CounterExample) -> Check | None:
    return next((c for c in example.plan.checks if str(c) == example.check), None)


def _expected(example: CounterExample) -> Iterator[dict[str, Any]]:
    check = _check(example)
    if check is None:
        if example.plan.predicate and example.check.endswith(example.plan.predicate):
            raise UsageError(
                f"--to-test yaml: {example.check} is Python; pytest can keep it"
            )
        yield {"noLoop": True}  # the run has no end, or a handler fails
    elif check.word == NEVER_LOST:
        yield {"noLoss": True}
    elif check.word == NEVER_TWICE:
        yield {"neverTwice": check.service}
    elif check.word == NO_DEAD_LETTERS:
        yield {"deadLettered": "any", "never": True}
    elif check.word == ALWAYS:
        limit = {"within": check.within} if check.within else {}
        for each in example.plan.inputs:
            yield {"received": check.service, "causedBy": each.event.id, **limit}


def pytest_text(
    example: CounterExample, files: Sequence[str], handlers: Sequence[str]
) -> str:
    plan = example.plan
    options = {
        name: value
        for name, value in _settings(example).items()
        if name in ("seed", "profile", "start", "max_ttl", "strict") and value
    }
    if handlers:
        options["handlers"] = list(handlers)
    told = "".join(f", {name}={value!r}" for name, value in options.items())
    lines = [
        f"def test_{_identifier(example.check)}(simulate):",
        f"    sim = simulate({', '.join(map(repr, files))}{told}, choices={{",
        *(f"        {point!r}: {word!r}," for point, word in example.words.items()),
        "    })",
    ]
    for number, each in enumerate(plan.inputs, 1):
        said = _sending(each)
        more = {"to": each.to, "as_": each.account}
        told = "".join(f", {name}={value!r}" for name, value in more.items() if value)
        event = dict(said["event"])
        data = event.pop("data", None)
        told += "" if data is None else f", data={data!r}"
        lines.append(f"    sent_{number} = sim.send(attributes={event!r}{told})")
    lines += ["", f"    sim.run({'' if plan.until is None else repr(plan.until)})", ""]
    lines += [f"    {each}" for each in _asserted(example)]
    predicate = plan.predicate if _check(example) is None else ""
    if predicate and example.check.endswith(predicate):
        file, _, name = predicate.rpartition(":")
        stem = os.path.basename(file).removesuffix(".py")
        lines[:0] = [f"from {stem} import {name}", "", ""]
        lines[-1:] = [
            f"    assert not isinstance({name}(sim), str | bool) or {name}(sim) is True"
        ]
    return "\n".join([*lines, ""])


def _asserted(example: CounterExample) -> Iterator[str]:
    check = _check(example)
    if check is None:
        yield "assert not sim.handler_errors"
    elif check.word == NEVER_LOST:
        yield "sim.expect().no_loss()"
    elif check.word == NEVER_TWICE:
        yield f"sim.expect({check.service!r}).never_twice()"
    elif check.word == NO_DEAD_LETTERS:
        yield "sim.expect().dead_lettered().never()"
    elif check.word == ALWAYS:
        limit = f"within={check.within!r}, " if check.within else ""
        for number, _ in enumerate(example.plan.inputs, 1):
            yield f"sim.expect({check.service!r}).once({limit}caused_by=sent_{number})"


def _identifier(text: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in text).strip("_").lower()
