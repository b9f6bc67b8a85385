"""How the command line is read and how its help looks."""

from __future__ import annotations

import argparse
import os
import re
import sys
from typing import NoReturn, TypeAlias

from simulator.cli.style import width_of
from simulator.errors import EXIT_WRONG_USE, nearest

Subparsers: TypeAlias = "argparse._SubParsersAction[Parser]"  # noqa: SLF001 - no public name

_UNKNOWN = "unrecognized arguments: "


class _Help(argparse.RawDescriptionHelpFormatter):
    """Keeps the layout; told the width, argparse need not import shutil for it."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


def _width() -> int:
    return width_of(sys.stdout, os.environ, terminal=sys.stdout.isatty())


class Parser(argparse.ArgumentParser):
    """A parser that keeps the layout of its examples and names what was meant.

    Args:
        prog: Set by argparse for subcommands.
        description: What the command does.
        epilog: Examples, shown as they are written.
        help: One line for the list of commands; argparse takes it.
    """

    def __init__(
        self,
        *,
        prog: str | None = None,
        description: str | None = None,
        epilog: str | None = None,
    ) -> None:
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Say in two lines what is wrong and where help is."""
        if message.startswith(_UNKNOWN):
            word = message.removeprefix(_UNKNOWN).split()[0]
            options = re.findall(r"--[a-z-]+", self._chosen().format_usage())
            message = f"unknown option {word}{nearest(word.partition('=')[0], options)}"
            if not word.startswith("-"):
                message = f"one argument too many: {word}"
        prog = self._chosen().prog
        print(f"{prog}: {message}", file=sys.stderr)
        print(f"try: {prog} --help", file=sys.stderr)
        raise SystemExit(EXIT_WRONG_USE)

    def _chosen(self) -> argparse.ArgumentParser:
        """Give the parser of the only subcommand, which knows the options; else this."""
        for action in self._actions:
            choices = action.choices
            if isinstance(choices, dict) and len(choices) == 1:
                (chosen,) = choices.values()
                assert isinstance(chosen, Parser), "made by add_command"
                return chosen
        return self


def add_command(
    subparsers: Subparsers, name: str, summary: str, description: str, examples: str
) -> Parser:
    """Add a subcommand.

    Args:
        subparsers: What `add_parser` of the subcommand's module got.
        name: The word on the command line.
        summary: One line for the list of commands.
        description: What it does, what the exit code says.
        examples: Shown as written, below ``examples:``.
    """
    lines = "".join(f"\n  {line}" for line in examples.strip().splitlines())
    return subparsers.add_parser(
        name, help=summary, description=description, epilog=f"examples:{lines}"
    )
