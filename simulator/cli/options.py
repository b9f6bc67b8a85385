"""Options that subcommands take alike, and how their values are read."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from simulator.cli.style import CHOICES
from simulator.implementations import BROKERS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="YAML in Knative or short form; a folder is read with all below it, - is stdin",
    )
    parser.add_argument(
        "-k",
        "--kustomize",
        action=_Once,
        metavar="DIR",
        help="a folder that kubectl kustomize or kustomize build renders, whichever is "
        "there",
    )
    add_namespace(parser)


def add_trace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="written by kn-sim run --trace; - is stdin"
    )


class _Once(argparse.Action):
    """Refuses an option that is given again, where the last one winning would surprise."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: object,
        option_string: str | None = None,
    ) -> None:
        before = getattr(namespace, self.dest)
        if before is not None:
            raise argparse.ArgumentError(
                self,
                f"is given twice, {before} and {values}; one folder can be rendered",
            )
        setattr(namespace, self.dest, values)


def add_namespace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-n",
        "--namespace",
        metavar="NAMESPACE",
        help="the namespace of resources that name none, and where names are looked for "
        "first (default)",
    )


def add_account(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--as",
        dest="account",
        metavar="ACCOUNT",
        help="the service account that sends, app or shop/app, where authentication-oidc "
        "is on (nobody: no token)",
    )


def add_wiring(
    add: Callable[..., object], *, profile: bool = True, all_too: bool = False
) -> None:
    """Let it take what decides how a topology is wired; *all_too*: all profiles at once."""
    add(
        "--strict",
        action="store_true",
        help="do not put stubs for services that nobody describes",
    )
    if not profile:
        return
    add(
        "--profile",
        type=_profile,
        metavar="NAME",
        help=f"the implementation that plays all brokers: {', '.join(BROKERS)} "
        f"(each by that of its class){'; all: side by side' if all_too else ''}",
    )


def add_settings(parser: argparse.ArgumentParser, *, profile: bool = True) -> None:
    group = parser.add_argument_group("settings of the run")
    add_wiring(group.add_argument, profile=profile)
    group.add_argument(
        "--seed",
        type=whole_number,
        metavar="N",
        help="of everything that chance decides (0)",
    )
    group.add_argument(
        "--start", metavar="TIME", help="when virtual time begins, RFC 3339"
    )
    group.add_argument(
        "--max-ttl",
        type=at_least_one,
        metavar="N",
        help="how often an event may pass a broker (255)",
    )
    group.add_argument(
        "--handlers",
        action="append",
        default=[],
        metavar="FILE",
        help="Python file that handlers named in the topology may come from; repeatable",
    )


def add_output(
    parser: argparse.ArgumentParser, formats: Sequence[str] = ("text", "json")
) -> argparse._ArgumentGroup:
    """Let it take ``--format`` (unless there is one only) and ``--color``, as a group."""
    group = parser.add_argument_group("output")
    if len(formats) > 1:
        group.add_argument(
            "-o",
            "--format",
            choices=formats,
            default=formats[0],
            help=f"{formats[0]} unless given",
        )
    group.add_argument(
        "--color",
        choices=CHOICES,
        default="auto",
        help="auto: on a terminal, unless NO_COLOR is set; FORCE_COLOR turns it on",
    )
    return group


def add_by(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--by",
        choices=("chain",),
        help="chain: tell the flow story by story, when it is over, each of one artefact "
        "(chainId of CDEvents, shkeptncontext, links, else causes), with lead time, "
        "change-failure rate and time to restore",
    )


def at_least_one(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not text.strip("0"):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, found {text!r}")
    return whole_number(text)


def _profile(text: str) -> str:
    """Refuse the empty name, which stands for none given in Python."""
    if not text:
        raise argparse.ArgumentTypeError("expected a name, such as mt-channel")
    return text


def whole_number(text: str) -> int:
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal():
        raise argparse.ArgumentTypeError(f"expected a whole number, found {text!r}")
    from simulator.digits import whole  # only an option pays

    return whole(text)


def duration(text: str) -> str:
    """Check a duration and give it back, for argparse."""
    from simulator.duration import duration_ns

    try:
        duration_ns(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def seconds(text: str) -> float:
    from simulator.duration import duration_ns

    return duration_ns(duration(text)) / 1e9


def add_choices(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--choices",
        metavar="@FILE",
        help="JSON: point -> what is chosen there in place of what the seed says, such as "
        '{"fault/2#7": 1}; the text itself, or @ and a file',
    )


def add_answers(parser: argparse._ActionsContainer) -> None:
    parser.add_argument(
        "--answers",
        metavar="FILE",
        help="a recording of kn-sim serve --trace, which answers for services that are real "
        "as they have once: requests are the same by service, method, path, type, source, "
        "subject and data of the event",
    )
    parser.add_argument(
        "--mode",
        choices=("replay", "new", "pass"),
        help="what is asked that --answers has no answer to: replay: the run fails, and "
        "names it (as usual); new: the real service, whose answer is added to FILE; pass: "
        "the real service is asked, always; the last two with kn-sim serve",
    )
