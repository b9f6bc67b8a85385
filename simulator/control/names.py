"""Names as the API server takes them."""

from __future__ import annotations

from typing import NamedTuple

from simulator.quoting import go_quote

# Source: k8s.io/apimachinery pkg/util/validation/validation.go. Its regular expressions,
# compiled, would cost a cold start half a millisecond.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_LABEL_LENGTH, _SUBDOMAIN_LENGTH = 63, 253
_LABEL_RULE = (
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "
    "'-', and must start and end with an alphanumeric character"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, "
    "'-' or '.', and must start and end with an alphanumeric character"
)
_SERVICE_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
    "with an alphabetic character, and end with an alphanumeric character"
)
_LABELLED = ("serving.knative.dev", "")


class Wrong(NamedTuple):
    """Something of an object's metadata that the API server refuses.

    Args:
        path: The field, as it names it.
        place: The path of what is wrong within it.
        what: What is wrong.
        unread: Nobody else can read it either.
    """

    path: str
    place: str
    what: str
    unread: bool = False


def name_fault(group: str, kind: str, name: str) -> str | None:
    """Say what is wrong with the name of a resource; None where nothing is."""
    if kind == "Service" and group in _LABELLED:
        right = _is_label(name) and name[0].isalpha()
        return _fault(name, _LABEL_LENGTH, None if right else _SERVICE_RULE)
    wrong = subdomain_fault(name)
    return wrong and f"Invalid value: {go_quote(name)}: {wrong}"


def subdomain_fault(name: str) -> str | None:
    """Say why a text is no subdomain; None where it is one."""
    if len(name) > _SUBDOMAIN_LENGTH:
        return f"must be no more than {_SUBDOMAIN_LENGTH} characters"
    return None if all(map(_is_label, name.split("."))) else _SUBDOMAIN_RULE


def namespace_fault(name: str) -> str | None:
    """Say what is wrong with the name of a namespace; None where nothing is."""
    return _fault(name, _LABEL_LENGTH, None if _is_label(name) else _LABEL_RULE)


def _is_label(text: str) -> bool:
    return _LETTERS.issuperset(text) and text[:1] != "-" != text[-1:] and bool(text)


def _fault(name: str, most: int, rule: str | None) -> str | None:
    if len(name) > most:
        return (
            f"Invalid value: {go_quote(name)}: must be no more than {most} characters"
        )
    return None if rule is None else f"Invalid value: {go_quote(name)}: {rule}"
