"""`Blueprint`: a topology made ready once, from which any number of runs are made; and those kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from simulator.collector import collector_resting
from simulator.errors import UsageError
from simulator.kernel import AddressBook
from simulator.session import settings
from simulator.session.arguments import expect, expect_texts, unexpected
from simulator.session.journal import copied
from simulator.session.judging import asked_findings, judge
from simulator.session.prepare import prepare
from simulator.topology import Topology
from simulator.value import NamedTuple

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Collection, Iterable

    from simulator.profiles import Profile
    from simulator.session.described_service import Described
    from simulator.session.prepared import Prepared
    from simulator.story.circles import Foreseen
    from simulator.wiring import Expansion, Finding, Wiring

# Sets of services in Python for which the wiring is kept.
_MOST_KEPT = 8


class BlueprintOptions(NamedTuple):
    profile: str | Profile | None = None
    strict: bool = False
    configmaps: Mapping[str, Mapping[str, str]] | None = None
    defaults: bool = True
    validate: bool = True


class Blueprint:
    """A topology as it was admitted, reconciled and compiled: all that no run changes.

    What a run is made of besides, its seed, start and handlers, is told to `Simulation`.
    Making it is most of the work: a run of a blueprint is made in a tenth of the time.

    Args:
        topology: What is to run.
        profile: The implementation that plays all brokers, ``mt-channel`` or ``spec``;
            each broker by that of its class unless given.
        strict: Leave references to services that nobody describes unresolved, as in a
            cluster; otherwise a stub answers them with 202.
        configmaps: Name -> keys set over the config maps of the installation.
        defaults: Whether Knative's webhooks default and validate the resources.
        validate: Whether what they refuse is refused, or counts as if it got past them.
        after: What runs already, whose place it takes; see `followed_by`.
        given: Likewise.

    Attributes:
        profile: Plays all brokers; None where each is played by that of its class.
        casts: What it says of the services of a book, for those of which a run was made
            and found that there is something wherever they send to.

    Raises:
        TopologyError: The topology is refused; every fault is named.
        UsageError: An argument is out of range.
    """

    def __init__(
        self,
        topology: Topology,
        *,
        profile: str | Profile | None = None,
        strict: bool = False,
        configmaps: Mapping[str, Mapping[str, str]] | None = None,
        defaults: bool = True,
        validate: bool = True,
        after: Prepared | None = None,
        given: Collection[str] = (),
    ) -> None:
        self.topology = expect(
            topology, Topology, "topology", "a Topology, such as Topology.load(PATH)"
        )
        if configmaps is not None and not isinstance(configmaps, Mapping):
            raise unexpected("configmaps", "names and their keys", configmaps)
        for name, data in (configmaps or {}).items():
            expect_texts(data, f"configmaps: {name}", "a mapping of keys to texts")
        self.prepared = prepare(
            topology,
            configmaps=configmaps,
            defaults=defaults,
            validate=validate,
            running=after,
            given=given,
        )
        self.profile = settings.chosen_profile(profile or self.prepared.spec.profile)
        self._strict = strict
        self._options = BlueprintOptions(
            profile, strict, copied(configmaps), defaults, validate
        )
        self._loud: Blueprint | None = None  # what this is the silent form of
        self._live = False
        self.casts: dict[AddressBook, tuple[Described, ...]] = {}
        self._books: dict[tuple[str, ...], AddressBook] = {}
        self._foreseen: dict[tuple[str, ...], tuple[Foreseen, ...]] = {}

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a Blueprint stays in its process, since its filters are compiled: let each "
            "process make its own of the same topology"
        )

    def __deepcopy__(self, _: object) -> Blueprint:
        return self  # nothing of it ever changes

    @property
    def options(self) -> Mapping[str, Any]:
        """The arguments as they were given."""
        return self._options._asdict()

    @property
    def checks(self) -> bool:
        """Whether webhooks default and validate."""
        return self._options.defaults

    @property
    def strict(self) -> bool:
        """Whether references to services that nobody describes stay unresolved."""
        return self._strict

    @property
    def wiring(self) -> Wiring:
        """The reconciled form, before any service is described in Python."""
        return self.book(()).wiring

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the author of the topology should know, in document order."""
        return self.wiring.findings

    def findings_of(self, asked: Collection[str]) -> tuple[Finding, ...]:
        """Give what rules find that are told only when they are asked for.

        Args:
            asked: The names of such rules.
        """
        return tuple(asked_findings(self.book(()), self.prepared, asked))

    @property
    def expansions(self) -> tuple[Expansion, ...]:
        """What Knative's controllers make of its resources; worked out each time."""
        return self.prepared.wire(
            (), strict=self._strict, played_by=self.profile, expand=True
        ).expansions

    def book(self, services: Iterable[str]) -> AddressBook:
        """Give the addresses, each set of services described in Python wired once."""
        more = self._more(services)
        found = self._books.get(more)
        if found is None and self._loud is not None:
            loud = self._loud.book(more)
            found = self._books[more] = AddressBook(loud.wiring.replace(sources=()))
            self._foreseen[more] = self._loud.foreseen(more)
        elif found is None:
            with collector_resting():
                wiring = self.prepared.wire(
                    more, strict=self._strict, played_by=self.profile, live=self._live
                )
                found = AddressBook(wiring)
                self._foreseen[more] = judge(
                    found, self.prepared, self.topology.ignores
                )
            if self._live:  # judged as before: nobody can tell what is real replies
                found = AddressBook(_with_real(found.wiring))
            if len(self._books) >= _MOST_KEPT:
                oldest = next(iter(self._books))
                del self._books[oldest], self._foreseen[oldest]
            self._books[more] = found
        return found

    def foreseen(self, services: Iterable[str]) -> tuple[Foreseen, ...]:
        """Give the circles that nothing ends soon; *services* as for `book`."""
        self.book(services)
        return self._foreseen[self._more(services)]

    def _more(self, services: Iterable[str]) -> tuple[str, ...]:
        described = self.prepared.spec.services
        return tuple(
            name
            for name in services
            if name not in described or described[name].real is not None
        )

    def silent(self) -> Blueprint:
        """Give the same, in whose runs no source sends anything by itself."""
        return self._otherwise(_loud=self) if self.wiring.sources else self

    def live(self) -> Blueprint:
        """Give the same, in whose runs what is real answers for itself."""
        return self._otherwise(_live=True)

    def _otherwise(self, **settings: object) -> Blueprint:
        same = object.__new__(Blueprint)
        own: dict[str, object] = {"casts": {}, "_books": {}, "_foreseen": {}}
        same.__dict__.update(self.__dict__, **own, **settings)
        return same

    def followed_by(self, topology: Topology, given: Collection[str]) -> Blueprint:
        """Make the blueprint of what takes this one's place while it runs.

        Args:
            topology: What is to run; what is written as before is not applied again.
            given: Settings of the run that do not come from the topology, and so may
                change in it.

        Raises:
            TopologyError: The topology is refused, or changes a setting of the run.
        """
        if self._options.profile is not None:
            given = (*given, "profile")
        return Blueprint(topology, **self.options, after=self.prepared, given=given)


def _with_real(wiring: Wiring) -> Wiring:
    """Let what is real be no stub."""
    endpoints = (
        each.replace(stub=False) if each.described and not each.private else each
        for each in wiring.endpoints
    )
    return wiring.replace(endpoints=tuple(endpoints))


def blueprint_of(topology: Topology | Blueprint, **options: Any) -> Blueprint:
    """Make a blueprint, unless it is one; UsageError if that is told settings, too."""
    if not isinstance(topology, Blueprint):
        return Blueprint(topology, **options)
    for name, value in options.items():
        if value != BlueprintOptions._field_defaults[name]:
            raise UsageError(
                f"{name}: is set where the blueprint is made: Blueprint(…, {name}=…)"
            )
    return topology


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

    def of(self, topology: Topology, options: BlueprintOptions) -> Blueprint:
        """Give that of a topology, or raise TopologyError or UsageError."""
        # What is kept has the topology, too, so nothing else comes to this id.
        return self._made(id(topology), options, lambda: topology)

    def of_text(self, text: str, name: str, options: BlueprintOptions) -> Blueprint:
        """Give that of YAML in a string, or raise TopologyError or UsageError."""
        return self._made(
            (name, text), options, lambda: Topology.parse(text, name, partly=True)
        )

    def of_files(
        self, path: str | os.PathLike[str], options: BlueprintOptions
    ) -> Blueprint:
        """Give that of a file or folder, or raise TopologyError or UsageError."""
        from simulator.control.registry import SHORT_FORM
        from simulator.manifests.files import texts_of
        from simulator.manifests.reading import read_texts  # yaml, as in Topology.load

        texts = tuple(texts_of((path,), None))

        def topology() -> Topology:
            return Topology(**read_texts(texts, SHORT_FORM)._asdict())

        return self._made(texts, options, topology)

    def _made(
        self,
        source: object,
        options: BlueprintOptions,
        topology: Callable[[], Topology],
    ) -> Blueprint:
        asked = source, options._replace(configmaps=_frozen(options.configmaps))
        try:
            hash(asked)  # an empty dict does not ask for it
        except TypeError:  # an option without one, such as a list
            return Blueprint(topology(), **options._asdict())
        blueprint = self._kept.pop(asked, None)
        systems = None if blueprint is None else blueprint.prepared.systems
        if blueprint is None or (systems is not None and systems.stale):
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
