"""``kn-sim completion``: what a shell needs to complete the command.

As with `kubectl` and `kn`, the script is small and asks the command itself, by the hidden
``kn-sim __complete WORDS``, at each press of the key.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from simulator.cli.parser import add_command
from simulator.errors import EXIT_DONE

if TYPE_CHECKING:
    import argparse

    from simulator.cli.parser import Subparsers

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
    """Say what ``kn-sim completion`` takes."""
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
    """Write the script."""
    sys.stdout.write(_SCRIPTS[args.shell])
    return EXIT_DONE
