"""What `kubectl get -o yaml` and `-o json` add to each resource, and nobody reads here."""

from __future__ import annotations

import re

_FROM = 1024 * 1024  # characters; a smaller text costs nothing worth a look
_LIST = r"(?m)^items:\n- apiVersion:"
_JSON_LIST = r'\A\{\n {4}"apiVersion": "v1",\n {4}"items": \['
# An item of a List: its own keys two spaces in, those of its metadata four.
_BLOCKS = (
    r"(?m)^(?: {4}managedFields:\n(?: {4}-.*\n| {6}.*\n)*| {2}status:\n(?: {4}.*\n)*)"
)
_MEMBERS = r'(?m)^(?:( {16})"managedFields": \[|( {12})"status": \{)\n(?:\1\2 .*\n)*\1\2[\]}],?\n'


def without_bookkeeping(text: str) -> str:
    """Leave out `managedFields` and `status` of a long List, each line of it made empty.

    A cluster's whole output is mostly those, and a node of YAML takes fifty times the
    memory of its text. Every other line stays where it was.
    """
    if len(text) < _FROM:
        return text
    if re.search(_LIST, text):
        return re.sub(_BLOCKS, _lines, text)
    return re.sub(_MEMBERS, _lines, text) if re.match(_JSON_LIST, text) else text


def _lines(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")
