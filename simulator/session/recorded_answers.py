"""Answers of real services, as recorded once: who asks the same again is answered the same."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections import defaultdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from simulator.errors import NoAnswerError, UsageError, likeness, nearest
from simulator.kernel import Answer, Failure
from simulator.kernel.request import AsSent
from simulator.trace.redaction import Redaction

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from typing import TypeAlias

    from simulator.kernel import Request
    from simulator.kernel.addresses import Answering
    from simulator.session.outside import Asked, Real
    from simulator.subscribers.latency import Latency

    GivenAnswers: TypeAlias = (
        "RecordedAnswers | Mapping[str, Any] | str | os.PathLike[str]"
    )

MODES = ("replay", "new", "pass")
_DIGITS = 8


class Question(NamedTuple):
    """What makes two requests to real services the same.

    Args:
        data: The SHA-256 of the data, hexadecimal; of JSON, however it is spaced and
            in whatever order its members stand.
    """

    service: str
    method: str
    path: str
    type: str
    source: str
    subject: str
    data: str

    @classmethod
    def of(cls, node: str, request: Request, redaction: Redaction) -> Question:
        if isinstance(request, AsSent):  # event or not
            headers = request.headers
            data = redaction.message(headers, request.body)
            told = {name.removeprefix("ce-"): value for name, value in headers.items()}
        else:
            event = request.event
            data, told = redaction.body(event.body or b""), event.attributes
        return cls(
            node,
            request.method,
            request.target.path or "/",
            told.get("type", ""),
            told.get("source", ""),
            told.get("subject", ""),
            sha256(_canonical(data)).hexdigest(),
        )

    def __str__(self) -> str:
        what = f" of {self.type}" if self.type else ""
        by = f" from {self.source}" if self.source else ""
        about = f" about {self.subject}" if self.subject else ""
        return f"{self.method} {self.path} to {self.service}{what}{by}{about}"

    def differences(self, other: Question) -> list[str]:
        said = []
        for name, own, its in zip(self._fields, self, other, strict=True):
            if own != its and name == "data":
                digests = f"{its[:_DIGITS]}… instead of {own[:_DIGITS]}…"
                said.append(f"data with SHA-256 {digests}")
            elif own != its:
                said.append(f"{name} {its!r} instead of {own!r}")
        return said


def _canonical(data: bytes) -> bytes:
    """Spell JSON in the one way; all else stays as it is."""
    try:
        told = json.dumps(json.loads(data), sort_keys=True, separators=(",", ":"))
    except (ValueError, RecursionError):
        return data
    return told.encode()


class RecordedAnswers:
    """The answers of a recording, each given once, in the order of the same requests.

    Args:
        entries: A mapping of names to values for each answer: those of `Question`, with
            ``after_ns``, and what `Simulation.answer` takes; without ``after_ns`` the
            caller hung up first, and there is none.
        mode: ``replay``: a request without one ends the run; ``new``: a real service
            is asked; ``pass``: always.
        redacted: Paths of what stands in no recording, see `Redaction`.
    """

    def __init__(
        self,
        name: str,
        entries: Iterable[Mapping[str, Any]],
        mode: str = "replay",
        redacted: Iterable[str] = (),
    ) -> None:
        if mode not in MODES:
            hint = f"{nearest(mode, MODES)} (there are: {', '.join(MODES)})"
            raise UsageError(f"answers: unknown mode {mode!r}{hint}")
        self.mode = mode
        self.redaction = Redaction(redacted)
        self.name = name
        self._entries = tuple(entries)
        self._answers: dict[Question, list[Mapping[str, Any]]] = defaultdict(list)
        for number, each in enumerate(self._entries, 1):
            try:
                question = Question(*[each[n] for n in Question._fields])
                self._answers[question].append(each)
            except (KeyError, TypeError):
                raise UsageError(
                    f"{name}: answer {number}: is none: {each!r}"
                ) from None
        self._given: dict[Question, int] = defaultdict(int)

    @property
    def told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "mode": self.mode,
            "redacted": list(self.redaction.paths),
            "entries": list(self._entries),
        }

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> RecordedAnswers:
        """Read what `told` gives; UsageError for anything else."""
        try:
            return cls(told["name"], told["entries"], told["mode"], told["redacted"])
        except (KeyError, TypeError):
            raise UsageError("answers: expected those of a recording") from None

    def answering(
        self,
        service: Real,
        latency: Latency,
        otherwise: Callable[[Request], None] | None,
    ) -> Answering:
        def answer(request: Request) -> Answer | None:
            question = Question.of(service.node, request, self.redaction)
            found = self._next(question)
            if found is not None:
                return _answer(found, service.draw(latency))
            if otherwise is None or self.mode == "replay":
                raise NoAnswerError(self._missing(question))
            return otherwise(request)

        return answer

    def _next(self, question: Question) -> Mapping[str, Any] | None:
        recorded, given = self._answers.get(question, ()), self._given[question]
        if given >= len(recorded):
            return None
        self._given[question] += 1
        return recorded[given]

    def _missing(self, question: Question) -> str:
        told = f"{self.name}: no answer is recorded to {question}"
        if question in self._answers:
            asked = self._given[question]
            times = "once" if asked == 1 else f"{asked} times"
            return f"{told} once more: it is answered {times} in the recording"
        if not self._answers:
            return f"{told}: there are none"
        near = max(self._answers, key=lambda other: _likeness(question, other))
        differs = ", ".join(question.differences(near))
        return f"{told}; the nearest is {near}, with {differs}"


def _likeness(one: Question, other: Question) -> float:
    """Measure how near two are: what is asked counts more than with what."""
    pairs = zip(one[:-1], other[:-1], strict=True)
    alike = sum(2 * (a == b) + likeness(a, b) for a, b in pairs)
    return alike + (one.data == other.data)


def _answer(entry: Mapping[str, Any], latency_ns: int) -> Answer:
    if "after_ns" not in entry:
        return Answer(0, failure=Failure.HANG)
    body = entry.get("body", "").encode() or b64decode(entry.get("body64", ""))
    failure = entry.get("failure")
    return Answer(
        entry.get("status", 0),
        headers=entry.get("headers", {}),
        body=body,
        after_ns=entry["after_ns"] + latency_ns,
        failure=None if failure is None else Failure(failure),
        detail=entry.get("detail"),
    )


class Listener:
    def __init__(
        self,
        now_ns: Callable[[], int],
        redaction: Redaction,
        take: Callable[[dict[str, Any]], None],
    ) -> None:
        self._now_ns = now_ns
        self._redaction = redaction
        self._take = take
        self._asked: dict[int, tuple[int, dict[str, Any]]] = {}

    def ask(self, asked: Asked) -> None:
        question = Question.of(asked.node, asked.request, self._redaction)
        self._asked[asked.number] = self._now_ns(), question._asdict()

    def leave(self, asked: Asked) -> None:
        _, entry = self._asked.pop(asked.number)
        self._take(entry)

    def answered(self, asked: Asked, answer: Answer) -> None:
        at_ns, entry = self._asked.pop(asked.number)
        body = self._redaction.message(answer.headers, answer.body)
        failure = None if answer.failure is None else answer.failure.value
        said = {"status": answer.status, "headers": dict(answer.headers),
                "body64": b64encode(body).decode(), "failure": failure,
                "detail": answer.detail}  # fmt: skip
        try:
            said["body"] = body.decode()
            del said["body64"]
        except UnicodeDecodeError:
            pass
        entry["after_ns"] = self._now_ns() - at_ns
        self._take({**entry, **{name: value for name, value in said.items() if value}})
