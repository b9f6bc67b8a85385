"""What a CDEvent must look like: the JSON Schemas of v0.4.1 and v0.5.1, made from a table.

The table says what the released schemas say of the members of each subject's content, in
their order; formats are left out, since nobody asserts them. What all schemas share,
context, links and customData, stands once.

The table was read against every type's schema of v0.4.1 and v0.5.0, and the links of
both; against v0.5.1 in copies of 27 of the 45 types, whose type was changed. These
differ from v0.5.0 in one thing: pipelinerun.finished, testcaserun.finished and
testsuiterun.finished require context.specversion, where 0.5.0 requires a
context.version that it does not allow. The test compares with a later draft.

Source: cdevents/spec v0.4.1, v0.5.0 and v0.5.1, schemas/*.json (Apache-2.0); systems
    references 1.12 and 2.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from simulator.errors import UsageError, nearest
from simulator.resource import mapping
from simulator.systems.cdevents import NEWEST, PREFIX, RELEASES, WORDS, type_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Source: cdevents/spec 8917b18 (0.6.0-draft), schemas; systems reference 1.12.
_OF_DRAFT = ("approval.created", "approval.updated", "approval.closed")
_LONGEST = 200  # characters of a message that quotes what it found


def _object(members: Mapping[str, Any], *, closed: bool = True) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "properties": {name.rstrip("*"): of for name, of in members.items()}
    }
    if closed:
        schema["additionalProperties"] = False
    schema["type"] = "object"
    required = [name[:-1] for name in members if name.endswith("*")]
    return schema | ({"required": required} if required else {})


def _one_of(*texts: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(texts)}


_TEXT = {"type": "string"}
_SOME = {"type": "string", "minLength": 1}
_TEXTS = {"type": "array", "items": _TEXT}
_REF = _object({"id*": _SOME, "source": _SOME})
_RUN = _object({"id*": _SOME, "source": _TEXT})
_SEVERITY = _one_of("low", "medium", "high", "critical")
_TRIGGER = _object(
    {"type": _one_of("manual", "pipeline", "event", "schedule", "other"), "uri": _TEXT},
    closed=False,
)
_SUITE = {"id*": _SOME, "version": _TEXT, "name": _TEXT}
_CASE_TYPE = _one_of("performance", "functional", "unit", "security", "compliance",
                     "integration", "e2e", "other")  # fmt: skip
_CASE = _object(
    {"id*": _SOME, "version": _TEXT, "name": _TEXT, "type": _CASE_TYPE, "uri": _TEXT}
)
_OUTPUT = _one_of("report", "video", "image", "log", "other")
_RESOLUTION = {"anyOf": [_one_of("completed", "withdrawn", "duplicate"), _SOME]}
# What differs between the releases.
_OUTCOME = {"0.4.1": _TEXT, NEWEST: _one_of("success", "failure", "cancel", "error")}
_TEST_OUTCOME = {
    "0.4.1": _one_of("pass", "fail", "cancel", "error"),
    NEWEST: _OUTCOME[NEWEST],
}
_URI = {"0.4.1": "url", NEWEST: "uri"}

_TICKET = {"summary": _TEXT, "ticketType": _TEXT, "group": _TEXT, "creator": _SOME,
           "assignees": _TEXTS, "priority": _TEXT, "labels": _TEXTS, "milestone": _TEXT}  # fmt: skip
_CREATED = {
    f"{n}*" if n in ("summary", "creator") else n: of for n, of in _TICKET.items()
}


@cache
def contents(release: str) -> Mapping[str, Mapping[str, Any]]:
    """Give the members of the content of each type of a release, required ones starred."""
    uri, outcome, tested = _URI[release], _OUTCOME[release], _TEST_OUTCOME[release]
    of_repository = {"repository": _REF}
    repository = {"name": _TEXT, "owner": _TEXT, uri: _TEXT, "viewUrl": _TEXT}
    deployed = {"environment*": _REF, "artifactId*": _SOME}
    case = {"testSuiteRun": _RUN, "testCase": _CASE}
    suite = _object({**_SUITE, "uri": _TEXT})
    # Source: v0.4.1 schemas/testsuiterunqueued.json, which alone has url.
    queued = _object({**_SUITE, uri: _TEXT})
    about = {"service": _REF, "artifactId": _SOME}
    incident = {"description": _TEXT, "environment*": _REF, **about}
    reported = {**incident, "ticketURI*": _SOME}
    return {
        "pipelinerun.queued": {"pipelineName": _TEXT, uri: _TEXT},
        "pipelinerun.started": {"pipelineName*": _TEXT, f"{uri}*": _TEXT},
        "pipelinerun.finished": {"pipelineName": _TEXT, uri: _TEXT, "outcome": outcome, "errors": _TEXT},
        "taskrun.started": {"taskName": _TEXT, uri: _TEXT, "pipelineRun": _REF},
        "taskrun.finished": {"taskName": _TEXT, uri: _TEXT, "pipelineRun": _REF, "outcome": _TEXT, "errors": _TEXT},
        "repository.created": {"name*": _SOME, "owner": _TEXT, f"{uri}*": _SOME if release == "0.4.1" else _TEXT, "viewUrl": _TEXT},
        "repository.modified": repository,
        "repository.deleted": repository,
        "branch.created": of_repository,
        "branch.deleted": of_repository,
        "change.created": {"description": _SOME, **of_repository},
        "change.reviewed": of_repository,
        "change.merged": of_repository,
        "change.abandoned": of_repository,
        "change.updated": of_repository,
        "build.queued": {},
        "build.started": {},
        "build.finished": {"artifactId": _TEXT},
        "testcaserun.queued": {"trigger": _TRIGGER, "environment*": _REF, **case},
        "testcaserun.started": {"trigger": _TRIGGER, "environment*": _REF, **case},
        "testcaserun.finished": {"outcome*": tested, "severity": _SEVERITY, "reason": _TEXT, "environment*": _REF, **case},
        "testcaserun.skipped": {"reason": _TEXT, "environment": _REF, **case},
        "testsuiterun.queued": {"trigger": _TRIGGER, "environment*": _REF, "testSuite": queued},
        "testsuiterun.started": {"trigger": _TRIGGER, "environment*": _REF, "testSuite": suite},
        "testsuiterun.finished": {"environment*": _REF, "testSuite": suite, "outcome*": tested, "severity": _SEVERITY, "reason": _TEXT},
        "testoutput.published": {"outputType*": _OUTPUT, "format*": _TEXT, "uri": _TEXT, "testCaseRun": _RUN},
        "artifact.packaged": {"change*": _REF, "sbom": _object({"uri*": _SOME})},
        "artifact.signed": {"signature*": _SOME},
        "artifact.published": {"sbom": _object({"uri*": _SOME}), "user": _SOME},
        "artifact.downloaded": {"user": _SOME},
        "artifact.deleted": {"user": _SOME},
        "environment.created": {"name": _TEXT, uri: _TEXT},
        "environment.modified": {"name": _TEXT, uri: _TEXT},
        "environment.deleted": {"name": _TEXT},
        "service.deployed": deployed,
        "service.upgraded": deployed,
        "service.rolledback": deployed,
        "service.removed": {"environment": _REF},
        "service.published": {"environment": _REF},
        "incident.detected": incident,
        "incident.reported": reported,
        "incident.resolved": incident,
        "ticket.created": {**_CREATED, "uri*": _SOME},
        "ticket.updated": {**_TICKET, "updatedBy": _TEXT, "uri*": _SOME},
        "ticket.closed": {**_TICKET, "uri*": _SOME, "resolution*": _RESOLUTION, "updatedBy": _TEXT},
    }  # fmt: skip


@cache
def schema(kind: str, release: str) -> Mapping[str, Any]:
    """Make the schema of a type: ``service.deployed`` of 0.5.1."""
    old = release.startswith("0.4")
    # Source: v0.5.1 schemas/ticketclosed.json, which alone still lets subject.type be.
    typed = old or kind == "ticket.closed"
    word = kind.partition(".")[0]
    from_source = _TEXT if word.startswith("test") else _SOME
    context = {
        "version*" if old else "specversion*": _SOME,
        "id*": _SOME,
        "source*": _SOME,
        "type*": _one_of(type_of(kind, release)),
        "timestamp*": _TEXT,
        "schemaUri": _SOME,
        "chainId": _SOME,
        "links": {"type": "array", "items": {"anyOf": _links()}},
    }
    subject = {
        "id*": _SOME,
        "source": from_source,
        **({f"type{'*' * old}": _one_of(WORDS.get(word, word))} if typed else {}),
        "content*": _object(contents(release)[kind]),
    }
    custom = {"oneOf": [{"type": "object"}, _TEXT]}
    return _object(
        {
            "context*": _object(context),
            "subject*": _object(subject),
            "customData": custom,
            "customDataContentType": _TEXT,
        }
    )


def _links() -> list[dict[str, Any]]:
    of = {"properties": {"contextId": _SOME}, "type": "object"}
    origin = of | {"required": ["contextId"]}
    tags = {"type": "object"}
    return [
        _object({"linkType*": _one_of("END"), "from": origin, "tags": tags}),
        _object({"linkType*": _one_of("PATH"), "from*": origin, "tags": tags}),
        _object(
            {"linkType*": _one_of("RELATION"), "linkKind*": _SOME, "target*": of,
             "tags": tags}
        ),
    ]  # fmt: skip


def require_jsonschema() -> None:
    """See to it that schemas can be asked; UsageError where nothing is there to do it."""
    try:
        import jsonschema  # noqa: F401 - whether it is there
    except ImportError:
        raise UsageError(
            "--cdevents needs jsonschema: pip install 'kn-sim[cdevents]'"
        ) from None


def cdevent_faults(type_: str, data: Any) -> Iterator[tuple[str, str]]:
    """Say what a released schema refuses in the data of an event.

    Args:
        type_: Of the CloudEvent; begins with ``dev.cdevents.``.
        data: Of the event, as values.

    Yields:
        Where in the data, ``subject/content``, and what.
    """
    kind = ".".join(type_.removeprefix(PREFIX).split(".")[:2])
    known = contents(NEWEST)
    if kind not in known:
        drafted = kind in _OF_DRAFT
        meant = "; it is of the draft of 0.6" if drafted else nearest(kind, known)
        yield "", f"{type_} is no type of CDEvents {' or '.join(RELEASES)}{meant}"
        return
    from jsonschema import Draft202012Validator

    validator = Draft202012Validator(schema(kind, release_of(type_, data)))
    for error in validator.iter_errors(data):
        message = error.message
        if len(message) > _LONGEST:
            message = f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 2 :]}"
        yield "/".join(map(str, error.absolute_path)), message


def release_of(type_: str, data: Any) -> str:
    """Tell by which release an event is to be judged.

    Only 0.5 has ``specversion``; without it, the version in the type tells.
    """
    context = mapping(mapping(data).get("context"))
    if "specversion" in context:
        return NEWEST
    kind = ".".join(type_.removeprefix(PREFIX).split(".")[:2])
    if type_ in (found := {type_of(kind, each): each for each in RELEASES}):
        return found[type_]
    return RELEASES[0] if str(context.get("version")).startswith("0.4") else NEWEST
