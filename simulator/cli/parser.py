"""How the command line is read and how its help looks."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from simulator.cli.style import width_of
from simulator.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - argparse has no public name for what add_subparsers gives

_ALL = 100  # per cent
_UNKNOWN = "unrecognized arguments: "
_NO_COMMAND = r"argument COMMAND: invalid choice: (['\"])(.*)\1 \(choose .*\)"


class WrongWordsError(UsageError):
    """The words of a command line are none that *prog*, ``kn-sim run``, takes."""

    def __init__(self, prog: str, message: str) -> None:
        self.prog = prog
        super().__init__(message)


class VersionAction(argparse.Action):
    """Prints the version and ends; unlike argparse's own, it is found out only then."""

    def __init__(
        self, option_strings: list[str], dest: str, *, find_out: Callable[[], str]
    ) -> None:
        shown = "show program's version number and exit"
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, help=shown)
        self._find_out = find_out

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(self._find_out())
        parser.exit()


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the layout; told the width, argparse need not import shutil for it."""

    def __init__(self, prog: str) -> None:
        width = width_of(sys.stdout, os.environ, terminal=sys.stdout.isatty())
        super().__init__(prog, width=width - 2)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        # As all do since Python 3.13: an option of two names tells once what it takes.
        first, *others = action.option_strings or ("",)
        shown = super()._format_action_invocation(action)
        if others and shown.startswith(f"{first} "):
            return f"{first}, {shown.removeprefix(shown.partition(', ')[0] + ', ')}"
        return shown


class Parser(argparse.ArgumentParser):
    """A parser that keeps the layout of its examples and names what was meant.

    Attributes:
        reached: Whether the words on the command line have led here.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Help, allow_abbrev=False, **options)
        self.reached = False

    def parse_known_args(self, *args: Any, **options: Any) -> Any:
        """Read words, files before and behind options; remember that they lead here."""
        again, self.reached = self.reached, True
        if again or self.subparsers():
            return super().parse_known_args(*args, **options)
        return self.parse_known_intermixed_args(*args, **options)

    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        # Before Python 3.13, argparse takes `--` for no value at all in --to=--.
        if action.option_strings and action.nargs is None and arg_strings == ["--"]:
            value = self._get_value(action, "--")
            self._check_value(action, value)
            return value
        return super()._get_values(action, arg_strings)

    def print_help(self, file: Any = None) -> None:
        """Write it; unlike argparse's own, an OSError is none that nobody hears of."""
        (file or sys.stdout).write(self.format_help())

    def error(self, message: str) -> NoReturn:
        """Raise WrongWordsError."""
        if message.startswith(_UNKNOWN):
            word = message.removeprefix(_UNKNOWN).split()[0]
            options = re.findall(r"--[a-z-]+", self.chosen().format_usage())
            message = f"unknown option {word}{nearest(word.partition('=')[0], options)}"
            if not word.startswith("-"):
                message = f"one argument too many: {word}"
        found = re.fullmatch(_NO_COMMAND, message)
        if found:
            there_are = self.subparsers()
            message = (
                f"unknown command {found[2]!r}{nearest(found[2], there_are)} "
                f"(there are: {', '.join(there_are)})"
            )
        raise WrongWordsError(self.chosen().prog, message)

    def subparsers(self) -> dict[str, Parser]:
        for action in self._actions:
            if isinstance(action.choices, dict):
                return action.choices
        return {}

    def actions(self) -> list[argparse.Action]:
        return [each for each in self._actions if each.help != argparse.SUPPRESS]

    def summaries(self) -> list[tuple[str, str]]:
        listed: list[argparse.Action] = []
        for each in self._actions:
            if isinstance(each, argparse._SubParsersAction):  # noqa: SLF001 - see Subparsers
                listed += each._choices_actions  # noqa: SLF001 - argparse keeps the summaries nowhere else
        return [(one.dest, one.help or "") for one in listed]

    def chosen(self) -> Parser:
        """Give the parser of the subcommand that the words lead to; else this."""
        for parser in self.subparsers().values():
            if parser.reached:
                return parser.chosen()
        return self


def add_command(
    subparsers: Subparsers, name: str, summary: str, description: str, examples: str
) -> Parser:
    """Add a subcommand; *examples* are shown as written, below ``examples:``."""
    lines = "".join(f"\n  {line}" for line in examples.strip().splitlines())
    return subparsers.add_parser(
        name, help=summary, description=description, epilog=f"examples:{lines}"
    )


def percent(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= _ALL:
        raise argparse.ArgumentTypeError(f"expected 0 to 100, found {text!r}")
    return share
