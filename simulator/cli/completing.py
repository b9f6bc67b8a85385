"""What may stand at the end of a command line, for the completion of shells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.implementations import BROKERS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Sequence

    from simulator.cli.parser import Parser

FILES = ":files"
_FILE = ("FILE", "TRACE", "OUT", "@FILE", "EVENT", "DIR", "FOLDER")


def candidates(parser: Parser, words: Sequence[str]) -> Iterator[str]:
    """Give what completes the last word, with a tab and a line of help behind.

    Args:
        parser: Of the whole command.
        words: Behind the name of the command; the last one may be begun only, or empty.

    Yields:
        Candidates; `FILES` where a file may stand.
    """
    *before, current = _joined(words) or [""]
    option: argparse.Action | None = None
    for word in before:
        if option is not None:
            option = None
            continue
        subparser = parser.subparsers().get(word)
        if subparser is not None:
            parser = subparser
        else:
            option = _option(parser, word)
    name, equals, value = current.partition("=")
    if option is None and equals and name.startswith("-"):
        option = _option(parser, name)
        prefix, current = f"{name}=", value
    else:
        prefix = ""
    if option is not None:
        found = _values(option)
    elif current.startswith("-"):
        found = _options(parser)
    else:
        found = _arguments(parser)
    for text, told in found:
        if text == FILES and not prefix:
            yield FILES
        elif text != FILES and text.startswith(current):
            yield f"{prefix}{text}\t{told}" if told else f"{prefix}{text}"


def _joined(words: Sequence[str]) -> list[str]:
    """Undo what shells make of words: bash cuts ``--a=b`` in three, "" may stay quoted."""
    found = ["" if word in ('""', "''") else word for word in words]
    if found[-1:] == ["="]:
        return [*found[:-1], ""]
    return [word for n, word in enumerate(found) if word != "=" or n == 0]


def _option(parser: Parser, word: str) -> argparse.Action | None:
    """Find the option of this name that takes a value."""
    return next(
        (
            action
            for action in parser.actions()
            if word in action.option_strings and action.nargs is None
        ),
        None,
    )


def _values(action: argparse.Action) -> Iterator[tuple[str, str]]:
    for choice in action.choices or ():
        yield str(choice), ""
    if action.dest == "profile":
        yield from ((name, "") for name in BROKERS)
    if action.metavar in _FILE:
        yield FILES, ""


def _options(parser: Parser) -> Iterator[tuple[str, str]]:
    for action in parser.actions():
        for name in action.option_strings:
            yield name, " ".join((action.help or "").split())


def _arguments(parser: Parser) -> Iterator[tuple[str, str]]:
    if parser.subparsers():
        yield from parser.summaries()
        return
    for action in parser.actions():
        if not action.option_strings:
            yield from _values(action)
