"""`Blueprints`: those that were asked for last, for whoever asks for the same again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.session.blueprint import Blueprint
from simulator.topology import Topology

if TYPE_CHECKING:
    import os
    from collections.abc import Callable

    from simulator.profiles import Profile


class Options(NamedTuple):
    """What of the settings of a simulation is its blueprint's; see `Blueprint`."""

    profile: str | Profile | None = None
    strict: bool = False
    configmaps: Mapping[str, Mapping[str, str]] | None = None
    defaults: bool = True
    validate: bool = True


class Blueprints:
    """Makes each blueprint once, however often it is asked for.

    Two that were read are the same if they say the same at the same places, character by
    character, and their options are: a file is read each time, since that is cheap, so
    that a change of it is never missed.

    Args:
        most: How many are kept; the one goes that nobody has asked for for longest.
    """

    def __init__(self, most: int = 64) -> None:
        self._most = most
        self._kept: dict[object, Blueprint] = {}  # the one asked for last is last

    def of(self, topology: Topology, options: Options) -> Blueprint:
        """Give the blueprint of a topology; of an equal one, another.

        Raises:
            TopologyError: It is refused; every fault is named.
            UsageError: An option is out of range.
        """
        # What is kept has the topology, too, so nothing else comes to this id.
        return self._made(id(topology), options, lambda: topology)

    def of_text(self, text: str, name: str, options: Options) -> Blueprint:
        """Give the blueprint of YAML in a string; see `Topology.parse`.

        Raises:
            TopologyError: It is faulty or refused; every fault is named.
            UsageError: An option is out of range.
        """
        return self._made(
            (name, text), options, lambda: Topology.parse(text, name, partly=True)
        )

    def of_files(self, path: str | os.PathLike[str], options: Options) -> Blueprint:
        """Give the blueprint of a file or folder; see `Topology.load`.

        Raises:
            TopologyError: It is faulty or refused; every fault is named.
            UsageError: An option is out of range.
        """
        from simulator.control.short_form import SHORT_FORM
        from simulator.manifests.files import texts_of
        from simulator.manifests.reading import read_texts  # yaml, as in Topology.load

        texts = tuple(texts_of((path,), None))

        def topology() -> Topology:
            return Topology(**read_texts(texts, SHORT_FORM)._asdict())

        return self._made(texts, options, topology)

    def _made(
        self, source: object, options: Options, topology: Callable[[], Topology]
    ) -> Blueprint:
        asked = source, options._replace(configmaps=_frozen(options.configmaps))
        try:
            hash(asked)  # an empty dict does not ask for it
        except TypeError:  # an option without one, such as a list
            return Blueprint(topology(), **options._asdict())
        blueprint = self._kept.pop(asked, None)
        if blueprint is None:
            blueprint = Blueprint(topology(), **options._asdict())
        self._kept[asked] = blueprint
        if len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return blueprint


def _frozen(value: Any) -> Any:
    """Give what stands for a value that its owner may change later."""
    if isinstance(value, Mapping):
        return tuple((key, _frozen(each)) for key, each in value.items())
    return value
