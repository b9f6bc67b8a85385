"""What ``kn-sim mutate`` asks of each process in which tests read files.

It names a folder in the environment. There stands which texts are meant, by their
digests, and which resource of them is to be other than it is written. That is data: of
a resource another `spec`, or that it is dropped.

`simulator.mutation.children` writes it.
"""

from __future__ import annotations

import json
import os
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from simulator.manifests.files import Text, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from simulator.errors import Fault
    from simulator.resource import Resource

MUTATION = "KN_SIM_MUTATION"
"""The variable that names the folder."""
CONTEXT = "KN_SIM_MUTATION_CONTEXT"
"""The variable that names the test that runs; empty for any test."""
ORDER = "order.json"
READ: dict[str, str] = {}
"""Names of files that were read, each with the digest of its text."""


def digest(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def remember(files: Iterable[str]) -> None:
    for text in texts_of(tuple(files), None):
        if isinstance(text, Text):
            READ[text.name] = digest(text.text)


@lru_cache(maxsize=1)
def order(folder: str) -> Mapping[str, Any]:
    """Read what is asked for; nothing where it cannot be read.

    Returns:
        ``texts``: digests; ``mutant``: ``text``, ``resource`` (group, kind, namespace and
        name) and ``spec``, None to drop it; ``tests``: those to run, None for all.
    """
    try:
        with open(os.path.join(folder, ORDER), "rb") as stream:
            found = json.load(stream)
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def note(folder: str, context: str, kind: str, *told: str) -> None:
    line = json.dumps([context, os.getpid(), kind, *told])
    name = os.path.join(folder, f"noted-{os.getpid()}.jsonl")
    with open(name, "a", encoding="utf-8") as stream:
        stream.write(f"{line}\n")


def as_ordered(
    resources: Sequence[Resource], texts: Iterable[Text | Fault], folder: str
) -> Sequence[Resource]:
    asked = order(folder)
    meant = asked.get("texts", ())
    names = {each.name: digest(each.text) for each in texts if isinstance(each, Text)}
    mutant = asked.get("mutant")
    if mutant is None:
        for name, found in names.items():
            if found in meant:
                READ[name] = found
                note(folder, os.environ.get(CONTEXT, ""), "read", found)
        return resources
    files = [name for name, found in names.items() if found == mutant["text"]]
    if not files:
        return resources
    target = _target(resources, mutant["resource"], files)
    changed = []
    for each in resources:
        if each is not target:
            changed.append(each)
        elif mutant["spec"] is not None:
            manifest = {**each.manifest, "spec": mutant["spec"]}
            changed.append(each.replace(manifest=manifest))
    return changed


def _target(
    resources: Sequence[Resource], key: Sequence[str], files: Sequence[str]
) -> Resource | None:
    group, kind, namespace, name = key
    alike = [
        each
        for each in resources
        if (each.group, each.kind, each.name) == (group, kind, name)
        and each.position().file in files
    ]
    exact = [each for each in alike if each.namespace == namespace]
    return next(iter(exact or alike), None)
