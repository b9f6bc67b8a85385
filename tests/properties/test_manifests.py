"""What is written reads back as it was, in both forms."""

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.control.registry import SHORT_FORM
from simulator.errors import TopologyError
from simulator.topology import Topology
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from simulator.manifests.sections import Section

SECTIONS = [s for name in SHORT_FORM.names if (s := SHORT_FORM.section(name))]
TARGETS = [t for word in SHORT_FORM.words if (t := SHORT_FORM.target(word))]
NAMES = st.from_regex(r"\A[a-z][a-z0-9-]{0,6}\Z")
NAMESPACES = st.sampled_from([None, "default", "team", "shop"])
TEXTS = st.one_of(
    st.sampled_from(
        [
            *("", "y", "no", "on", "null", "~", "<<", "=", "-", "- a", "a: b", "a #b"),
            *("08", "0o7", "1e3", "1:30", "0x1F", ".5", "1_000", "2021-06-19", ".inf"),
            *("line\n", "two\nlines", " lead\n", "\nfirst", "tab\there", "end \nx\n"),
            *("\x85", "\u2028", "\ufeff", "\x00", "\x1b", "é", "😀", "{a: b}", "[x]"),
            *("broker/default", "http://x", "5s", "@x", "%x", "!t", "&a", "*a", "---"),
            *("'", '"', 'it\'s "x"\n', "\\n", "a\r\nb", "a\rb", "|", ">", "...", "?"),
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def references(draw: st.DrawFn) -> Any:
    api_version, kind = draw(st.sampled_from(sorted(TARGETS)))
    ref = {"apiVersion": api_version, "kind": kind, "name": draw(NAMES)}
    if draw(st.booleans()):
        ref["namespace"] = draw(NAMES)
    if draw(st.integers(0, 5)) == 0:
        ref[draw(st.sampled_from(["address", "group", "apiVersion", "name"]))] = draw(
            TEXTS
        )
    return ref


def _some(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({}, optional=fields)


DESTINATIONS = st.one_of(
    st.fixed_dictionaries({"ref": references()}),
    st.fixed_dictionaries({"uri": st.sampled_from(["http://a/b", "/b", "urn:x", ""])}),
    _some({"ref": references(), "uri": TEXTS, "CACerts": TEXTS, "audience": TEXTS}),
    PLAIN,
)
DELIVERIES = st.one_of(
    _some(
        {
            "deadLetterSink": DESTINATIONS,
            "retry": st.integers(0, 9),
            "backoffPolicy": st.sampled_from(["linear", "exponential"]),
            "backoffDelay": st.sampled_from(["PT0.5S", "PT1S", "500ms", "2s", ""]),
            "timeout": PLAIN,
        }
    ),
    PLAIN,
)
STEPS = st.one_of(
    _some({"ref": references(), "uri": TEXTS, "delivery": DELIVERIES}), DESTINATIONS
)
BRANCHES = st.one_of(
    _some(dict.fromkeys(("filter", "subscriber", "reply"), DESTINATIONS)), PLAIN
)
SPEC_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "broker": st.one_of(st.just("default"), TEXTS),
    "brokerRef": st.one_of(references(), PLAIN),
    "channel": st.one_of(references(), PLAIN),
    "config": st.one_of(references(), PLAIN),
    "reference": st.one_of(references(), PLAIN),
    "filter": st.one_of(
        _some({"attributes": st.dictionaries(TEXTS, TEXTS, max_size=3)}), PLAIN
    ),
    "subscriber": DESTINATIONS,
    "reply": DESTINATIONS,
    "sink": DESTINATIONS,
    "delivery": DELIVERIES,
    "steps": st.one_of(st.lists(STEPS, max_size=3), PLAIN),
    "branches": st.one_of(st.lists(BRANCHES, max_size=3), PLAIN),
}


@st.composite
def of_section(draw: st.DrawFn) -> dict[str, Any]:
    section: Section = draw(st.sampled_from(SECTIONS))
    names = section.short.fields or ("ports", "template")
    fields = draw(_some({name: SPEC_FIELDS.get(name, PLAIN) for name in names}))
    manifest = _object(draw, section.api_version, section.kind)
    if not section.short.in_spec:
        return {**manifest, **fields}
    shape = draw(st.integers(0, 7))
    if shape == 0:
        return manifest
    if shape == 1:
        fields |= draw(st.dictionaries(TEXTS, PLAIN, max_size=2))
    return manifest | {"spec": draw(PLAIN) if shape == 2 else fields}


@st.composite
def simulations(draw: st.DrawFn) -> dict[str, Any]:
    generators = st.dictionaries(NAMES, _some({"every": TEXTS, "schedule": TEXTS}))
    spec = draw(
        _some(
            {
                "seed": st.one_of(st.integers(0, 99), PLAIN),
                "profile": TEXTS,
                "sources": st.one_of(generators, PLAIN),
                "services": st.one_of(st.dictionaries(TEXTS, PLAIN), PLAIN),
                "other": PLAIN,
            }
        )
    )
    return _object(draw, "simulator/v1", "Simulation") | {"spec": spec}


@st.composite
def foreign(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["Deployment", "Secret", "Service", "Broker"]))
    return _object(draw, "other.example/v1", kind) | draw(
        st.dictionaries(st.sampled_from(["spec", "data", "topology"]), PLAIN)
    )


def _object(draw: st.DrawFn, api_version: str, kind: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": draw(NAMES)}
    namespace = draw(NAMESPACES)
    if namespace is not None:
        metadata["namespace"] = namespace
    metadata |= draw(_some({"labels": PLAIN, "annotations": PLAIN, "uid": TEXTS}))
    if draw(st.integers(0, 9)) == 0:
        api_version = api_version.rpartition("/")[0] + "/v9"
    extra = draw(_some({"status": PLAIN})) if draw(st.booleans()) else {}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **extra}


@st.composite
def topologies(draw: st.DrawFn) -> Topology:
    one = st.one_of(of_section(), of_section(), simulations(), foreign())
    keys: dict[Any, Any] = {}
    for manifest in draw(st.lists(one, max_size=8)):
        key = Topology.of(manifest).resources[0].key
        keys.setdefault(key, manifest)
    return Topology.of(*keys.values())


def _simulation(name: str, spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "simulator/v1",
        "kind": "Simulation",
        "metadata": {"name": name},
        "spec": spec,
    }


def _ping(name: str, spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "sources.knative.dev/v1",
        "kind": "PingSource",
        "metadata": {"name": name},
        "spec": spec,
    }


@given(topology=topologies())
def test_knative_manifests_read_back_as_they_were_written(topology: Topology) -> None:
    written = topology.to_knative()

    assert Topology.parse(written) == topology
    assert [r.key for r in Topology.parse(written)] == [r.key for r in topology]


@given(topology=topologies())
@example(topology=Topology())
@example(topology=Topology.of(_simulation("a", {}), _simulation("b", {"seed": 1})))
@example(
    topology=Topology.of(
        _simulation("a", {"sources": {}}), _ping("p", {"schedule": "@hourly"})
    )
)
@example(
    topology=Topology.of(
        _simulation("a", {"sources": {"p": {"every": "1s"}}}),
        _ping("p", {"schedule": "@hourly"}),
    )
)
@example(
    topology=Topology.of(
        _simulation("a", {"sources": {"g": {"every": "1s"}}}),
        _ping("p", {"schedule": "@hourly"}),
        _ping("q", {"sink": {"uri": "http://x"}}),
    )
)
@example(
    topology=Topology.of(
        {
            "apiVersion": "simulator/v1",
            "kind": "Test",
            "metadata": {"name": "a"},
            "spec": {"expect": None, "for": {"": False}},
        }
    )
)
def test_the_short_form_reads_back_as_it_was_written(topology: Topology) -> None:
    written = topology.to_short()

    assert Topology.parse(written) == topology


@given(topology=topologies())
def test_writing_what_was_read_writes_the_same_again(topology: Topology) -> None:
    knative, short = topology.to_knative(), topology.to_short()

    assert Topology.parse(knative).to_knative() == knative
    assert Topology.parse(short).to_short() == short


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@example(text="a: &a [*a]")
@example(text="{{ .Values.x }}")
@example(text="a: !!int x\n? [b]\n: c")
@example(text="%TAG ! tag:x,2000:\n---\n!a b: c")
def test_any_text_is_a_topology_or_has_faults_with_a_place(text: str) -> None:
    topology, faults = _read(text)

    assert (topology is None) == bool(faults)
    assert all(fault.startswith("any.yaml:") for fault in faults)
    assert all(resource.name for resource in topology or ())


def _read(text: str) -> tuple[Topology | None, tuple[str, ...]]:
    try:
        return Topology.parse(text, "any.yaml"), ()
    except TopologyError as error:
        return None, error.faults


NOT_MANIFESTS = {"func.yaml", "ce.json", "workspace-template.yaml"}


@needs_data
@pytest.mark.parametrize("form", ["to_knative", "to_short"])
def test_manifests_of_others_read_back_as_they_were_written(form: str) -> None:
    files = sorted((DATA / "manifests").rglob("*.*"))
    manifests = [path for path in files if path.name not in NOT_MANIFESTS]

    for path in manifests:
        topology = Topology.load(path)

        assert len(topology) > 0
        assert Topology.parse(getattr(topology, form)()) == topology, path
