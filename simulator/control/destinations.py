"""How a Destination (`ref`, `uri` or both) becomes a URL.

Source: knative-resources 2.2; knative.dev/pkg resolver/addressable_resolver.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from simulator import urls
from simulator.control.naming import resource_name
from simulator.discovery import guessed_plural
from simulator.quoting import go_quote
from simulator.resource import ResourceKey
from simulator.value import NamedTuple, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.given import Admitted, Findings


class Resolution(Value):
    """The URL of a Destination, or why there is none.

    Args:
        url: None when it does not resolve.
        error: Knative's text for the condition; empty when *url* is there.
        audience: For whom tokens are made that go there; None for no tokens.
    """

    url: str | None = None
    error: str = ""
    audience: str | None = None


class Reference(NamedTuple):
    api_version: str
    kind: str
    namespace: str
    name: str
    group: str
    address: str

    @classmethod
    def of(cls, ref: Mapping[str, Any], namespace: str) -> Reference:
        return cls(
            api_version=str(ref.get("apiVersion") or ""),
            kind=str(ref.get("kind") or ""),
            namespace=str(ref.get("namespace") or namespace),
            name=str(ref.get("name") or ""),
            group=str(ref.get("group") or ""),
            address=str(ref.get("address") or ""),
        )

    @property
    def key(self) -> ResourceKey:
        group, slash, _ = self.api_version.partition("/")
        return ResourceKey(
            group if slash else self.group, self.kind, self.namespace, self.name
        )

    def __str__(self) -> str:
        return (
            f"Kind = {self.kind}, Namespace = {self.namespace}, Name = {self.name}, "
            f"APIVersion = {self.api_version}, Group = {self.group}, "
            f"Address = {self.address}"
        )


def not_found(key: ResourceKey) -> str:
    """Say as the Kubernetes API does that an object is missing."""
    return f'{resource_name(key.group, key.kind)} "{key.name}" not found'


def missing_object(key: ResourceKey) -> str:
    """Say as the resolver does that a referenced object is missing."""
    return f"failed to get object {key.namespace}/{key.name}: {not_found(key)}"


_RULE = (
    "name part must consist of alphanumeric characters, '-', '_' or '.', and must start "
    "and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or "
    "'123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
)
_NO_NAME = ("name part must be non-empty", _RULE)


NO_RESOURCE: Final = "the server could not find the requested resource"


def unlisted(ref: Reference) -> str:
    """Say as the resolver does that nobody can list what a reference is to.

    Source: knative.dev/pkg resolver/addressable_resolver.go,
        addressableFromDestinationRef; tracker/enqueue.go, TrackReference;
        apis/duck/typed.go, Get.
    """
    group, _, version = ref.api_version.rpartition("/")
    resource = f"{group}/{version}, Resource={guessed_plural(ref.kind)}"
    if ref.api_version:
        return f"failed to get lister for {resource}: {NO_RESOURCE}"
    wrong = "\n".join(f"APIVersion: {each}" for each in _NO_NAME)
    return (
        f"failed to track reference {resource} {ref.namespace}/{ref.name}: "
        f"invalid Reference:\n{wrong}"
    )


def join(url: str, uri: str) -> Resolution:
    """Resolve a `uri` that stands beside a `ref` against the address of the ref."""
    if urls.split(uri).scheme:
        return Resolution(
            error="absolute URI is not allowed when Ref or [apiVersion, kind, name] "
            "exists"
        )
    return Resolution(url=urls.join(url, uri))


def absolute(uri: str) -> Resolution:
    """Take a `uri` that stands alone; it needs a scheme and a host."""
    try:
        parts = urls.parse(uri)
    except ValueError:  # the webhook refuses it, if it is asked
        return Resolution(error=f"parse {go_quote(uri)}: missing ']' in host")
    if not parts.scheme or not parts.netloc:
        return Resolution(
            error="URI is not absolute (both scheme and host should be non-empty): "
            f'"{uri}"'
        )
    return Resolution(url=urls.written(uri))


def foreign(
    findings: Findings, url: str, asker: Admitted, path: str, *, dispatched: bool
) -> Resolution:
    """Rewrite a URL that is not HTTP as the dispatcher does; the path is lost.

    Source: knative-resources 2.2; E:pkg/kncloudevents/event_dispatcher.go,
        sanitizeURL. Of clients: Go net/http, Transport.RoundTrip.
    """
    scheme, host, *_ = urls.split(url)
    called, what = url, f'requests to it fail: unsupported protocol scheme "{scheme}"'
    if dispatched:
        called = f"http://{host}/"
        what = f"{called} is called in its place, without its path"
    what = f"{scheme} is no scheme that Knative sends by: {what}"
    findings.warn(asker, "foreign-scheme", what, path)
    return Resolution(url=called)
