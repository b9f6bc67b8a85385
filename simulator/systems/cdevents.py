"""CDEvents in a CloudEvent: those of today, and the vocabulary of 2021 before them.

Source: systems reference 1.3 and 1.12 (cdevents/spec v0.4.1, v0.5.1: spec.md,
    cloudevents-binding.md, links.md); cdfoundation/sig-events cde/sdk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID, uuid5

from simulator.event.text import epoch_ns, instant_text
from simulator.resource import mapping, mappings
from simulator.value import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.event import Event

PREFIX = "dev.cdevents."
NEWEST = "0.5.1"
RELEASES = ("0.4.1", NEWEST)

_JSON = "application/json"
_CHAINS = UUID("c5d9fb0a-7f46-5d0c-9d37-2f3b1c0b7a11")  # any; the same in each run
# Types whose minor version in 0.5.1 is not 3; in 0.4.1 each is one lower.
_MINOR = {"change.created": 4, "testcaserun.skipped": 2, "artifact.downloaded": 2,
          "artifact.deleted": 2, "ticket.created": 2, "ticket.updated": 2,
          "ticket.closed": 2}  # fmt: skip
_MINOR_ELSE = 3
# subject.type of 0.4, where it is not the word in the type.
WORDS = {"pipelinerun": "pipelineRun", "taskrun": "taskRun", "testcaserun": "testCaseRun",
          "testsuiterun": "testSuiteRun", "testoutput": "testOutput"}  # fmt: skip
_WITH_URL = ("pipelinerun", "taskrun", "environment", "repository")
# The attributes of each group of 2021.
_OF_2021 = {
    "artifact": ("id", "name", "version"),
    "service": ("envid", "name", "version"),
    "pipelinerun": ("id", "name", "status", "url", "errors"),
    "taskrun": ("id", "name", "pipelineid"),
    "build": ("id", "name", "artifactid"),
    "branch": ("id", "name", "repositoryid"),
    "repository": ("id", "name", "url"),
    "env": ("id", "name", "repourl"),
}


class CDEvent(Value):
    """What a CDEvent says, whatever release writes it.

    Args:
        at_ns: When, in ns since 1970.
        kind: Subject and predicate: ``service.deployed``.
        subject: The id of what it tells of.
        chain: The id of the story that it is part of.
        cause: The id of the event that led to it.
        custom: Data beside the vocabulary.
        id: Of the event; made of all the rest, so that the same event has the same.
    """

    kind: str
    source: str
    subject: str
    content: Mapping[str, Any]
    at_ns: int
    chain: str
    cause: str | None = None
    custom: Mapping[str, Any] | None = None
    id: str | None = None

    def event(self, release: str = NEWEST) -> Event:
        """Give the CloudEvent: its attributes repeat context and subject.

        Source: cdevents/spec cloudevents-binding.md; context.version and subject.type
            are 0.4's.
        """
        from simulator.event.sdk import new_event  # the SDK

        type_ = type_of(self.kind, release)
        time = instant_text(self.at_ns)
        id_ = self.id or event_id(self.chain, type_, self.source, self.subject, time)
        old = release.startswith("0.4")
        context: dict[str, Any] = {
            "version" if old else "specversion": release,
            "id": id_,
            "source": self.source,
            "type": type_,
            "timestamp": time,
            "chainId": self.chain,
        }
        if self.cause is not None:
            target = {"contextId": self.cause}
            context["links"] = [
                {"linkType": "RELATION", "linkKind": "TRIGGER", "target": target}
            ]
        subject: dict[str, Any] = {"id": self.subject}
        if old:
            word = self.kind.partition(".")[0]
            subject["type"] = WORDS.get(word, word)
        subject["content"] = self._content(old=old)
        data: dict[str, Any] = {"context": context, "subject": subject}
        if self.custom is not None:
            data["customData"] = self.custom
            data["customDataContentType"] = _JSON
        attributes = {
            "id": id_,
            "source": self.source,
            "type": type_,
            "subject": self.subject,
            "time": time,
            "datacontenttype": _JSON,
        }
        return new_event({"specversion": "1.0", **attributes}, data)

    def _content(self, *, old: bool) -> dict[str, Any]:
        """Give the content in the words of a release: 0.4 has ``url`` for ``uri``."""
        renamed = old and self.kind.partition(".")[0] in _WITH_URL
        return {
            "url" if renamed and name == "uri" else name: value
            for name, value in self.content.items()
        }


def cdevent_of(event: Event) -> CDEvent | None:
    """Read a CDEvent of any release; None where the event is none, or not whole."""
    if not event.type.startswith(PREFIX):
        return None
    data = event.data
    if not isinstance(data, dict):
        return None
    context, subject = data.get("context"), data.get("subject")
    if not isinstance(context, dict) or not isinstance(subject, dict):
        return None
    custom = data.get("customData")
    return CDEvent(
        kind=".".join(event.type.removeprefix(PREFIX).split(".")[:2]),
        id=event.id,
        source=event.source,
        subject=str(subject.get("id", "")),
        content=mapping(subject.get("content")),
        at_ns=epoch_ns(str(context.get("timestamp", ""))) or 0,
        chain=str(context.get("chainId", "")),
        cause=_cause(context.get("links")),
        custom=custom if isinstance(custom, dict) else None,
    )


def _cause(links: object) -> str | None:
    for link in mappings(links):
        if link.get("linkKind") == "TRIGGER":
            cause = mapping(link.get("target")).get("contextId")
            if isinstance(cause, str):
                return cause
    return None


def type_of(kind: str, release: str = NEWEST) -> str:
    minor = _MINOR.get(kind, _MINOR_ELSE) - (0 if release == NEWEST else 1)
    return f"{PREFIX}{kind}.0.{minor}.0"


def chain_id(*of: str) -> str:
    """Make the id of a chain, a UUID, always the same for the same texts."""
    return str(uuid5(_CHAINS, "\n".join(of)))


def event_id(chain: str, *of: str) -> str:
    """Make the id of an event of a chain, a UUID, always the same for the same texts."""
    return chain_id(chain, *of)


def purl(image: str, tag: str = "") -> str:
    """Name an image as CDEvents name artifacts: ``pkg:oci/poc@sha256%3A…?…``.

    Args:
        image: ``registry:5000/team/poc:v1@sha256:…``; tag and digest may be missing.
        tag: The tag, where the image has none itself.

    Source: systems reference 1.12; package-url purl-spec, type oci.
    """
    place, _, digest = image.partition("@")
    head, slash, last = place.rpartition("/")
    name, _, own = last.partition(":")
    asked = [f"repository_url={quote(head + slash + name, safe='')}"] if head else []
    if own or tag:
        asked.append(f"tag={quote(own or tag, safe='')}")
    version = f"@{quote(digest, safe='')}" if digest else ""
    return f"pkg:oci/{name.lower()}{version}" + ("?" + "&".join(asked) if asked else "")


def cd_event(
    kind: str,
    *,
    id: str,
    source: str,
    values: Mapping[str, str | None],
    data: Mapping[str, Any],
    subject: str | None = None,
) -> Event:
    """Make an event of 2021: ``cd.service.deployed.v1``.

    Args:
        kind: Subject and predicate.
        values: Its attributes without the word of their group: ``envid``, ``name``;
            None for one that it does not have.
        data: A flat object of texts.

    Raises:
        KeyError: The group has no such attribute.

    Source: systems reference 1.3.
    """
    from simulator.event.sdk import new_event  # the SDK

    group = kind.partition(".")[0]
    group = "env" if group == "environment" else group
    known = _OF_2021[group]
    unknown = [name for name in values if name not in known]
    if unknown:
        raise KeyError(*unknown)
    own = {f"{group}{name}": values.get(name) for name in known}
    attributes = {"id": id, "source": source, "type": f"cd.{kind}.v1"}
    return new_event(
        {"specversion": "1.0", **attributes, "subject": subject,
         "datacontenttype": _JSON, **own},
        data,
    )  # fmt: skip
