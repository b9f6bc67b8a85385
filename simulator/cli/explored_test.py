"""A counter-example as a test: it fails as long as the run does."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError
from simulator.explore.plan import ALWAYS, NEVER_LOST, NEVER_TWICE, NO_DEAD_LETTERS
from simulator.manifests.writing import emit as yaml_of
from simulator.testing.kept import GIVEN, document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from simulator.explore.exploring import CounterExample
    from simulator.explore.plan import Check, Input

_ENTRY = 3
_IDENTITIES = ("specversion", "source")


def yaml_text(example: CounterExample) -> str:
    """Write it as a document of kind Test.

    Raises:
        UsageError: What did not hold cannot be said there.
    """
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
    return yaml_of(
        document(f"counter-example: {example.check}", spec), flow_from=_ENTRY
    )


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
    """Write it as a module with one test."""
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
