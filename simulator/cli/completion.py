"""``kn-sim completion``: what a shell needs to complete the command.

As with `kubectl` and `kn`, the script is small and asks the command itself, by the hidden
``kn-sim __complete WORDS``, at each press of the key.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from simulator.cli.parser import add_command
from simulator.cli.run import CONDITIONS
from simulator.errors import EXIT_DONE, SimulatorError
from simulator.implementations import BROKERS
from simulator.kernel.log import Kind

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence

    from simulator.cli.parser import Parser, Subparsers
    from simulator.session.blueprint import Blueprint

_EXAMPLES = """
source <(kn-sim completion bash)                                  in ~/.bashrc
source <(kn-sim completion zsh)                                   in ~/.zshrc, below compinit
kn-sim completion fish > ~/.config/fish/completions/kn-sim.fish
kn-sim completion powershell | Out-String | Invoke-Expression     in $PROFILE
"""
_BASH = r"""# kn-sim: completion for bash
_kn_sim() {
    local line IFS=$'\n'
    COMPREPLY=()
    while read -r line; do
        case $line in
            ":files")
                compopt -o filenames 2>/dev/null
                COMPREPLY+=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}"))
                ;;
            ?*) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <("$1" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _kn_sim kn-sim
"""
_ZSH = r"""#compdef kn-sim
# kn-sim: completion for zsh
_kn_sim() {
    local line
    local -a found
    for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            (":files") _files ;;
            (?*) found+=("${line/$'\t'/:}") ;;
        esac
    done
    (( ${#found} )) && _describe -V kn-sim found
}
if [ "$funcstack[1]" = "_kn_sim" ]; then
    _kn_sim
else
    compdef _kn_sim kn-sim
fi
"""
_FISH = r"""# kn-sim: completion for fish
function __kn_sim_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    for line in ($words[1] __complete $words[2..] "$current" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$current"
        else
            echo $line
        end
    end
end
complete -c kn-sim -f -a '(__kn_sim_complete)'
"""
_POWERSHELL = r"""# kn-sim: completion for PowerShell
Register-ArgumentCompleter -Native -CommandName kn-sim -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text })
    if (-not $wordToComplete) { $words += '""' }  # an empty word would be dropped
    & kn-sim __complete @words 2>$null | ForEach-Object {
        if ($_ -eq ':files') {
            Get-ChildItem -Path "$wordToComplete*" -Name | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_) }
        } elseif ($_) {
            $text, $told = $_ -split "`t", 2
            if (-not $told) { $told = $text }
            [System.Management.Automation.CompletionResult]::new(
                $text, $text, 'ParameterValue', $told)
        }
    }
}
"""
_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH, "powershell": _POWERSHELL}


def add_parser(subparsers: Subparsers) -> None:
    parser = add_command(
        subparsers,
        "completion",
        "print the completion of a shell",
        "Print what a shell needs to complete commands, options, their values and files.",
        _EXAMPLES,
    )
    parser.add_argument("shell", choices=tuple(_SCRIPTS), help="which shell")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    sys.stdout.write(_SCRIPTS[args.shell])
    return EXIT_DONE


FILES = ":files"
_LISTS = ("fail_on", "select", "ignore")
_FILE = ("FILE", "TRACE", "OUT", "@FILE", "EVENT", "DIR", "FOLDER", "OLD", "NEW")


def candidates(parser: Parser, words: Sequence[str]) -> Iterator[str]:
    """Give what completes the last word, with a tab and a line of help behind.

    Args:
        words: Behind the name of the command; the last one may be begun only, or empty.

    Yields:
        Candidates; `FILES` where a file may stand.
    """
    *before, current = _joined(words) or [""]
    parser, option = _asked(parser, before)
    name, equals, value = current.partition("=")
    if option is None and equals and name.startswith("-"):
        option = _option(parser, name)
        prefix, current = f"{name}=", value
    else:
        prefix = ""
    if option is not None and option.dest in _LISTS:  # of which the last is begun
        listed, comma, current = current.rpartition(",")
        prefix += listed + comma
        found = _values(option, before)
    elif option is not None:
        found = _values(option, before)
    elif current.startswith("-"):
        found = _options(parser)
    else:
        found = _arguments(parser, before)
    for text, told in dict.fromkeys(found):  # OLD and NEW are both files
        if text == FILES and not prefix:
            yield FILES
        elif text != FILES and text.startswith(current):
            yield f"{prefix}{text}\t{told}" if told else f"{prefix}{text}"


def _asked(
    parser: Parser, before: Sequence[str]
) -> tuple[Parser, argparse.Action | None]:
    option: argparse.Action | None = None
    for word in before:
        subparser = parser.subparsers().get(word)
        if option is not None:
            option = None
        elif subparser is not None:
            parser = subparser
        else:
            option = _option(parser, word)
    return parser, option


def _joined(words: Sequence[str]) -> list[str]:
    """Undo what shells make of words: bash cuts ``--a=b`` in three, "" may stay quoted."""
    found = ["" if word in ('""', "''") else word for word in words]
    if found[-1:] == ["="]:
        return [*found[:-1], ""]
    return [word for n, word in enumerate(found) if word != "=" or n == 0]


def _option(parser: Parser, word: str) -> argparse.Action | None:
    return next(
        (
            action
            for action in parser.actions()
            if word in action.option_strings and action.nargs is None
        ),
        None,
    )


def _values(
    action: argparse.Action, before: Sequence[str]
) -> Iterator[tuple[str, str]]:
    for choice in action.choices or ():
        yield str(choice), ""
    if action.dest == "profile":
        yield from ((name, "") for name in BROKERS)
        if "all:" in (action.help or ""):
            yield "all", "side by side"
    elif action.dest == "fail_on":
        yield from ((name, "") for name in CONDITIONS)
    elif action.dest == "cov_report":
        yield from ((f"{form}:", "") for form in ("json", "lcov", "cobertura", "html"))
        yield "text", ""
    elif action.metavar in ("RULE", "RULES"):
        yield from _rules()
    elif action.metavar == "KIND":
        yield from ((str(kind), "") for kind in Kind)
    elif action.metavar in _NAMED:
        yield from ((name, "") for name in _names(action.metavar, before))
    if action.metavar in _FILE or action.dest == "files":
        yield FILES, ""


def _rules() -> Iterator[tuple[str, str]]:
    from simulator.rules import RULES  # few are asked about

    ids: dict[str, str] = {}
    for rule in RULES.values():
        ids.setdefault(rule.id, rule.name)
    yield from ids.items()
    yield from ((name, rule.id) for name, rule in RULES.items())


_KNOB = "NODE.KEY=VALUE"
# What stands for something in the topology that is named before.
_NAMED = ("ADDRESS", "HUB", "TRIGGER", "NAME", "NAMESPACE", "NODE", "SERVICE[=AFTER]",
          _KNOB)  # fmt: skip


def _names(what: str, before: Sequence[str]) -> Iterable[str]:
    """Name what there is in the files among words; nothing where they cannot be read."""
    from simulator.session.blueprint import Blueprint
    from simulator.topology import Topology

    files = [word for word in before[1:] if os.path.exists(word)]
    if not files:
        return ()
    try:
        blueprint = Blueprint(Topology.load(*files))
        if what == _KNOB:
            return _knobs(blueprint)
        wiring = blueprint.wiring
    except SimulatorError:
        return ()
    hubs = [hub.node for hub in wiring.hubs]
    routes = [route.node for hub in wiring.hubs for route in hub.routes]
    services = [endpoint.node for endpoint in wiring.endpoints]
    return {
        "ADDRESS": (*hubs, *services),
        "HUB": hubs,
        "TRIGGER": routes,
        "NAME": routes,
        "NAMESPACE": tuple(dict.fromkeys(hub.namespace for hub in wiring.hubs)),
        "NODE": (*hubs, *routes, *services),
        "SERVICE[=AFTER]": [node.partition("/")[2] for node in services],
    }[what]


def _knobs(blueprint: Blueprint) -> list[str]:
    from simulator.session import Simulation

    return [
        f"{node.partition('/')[2]}.{key}={value}"
        for node, knobs in Simulation(blueprint).knobs().items()
        for key, knob in knobs.items()
        for value in knob.values or ("",)
    ]


def _options(parser: Parser) -> Iterator[tuple[str, str]]:
    for action in parser.actions():
        for name in action.option_strings:
            yield name, " ".join((action.help or "").split())


def _arguments(parser: Parser, before: Sequence[str]) -> Iterator[tuple[str, str]]:
    if parser.subparsers():
        yield from parser.summaries()
        return
    for action in parser.actions():
        if not action.option_strings:
            yield from _values(action, before)
