"""An ApiServerSource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from simulator.control import objects
from simulator.control.config import API_SERVER_FILTERS
from simulator.control.defaulting import from_webhook
from simulator.control.faults import Fault, generic, invalid, missing, via
from simulator.control.filtering import advise_on_filter, check_filters
from simulator.control.go_types import ListOf, Struct, embed, pointer, text, value
from simulator.control.kind import Kind, Phase, Reconciled, webhooks
from simulator.control.naming import SOURCES, SYSTEM_NAMESPACE, child_name
from simulator.control.permissions import Account, not_permitted
from simulator.control.shared_rules import check_source
from simulator.control.sources import (
    conditions_of_source,
    report_unsendable,
    source_of,
    unsendable_overrides,
)
from simulator.control.types_duck import FILTER_LIST, LABEL_SELECTOR, SOURCE_SPEC
from simulator.discovery import NAME_LABEL, Discovery, guessed_plural, usual_plural
from simulator.filters import compile_filters
from simulator.manifests import shorthand
from simulator.manifests.sections import Short
from simulator.processes import Watch, Watched
from simulator.quoting import go_json
from simulator.selectors import SelectorError, selector_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from simulator.control.cluster import Cluster
    from simulator.control.defaulting import Defaulting
    from simulator.control.given import Admitted
    from simulator.control.go_types import Fields
    from simulator.control.kind import Checking
    from simulator.control.objects import Object
    from simulator.filters import Filter
    from simulator.selectors import Selector

_REFERENCE = "Reference"
_MODES = (_REFERENCE, "Resource")
_SKIPS_CHECK = "features.knative.dev/apiserversource-skip-permissions-check"
# What an event has before overrides are set.
_OWN_EXTENSIONS = ("kind", "apiversion", "name", "namespace")


def set_defaults(source: Fields, defaulting: Defaulting) -> None:
    """Source: knative-resources 6.13; knative/eventing apiserver_defaults.go."""
    spec = source["spec"]
    for name, default in (("mode", "Reference"), ("serviceAccountName", "default")):
        if not spec.get(name):
            defaulting.put(spec, f"spec.{name}", default, from_webhook("its default"))


def validate(source: Fields, checking: Checking) -> list[Fault]:
    """Source: knative-resources 6.13; knative/eventing apiserver_validation.go."""
    spec = source["spec"]
    faults = check_source(spec, checking)
    if spec["mode"] not in _MODES:
        faults.append(
            invalid(spec["mode"], "mode", ours=f"expected {' or '.join(_MODES)}")
        )
    resources = spec.get("resources") or []
    if not resources:
        faults.append(missing("resources"))
    for index, each in enumerate(resources):
        faults += via(_check_group_kind(each), f"resources[{index}]")
    if spec.get("owner") is not None:
        faults += via(_check_group_kind(spec["owner"]), "owner")
    filters = spec.get("filters") or []
    if checking.config.enabled(API_SERVER_FILTERS):
        faults += via(check_filters(filters), "filters")
    elif filters:
        message = (
            "Filters is not empty but the NewAPIServerFilters feature is disabled."
        )
        faults.append(generic(message, place="filters"))
    return via(faults, "spec")


def _check_group_kind(each: Fields) -> list[Fault]:
    faults: list[Fault] = []
    version = each.get("apiVersion", "")
    if version.count("/") > 1:
        faults.append(invalid(version, "apiVersion"))
    if not each.get("kind", "").strip():
        faults.append(missing("kind"))
    return faults


def reconcile(source: Admitted, cluster: Cluster) -> Reconciled:
    """Wire the changes that it watches to its sink.

    It counts as allowed to read what it watches.

    Source: knative-resources 6.13; E:pkg/reconciler/apiserversource.
    """
    wired = source_of(source, cluster, silent=False)
    unsendable = list(unsendable_overrides(source.spec))
    report_unsendable(cluster, source, unsendable)
    conditions = conditions_of_source(cluster, wired.sink, "SufficientPermissions")
    spec = source.spec
    namespaces = None
    resources: tuple[Watched, ...] = ()
    try:
        if spec.get("namespaceSelector") is not None:
            namespaces = selector_of(spec["namespaceSelector"])
        resources = tuple(_watched(source, cluster))
    except (SelectorError, _BadVersionError) as error:
        conditions.unknown("Deployed", "", str(error))
        cluster.findings.warn(
            source, "never-starts", f"its adapter is not made: {error}"
        )
    _advise_on_permissions(source, resources, cluster)
    judged = compile_filters(spec.get("filters"), None) if spec.get("filters") else None
    advise_on_filter(source, judged, cluster.findings)
    _advise_on_late_attributes(source, judged, cluster)
    owner = spec.get("owner")
    watch = Watch(
        resources=() if unsendable else resources,
        namespaces=namespaces,
        owner=None
        if owner is None
        else (owner.get("apiVersion", ""), owner.get("kind", "")),
        whole=spec.get("mode", _REFERENCE) != _REFERENCE,
        filter=judged,
    )
    return Reconciled(conditions=conditions, source=wired.replace(watch=watch))


class _BadVersionError(ValueError):
    """An apiVersion is no GROUP/VERSION."""


def _watched(source: Admitted, cluster: Cluster) -> Iterator[Watched]:
    """Give what is watched: what nobody serves under the plural guessed is left out.

    Source: knative-kinds, ApiServerSource [trap]; E:pkg/adapter/apiserver/adapter.go
        (read): a resource that does not exist is skipped, with a line in the log.
    """
    discovery = Discovery(each.manifest for each in cluster.resources.values())
    for index, each in enumerate(source.spec.get("resources") or []):
        version, kind = each.get("apiVersion", ""), each.get("kind", "")
        group, _ = _group_and_version(each)
        plural = guessed_plural(kind)
        path = f"spec.resources[{index}].kind"
        right = discovery.plural(group, kind)
        if right != plural:
            cluster.findings.warn(
                source,
                "never-watched",
                f"Knative guesses that the resource of {kind} is {plural!r}, but it is "
                f"{right!r}: nothing is watched, and nothing else says so",
                path,
            )
            continue
        if not discovery.knows(group, kind) and usual_plural(kind) != plural:
            cluster.findings.warn(
                source,
                "never-watched",
                f"Knative guesses that the resource of {kind} is {plural!r}; if it is "
                f"another, such as {usual_plural(kind)!r}, nothing is watched, and nothing "
                "else says so (its CustomResourceDefinition among the manifests tells)",
                path,
            )
        selector = selector_of(each.get("selector") or {})
        yield Watched(api_version=version, plural=plural, selector=selector)


def _group_and_version(resource: Fields) -> tuple[str, str]:
    """Take an apiVersion apart, or raise _BadVersionError."""
    group, slash, version = resource.get("apiVersion", "").partition("/")
    if "/" in version:
        found = resource["apiVersion"]
        raise _BadVersionError(f"unexpected GroupVersion string: {found}")
    return (group, version) if slash else ("", group)


def _advise_on_late_attributes(
    source: Admitted, judged: Filter | None, cluster: Cluster
) -> None:
    """Source: knative-kinds, ApiServerSource (run)."""
    extensions = (source.spec.get("ceOverrides") or {}).get("extensions") or {}
    late = {"id": "", "time": ""} | {
        name.lower(): " of ceOverrides" for name in extensions
    }
    for name in judged.reads if judged is not None else ():
        if name in late and name not in _OWN_EXTENSIONS:
            text = f"{name!r}{late[name]} is set after the filters are judged"
            cluster.findings.warn(source, "hopeless-filter", text, "spec.filters")


def _advise_on_permissions(
    source: Admitted, resources: Iterable[Watched], cluster: Cluster
) -> None:
    account = Account(
        source.namespace, str(source.spec.get("serviceAccountName") or "default")
    )
    selector = source.spec.get("namespaceSelector")
    try:
        namespaces = [source.namespace]
        if selector is not None:
            namespaces = _namespaces(selector_of(selector), cluster)
    except SelectorError:
        return  # which is told
    wanted = [
        (each.api_version.rpartition("/")[0], each.plural, namespace)
        for each in resources
        for namespace in namespaces
    ]
    for what in not_permitted(account, wanted, cluster.resources.values()):
        cluster.findings.warn(
            source,
            "not-permitted",
            f"by the roles among the manifests, User {account.user} cannot {what}; unless "
            "others let it, it is not Ready on a cluster, and sends nothing",
            "spec.serviceAccountName",
        )


def expand(source: Admitted, cluster: Cluster) -> Iterator[Object]:
    """Give the Deployment of its adapter.

    Its name ends in the uid of the source, which only the API server knows.

    Source: E:pkg/reconciler/apiserversource/resources/receive_adapter.go (run: name and
        env; read: labels).
    """
    spec = source.spec
    sink = source_of(source, cluster, silent=False).sink
    if sink is None:
        return
    try:
        config = go_json(_config(source, cluster), sort_keys=False)
    except (SelectorError, _BadVersionError):
        return  # which is told where it is wired
    env = [
        *objects.variables(
            K_SINK=sink, K_SOURCE_CONFIG=config, SYSTEM_NAMESPACE=SYSTEM_NAMESPACE
        ),
        {
            "name": "NAMESPACE",
            "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}},
        },
        objects.variable("NAME", source.name),
    ]
    if spec.get("ceOverrides") is not None:
        text = objects.overrides_text(spec["ceOverrides"])
        env.append(objects.variable("K_CE_OVERRIDES", text))
    labels = {
        "eventing.knative.dev/source": "apiserver-source-controller",
        "eventing.knative.dev/sourceName": source.name,
    }
    adapter = {"name": "receive-adapter", "image": "<APISERVER_RA_IMAGE>", "env": env}
    uid = source.resource.metadata.get("uid") or "<uid>"
    name = child_name(f"apiserversource-{source.name}-", str(uid))
    account = {
        "spec": {"serviceAccountName": spec.get("serviceAccountName", "default")}
    }
    yield objects.deployment(source, name, labels, [adapter], account)


def _config(source: Admitted, cluster: Cluster) -> Object:
    """Give what the adapter is told to do.

    Raises:
        SelectorError, _BadVersionError: Its controller cannot read something.

    Source: E:pkg/adapter/apiserver/config.go (run).
    """
    spec = source.spec
    selector = spec.get("namespaceSelector")
    wanted = None if selector is None else selector_of(selector)
    fails_fast = source.annotations.get(_SKIPS_CHECK) == "true"
    config = {
        "namespaces": [source.namespace]
        if wanted is None
        else _namespaces(wanted, cluster),
        "allNamespaces": wanted is not None and not wanted.requirements,
        "resources": [_as_watched(each) for each in spec.get("resources") or ()],
        "owner": spec.get("owner"),
        "mode": spec.get("mode"),
        "filters": spec.get("filters"),
        "failFast": fails_fast,
    }
    always = ("namespaces", "allNamespaces", "resources")
    return {name: v for name, v in config.items() if v or name in always}


def _as_watched(resource: Fields) -> Object:
    group, version = _group_and_version(resource)
    selector = str(selector_of(resource.get("selector") or {}))
    plural = guessed_plural(resource.get("kind", ""))
    watched: Object = {"gvr": {"Group": group, "Version": version, "Resource": plural}}
    return {**watched, "selector": selector} if selector else watched


def _namespaces(wanted: Selector, cluster: Cluster) -> list[str]:
    labels: dict[str, Mapping[str, str]] = {}
    for key, each in cluster.resources.items():
        if key[:2] == ("", "Namespace"):
            labels[key.name] = each.manifest["metadata"].get("labels") or {}
        else:
            labels.setdefault(key.namespace, {})
    return sorted(
        name
        for name, own in labels.items()
        if wanted.selects({NAME_LABEL: name, **own})
    )


_GROUP_KIND_SELECTOR = Struct(
    name="v1.APIVersionKindSelector",
    fields=(
        text("apiVersion", omit=False),
        text("kind", omit=False),
        pointer("selector", LABEL_SELECTOR),
    ),
)

_GROUP_KIND = Struct(
    name="v1.APIVersionKind",
    fields=(text("apiVersion", omit=False), text("kind", omit=False)),
)

KIND: Final = Kind(
    group=SOURCES,
    name="ApiServerSource",
    webhooks=webhooks(
        "ApiServerSource",
        ("v1",),
        *embed(SOURCE_SPEC),
        value(
            "resources",
            ListOf(name="[]v1.APIVersionKindSelector", element=_GROUP_KIND_SELECTOR),
        ),
        pointer("owner", _GROUP_KIND),
        text("mode"),
        text("serviceAccountName"),
        pointer("namespaceSelector", LABEL_SELECTOR),
        value("filters", FILTER_LIST),
        set_defaults=set_defaults,
        validate=validate,
    ),
    reconcile={Phase.SOURCES: reconcile},
    expand=expand,
    sends=True,
    short=Short(
        fields=(
            *("resources", "owner", "mode", "serviceAccountName", "namespaceSelector"),
            *("filters", "sink", "ceOverrides"),
        ),
        notations={"sink": shorthand.DESTINATION},
    ),
)
