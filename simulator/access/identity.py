"""Identities: in whose name something sends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "system:serviceaccount:"
_TOO_MANY = 3
# Source: k8s.io/apimachinery pkg/util/validation/validation.go, RFC 1123 subdomains.
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-.")


class Identity(Value):
    """Who sends, and for whom his tokens are made.

    Args:
        subject: ``system:serviceaccount:NAMESPACE:NAME``.
        audiences: Why a request is made -> the audience of whom it goes to, for those
            that have one: no token goes to the others.
    """

    subject: str
    audiences: Mapping[str, str] = made(default_factory=dict)


def account_prefix(namespace: str) -> str:
    """Give what the subjects of a namespace's service accounts begin with."""
    return f"{_PREFIX}{namespace}:"


def account_fault(text: str) -> str:
    """Say what is wrong with the name of an account; empty for nothing."""
    names = text.split("/")
    if ":" in text or (len(names) < _TOO_MANY and all(map(_is_name, names))):
        return ""
    return f"expected NAME, NAMESPACE/NAME or a subject with a colon, found {text!r}"


def _is_name(text: str) -> bool:
    return bool(text) and _LETTERS.issuperset(text) and text == text.strip("-.")


def subject_of(text: str, namespace: str) -> str:
    """Give the subject that somebody writes as the name of a service account.

    Args:
        text: ``NAME``, ``NAMESPACE/NAME``, or a subject, which has a colon.
        namespace: Of a name that stands alone.
    """
    if ":" in text:
        return text
    inside, slash, name = text.rpartition("/")
    return account_prefix(inside if slash else namespace) + name
