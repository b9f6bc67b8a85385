"""A decoded struct as Go's ``%v`` prints it: the text of an invalid step or branch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulator.control.go_types import Fields

POINTER = "<pointer>"
NIL = "<nil>"


def print_pointer(value: object) -> str:
    """Print a pointer inside a struct; its address is nobody's business."""
    return NIL if value is None else POINTER


def print_destination(destination: Fields) -> str:
    """Print a Destination: reference, URI, certificates, audience."""
    parts = (
        _print_reference(destination.get("ref")),
        destination.get("uri") or "",
        print_pointer(destination.get("CACerts")),
        print_pointer(destination.get("audience")),
    )
    return "{" + " ".join(parts) + "}"


def _print_reference(reference: Fields | None) -> str:
    if reference is None:
        return NIL
    return (
        f"Kind = {reference.get('kind', '')}, "
        f"Namespace = {reference.get('namespace', '')}, "
        f"Name = {reference.get('name', '')}, "
        f"APIVersion = {reference.get('apiVersion', '')}, "
        f"Group = {reference.get('group', '')}, "
        f"Address = {reference.get('address') or ''}"
    )
