"""``kn-sim trace test``: of a recorded run, a test that keeps it."""

from __future__ import annotations

import os
import re
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

from simulator.cli.inputs import STDIN, check_handlers, name_of
from simulator.cli.output import emit, printing_of_handlers, say
from simulator.errors import EXIT_DONE, EXIT_SAYS_NO, UsageError
from simulator.manifests.files import why_missing
from simulator.testing.kept import GIVEN, kept_of, yaml_text

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from simulator.trace import Trace


def show(args: argparse.Namespace, trace: Trace) -> int:
    """Write the test of a trace; give the exit code.

    Raises:
        UsageError: The trace does not hold the run, or nothing can be expected of it.
        TopologyError: The topology in it is none.
    """
    is_python = args.to == "pytest"
    if is_python != bool(args.of):
        raise UsageError(
            "--to pytest needs --of FILE, the topology of the test"
            if is_python
            else "--of FILE goes with --to pytest"
        )
    if is_python and not os.path.exists(args.of):
        raise UsageError(f"--of {args.of}: {why_missing(args.of)}")
    check_handlers(args)
    with printing_of_handlers(aside=True):
        test = kept_of(trace, name_of(args.file), args.handlers)
    name = args.name or _named(args.file)
    if is_python:
        if args.file == STDIN and "services" in test.spec.get("given", {}):
            raise UsageError(
                "--to pytest names the recording, whose services answer from it: give the "
                "file in the place of -"
            )
        emit("\n".join([*_python(name, args, test.spec), ""]))
    else:
        emit(yaml_text(name, test.spec))
    for each in test.untold:
        say(f"kn-sim: not kept: {each}")
    return EXIT_SAYS_NO if test.untold else EXIT_DONE


def _named(file: str) -> str:
    return os.path.basename(file).partition(".")[0].strip("-") or "a recorded run"


def _python(
    name: str, args: argparse.Namespace, spec: Mapping[str, Any]
) -> Iterator[str]:
    """Give the lines of a module with one test; real services answer from the recording."""
    word = re.sub(r"\W+", "_", name).strip("_").lower() or "run"
    given = {fields: option for option, fields in GIVEN.items()}
    said = dict(spec.get("given", {}))
    if said.pop("services", None):
        given["answers"], said["answers"] = "answers", args.file
    options = "".join(f", {given[field]}={value!r}" for field, value in said.items())
    yield f"def test_{word}(simulate):"
    yield f"    sim = simulate({args.of!r}{options})"
    ids: dict[str, list[str]] = {}
    for number, each in enumerate(spec.get("send", []), 1):
        ids.setdefault(each["event"]["id"], []).append(f"sent_{number}")
        yield f"    sent_{number} = sim.send({_arguments(each)})"
    yield ""
    yield f"    sim.run({spec['for']!r})" if "for" in spec else "    sim.run()"
    yield ""
    for each in spec["expect"]:
        yield from _expectation(each, ids)


def _arguments(sending: Mapping[str, Any]) -> str:
    names = {"event": "", "to": "to", "at": "after", "as": "as_", "timeout": "timeout"}
    plain = all(n.isidentifier() and not iskeyword(n) for n in sending["event"])
    is_clear = plain and not {"to", "after", "timeout", "headers"} & {*sending["event"]}
    words = (
        [f"{name}={value!r}" for name, value in sending["event"].items()]
        if is_clear and "data_base64" not in sending["event"]
        else [f"attributes={sending['event']!r}"]
    )
    words += [f"{names[n]}={v!r}" for n, v in sending.items() if n != "event"]
    return ", ".join(words)


def _expectation(each: Mapping[str, Any], ids: Mapping[str, list[str]]) -> list[str]:
    if "noLoss" in each:
        return ["    sim.expect().no_loss()"]
    if "answered" in each:
        there, status = each["answered"], each["status"]
        them = [
            n for i in ([there] if isinstance(there, str) else there) for n in ids[i]
        ]
        allowed = {status} if isinstance(status, int) else set(status)
        wanted = ", ".join(map(str, sorted(allowed)))
        told = f"== {wanted}" if len(allowed) == 1 else f"in ({wanted})"
        return [f"    assert {name}.status {told}" for name in them]
    subject = next(iter(each))
    who = each[subject]
    names = [] if who == "any" else [who] if isinstance(who, str) else who
    asked = f"sim.expect({', '.join(map(repr, names))})"
    if subject == "deadLettered":
        words = [f"{n}={each[n]!r}" for n in ("code", "route") if n in each]
        asked += f".dead_lettered({', '.join(words)})"
    which = ", ".join(f"{n}={v!r}" for n, v in each.get("event", {}).items())
    if "inOrder" in each:
        return [f"    {asked}.in_order({each['inOrder']!r})"]
    if "times" in each:
        return [
            f"    {asked}.times({', '.join(filter(None, [str(each['times']), which]))})"
        ]
    return [f"    {asked}.{'never' if 'never' in each else 'once'}({which})"]
