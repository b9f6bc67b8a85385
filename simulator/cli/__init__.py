"""The command ``kn-sim``: one subcommand a module, imported when it is chosen.

A subcommand's module has ``add_parser(subparsers)``, which says what it takes, and
``run(args)``, which does it and returns the exit code. Both must be cheap to import:
engine modules are imported inside of ``run``.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from simulator.cli import output
from simulator.cli.parser import Parser, Subparsers, VersionAction
from simulator.errors import (
    EXIT_DONE,
    EXIT_WRONG_USE,
    SimulatorError,
    UsageError,
    nearest,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    "run", "explain", "explore", "test", "mutate", "check", "rule", "diff", "inspect",
    "compare", "timetable", "graph", "convert", "export", "trace", "schema", "ui", "serve",
    "completion",
)  # fmt: skip
_MUTATION = "KN_SIM_MUTATION"  # as simulator.manifests.mutant has it
_COMPLETE = "__complete"  # what shells ask; see `simulator.cli.completion`
EXIT_INTERRUPTED = 130
_OPTIONS = ("--help", "-h", "--version")

_DESCRIPTION = "Run a Knative Eventing topology in one process, in virtual time, without a cluster."
_EXAMPLES = """\
examples:
  kn-sim check orders.yaml                     is it in order?
  kn-sim run orders.yaml --send type=order.placed,data='{"id": 1}'
  kn-sim explain orders.yaml --send type=order.placed
  kn-sim help explain                          what it takes, as explain --help

exit codes: 0 done, 1 the run says no (something was lost, nothing matches,
the topology is not in order), 2 wrong use or unreadable input
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        argv: Its words without the name; None takes those of the process.

    Returns:
        The exit code; nothing is raised but what is a bug.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    _open_streams()
    collecting = gc.isenabled()
    gc.disable()  # what starting makes is kept anyway: looking for garbage costs 7 ms
    try:
        code = _dispatch(words, own_process=argv is None)
        sys.stdout.flush()
    except SimulatorError as error:
        output.report(error)
        return error.exit_code
    except BrokenPipeError:
        output.silence(sys.stdout)
        return 0
    except OSError as error:
        output.report(error)
        return EXIT_WRONG_USE
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    finally:
        if collecting:
            gc.enable()
    return code


def _open_streams() -> None:
    """Let the streams be there, and take any text.

    Where whoever starts it closed one, nothing is read, and everything is lost. What is
    no character, half of one in an event, is written as its escape, which is that of
    JSON and YAML, too.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stream = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115 - stays open until the process ends
            setattr(sys, name, stream)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _dispatch(words: list[str], *, own_process: bool) -> int:
    if not words:
        raise UsageError(f"say what to do: kn-sim {'|'.join(COMMANDS)}; or --help")
    if words[0] == _COMPLETE:
        return _complete(words[1:])
    words = _as_options(words)
    if words[0] not in (*COMMANDS, *_OPTIONS):
        raise UsageError(_unknown(words[0]))
    try:
        args = _parser(words).parse_args(words)
        args.words = words  # for messages that repeat the command
        args.freezes = own_process  # what `simulate` finds loaded, once
        if _MUTATION in os.environ:
            from simulator.mutation.recording import recorded  # only tests of mutants

            return recorded(lambda: int(args.run(args)))
        code: int = args.run(args)
    except SystemExit as end:  # argparse: --help, --version
        return end.code if isinstance(end.code, int) else EXIT_WRONG_USE
    except BrokenPipeError:
        raise
    except (SimulatorError, OSError) as error:
        if _asks_for_json(words):
            from simulator.cli.findings import print_error

            print_error(error, words[0])
        raise
    return code


def _asks_for_json(words: Sequence[str]) -> bool:
    """Tell it from the words, which may be wrong; ``trace export -o`` names a file."""
    if words[:2] == ["trace", "export"]:
        return False
    words = words[: words.index("--")] if "--" in words else words
    return any(
        word in ("-ojson", "-o=json", "--format=json")
        or (word in ("-o", "--format") and words[n : n + 1] == ["json"])
        for n, word in enumerate(words, 1)
    )


def _as_options(words: list[str]) -> list[str]:
    """Give ``help`` and ``version``, as other commands have them, as the options."""
    if words[0] == "help":
        return [*words[1:], "--help"]
    return ["--version", *words[1:]] if words[0] == "version" else words


def _complete(words: list[str]) -> int:
    from simulator.cli.completion import candidates

    for line in candidates(_parser(words), words):
        print(line)
    return EXIT_DONE


def _parser(words: list[str]) -> Parser:
    parser = Parser(prog="kn-sim", description=_DESCRIPTION, epilog=_EXAMPLES)
    parser.add_argument("--version", action=VersionAction, find_out=_version)
    subparsers: Subparsers = parser.add_subparsers(
        title="commands", metavar="COMMAND", required=True, prog="kn-sim"
    )
    chosen = words[:1] if words and words[0] in COMMANDS else COMMANDS
    for name in chosen:
        import_module(f"simulator.cli.{name}").add_parser(subparsers)
    return parser


def _version() -> str:
    """Give the version; it says so where what imports find of the kernel is compiled."""
    from importlib.machinery import EXTENSION_SUFFIXES, PathFinder

    from simulator import __path__, __version__

    found = PathFinder.find_spec("simulator.kernel.kernel", [f"{__path__[0]}/kernel"])
    origin = "" if found is None else str(found.origin)
    compiled = " (compiled)" if origin.endswith(tuple(EXTENSION_SUFFIXES)) else ""
    return f"kn-sim {__version__}{compiled}"


def _unknown(word: str) -> str:
    if word.startswith("-"):
        return f"unknown option {word}{nearest(word, _OPTIONS)}"
    if word.endswith((".yaml", ".yml", ".json")) or os.path.exists(word):
        return f"{word!r} is no command; try: kn-sim run {word}"
    there_are = ", ".join(COMMANDS)
    return f"unknown command {word!r}{nearest(word, (*COMMANDS, 'help', 'version'))} (there are: {there_are})"
