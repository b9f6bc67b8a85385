"""Mangle what was read: values, references, keys, and how they lie in each other."""

from __future__ import annotations

import json
import math
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from tests.fuzz import scalars
from tests.fuzz.texts import mangled_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from random import Random

    Values = Mapping[str, Sequence[Any]]

_RAW = "\ue000"  # a text that begins so is written as it stands, without quotes
_RAW_JSON = re.compile(r'"\\ue000((?:[^"\\]|\\.)*)"')


class Place(NamedTuple):
    """Where a value lies.

    Args:
        inside: The mapping or list.
        at: Its key or index in there.
    """

    inside: Any
    at: Any

    @property
    def value(self) -> Any:
        """The value."""
        return self.inside[self.at]

    def put(self, value: Any) -> None:
        """Put another there."""
        self.inside[self.at] = value


def mangled(tree: Any, values: Values, random: Random) -> Any:
    """Change a copy of a tree in one to four places.

    Args:
        tree: Mappings, lists and scalars.
        values: Key -> values that stand behind it somewhere.
        random: Decides.
    """
    root = [deepcopy(tree)]
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        places = list(_places(root))
        if not places:
            break
        change = random.choice(_CHANGES)
        change(random.choice(places), places, values, random)
    return root[0] if root else None


def _places(inside: Any) -> Iterator[Place]:
    at: list[Any] = [inside]
    while at:
        here = at.pop()
        for key, value in here.items() if isinstance(here, dict) else enumerate(here):
            yield Place(here, key)
            if isinstance(value, dict | list):
                at.append(value)


def _another(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    place.put(scalars.value(random))


def _known(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    """Put a value there that stands somewhere in the corpus, at best behind the same key."""
    key = place.at if random.random() < 0.5 and place.at in values else None
    if key is None:
        key = random.choice(list(values))
    place.put(deepcopy(random.choice(values[key])))


def _gone(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    del place.inside[place.at]


def _twice(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    if isinstance(place.inside, list):
        place.inside.insert(random.randint(0, len(place.inside)), deepcopy(place.value))
    else:
        place.inside[random.choice(list(values))] = deepcopy(place.value)


def _renamed(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    if isinstance(place.inside, dict):
        new = (
            random.choice(list(values))
            if random.random() < 0.6
            else scalars.text(random)
        )
        place.inside[new] = place.inside.pop(place.at)


def _swapped(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    other = random.choice(places)
    one, two = deepcopy(place.value), deepcopy(other.value)
    place.put(two)
    other.put(one)


def _wrapped(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    value = place.value
    if isinstance(value, dict | list) and value and random.random() < 0.4:
        place.put(next(iter(value.values() if isinstance(value, dict) else value)))
    else:
        inner = {random.choice(list(values)): value}
        place.put([value] if random.random() < 0.5 else inner)


def _as_text(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    value = place.value
    if isinstance(value, str) and random.random() < 0.8:
        place.put(mangled_text(value, random))
    else:
        place.put(json.dumps(value))


def _number(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    numbers = [each for each in places if isinstance(each.value, int | float)]
    (random.choice(numbers) if numbers else place).put(random.choice(scalars.NUMBERS))


def _raw(place: Place, places: Sequence[Place], values: Values, random: Random) -> None:
    place.put(_RAW + random.choice(scalars.RAW))


def _referred(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    """Let a reference lead to anything that is there, or to nothing."""
    references = [e for e in places if isinstance(e.value, dict) and "kind" in e.value]
    named = [e.value for e in references if "metadata" in e.value]
    found = random.choice(references) if references else place
    if named and random.random() < 0.7:
        one = random.choice(named)
        meta = one["metadata"] if isinstance(one["metadata"], dict) else {}
        new = {
            "apiVersion": one.get("apiVersion"),
            "kind": one["kind"],
            "name": meta.get("name"),
        }
        if "namespace" in meta:
            new["namespace"] = meta["namespace"]
        found.put(deepcopy(new))
    else:
        found.put(scalars.reference(random))


def _deepened(
    place: Place, places: Sequence[Place], values: Values, random: Random
) -> None:
    if random.random() < 0.1:
        place.put(scalars.deep(random))
    elif isinstance(place.value, list):
        place.put(deepcopy(place.value) * random.choice((2, 3, 30)))


_Change = "Callable[[Place, Sequence[Place], Values, Random], None]"
_CHANGES: tuple[Callable[[Place, Sequence[Place], Values, Random], None], ...] = (
    *(_another,) * 4, *(_known,) * 4, _gone, _gone, _twice, _renamed, _swapped, _wrapped,
    _as_text, _as_text, _number, _number, _raw, *(_referred,) * 3, _deepened,
)  # fmt: skip


def written(documents: Sequence[Any], random: Random) -> str:
    """Write documents as YAML or as JSON, each of them at random."""
    return "\n---\n".join(
        _as_json(each) if random.random() < 0.5 else _as_yaml(each)
        for each in documents
    )


def _as_json(document: Any) -> str:
    text = json.dumps(document, ensure_ascii=True, indent=None)
    return _RAW_JSON.sub(lambda found: json.loads(f'"{found[1]}"'), text)


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


def _raw_or_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = '"' if text.startswith(_RAW) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _raw_or_text)


def _as_yaml(document: Any) -> str:
    text: str = yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, width=math.inf, allow_unicode=False
    )
    return _RAW_JSON.sub(
        lambda found: _unescaped(found[0]), text.replace('"\\uE000', '"\\ue000')
    )


def _unescaped(quoted: str) -> str:
    found: str = yaml.safe_load(quoted)
    return found.removeprefix(_RAW)
