"""JSON Schemas of the documents that people write, made of what reads them.

Draft 7, since that is what the editors take: yaml-language-server (VS Code, Neovim, Emacs,
Eclipse) "supports JSON Schema 7 and below".

They say which members there are and of what type; a schema cannot say what goes with what.
Whatever the parser accepts, they accept, but for one thing: Go takes names of fields in any
case, and an editor should write them as Knative's CRDs do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_DRAFT = "http://json-schema.org/draft-07/schema#"


def _short() -> dict[str, Any]:
    from simulator.schemas.short import short_form

    return short_form()


def _simulation() -> dict[str, Any]:
    from simulator.schemas.ours import document
    from simulator.subscribers.parse import KIND, SPEC

    return document(KIND, SPEC)


def _test() -> dict[str, Any]:
    from simulator.schemas.ours import document
    from simulator.subscribers.parse import TEST
    from simulator.testing.case import TEST_FIELDS

    return document(TEST, TEST_FIELDS)


SCHEMAS: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "short": _short,
    "simulation": _simulation,
    "test": _test,
}
"""What can be written -> what makes its schema."""


def schema(name: str) -> dict[str, Any]:
    return {"$schema": _DRAFT, **SCHEMAS[name]()}
