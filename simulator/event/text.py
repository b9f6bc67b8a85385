"""How sdk-go reads and spells the text of attributes."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_RFC3339 = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:[.,](\d+))?"
    r"(?:(Z)|([+-])(\d\d):(\d\d))",
    re.ASCII,
)
_RFC_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_MEDIA_TYPE = (
    rf"\s*({_RFC_WORD}(?:/{_RFC_WORD})?)\s*"
    rf"(?:;\s*{_RFC_WORD}\s*=\s*(?:{_RFC_WORD}|\"(?:[^\"\\]|\\.)*\")\s*)*;?\s*"
)
STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"
_JSON_TYPES = ("application/json", "text/json", STRUCTURED, BATCH)
_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*:"
_PLAIN_URI = re.compile(r"(?:https?://[A-Za-z0-9.-]+(?=/|$))?[A-Za-z0-9._~/-]*")
_NS_DIGITS = 9
# Of sources and media types a run has few; those of this many are not parsed again.
_REMEMBERED = 1_024
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TWO = [f"{number:02d}" for number in range(60)]


def normal_time(text: str) -> str | None:
    """Spell an RFC 3339 time in UTC, without needless fraction digits; else None.

    Source: knative-runtime, "What each hop adds": ``03:04:05.678+02:00`` ->
        ``01:04:05.678Z``.
    """
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(match[i]) for i in range(1, 7))
    offset = timedelta(0)
    if match[9]:
        offset = timedelta(hours=int(match[10]), minutes=int(match[11]))
        offset = -offset if match[9] == "-" else offset
    try:
        local = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        moment = local - offset
    except (ValueError, OverflowError):
        return None
    fraction = (match[7] or "")[:_NS_DIGITS].rstrip("0")
    dot = f".{fraction}" if fraction else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + f"{dot}Z"


def instant_text(epoch_ns: int) -> str:
    """Spell nanoseconds since 1970 as Go's RFC 3339 with nanoseconds, in UTC."""
    seconds, nanoseconds = divmod(epoch_ns, 1_000_000_000)
    days, seconds = divmod(seconds, 86_400)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    dot = f".{nanoseconds:09d}".rstrip("0") if nanoseconds else ""
    clock = f"{_TWO[hour]}:{_TWO[minute]}:{_TWO[second]}"
    return f"{_day_text(days)}T{clock}{dot}Z"


@lru_cache(maxsize=64)
def _day_text(days: int) -> str:
    """Spell a day since 1970-01-01; runs name the same few again and again."""
    return (_EPOCH + timedelta(days=days)).date().isoformat()


def epoch_ns(text: str) -> int | None:
    """Read an RFC 3339 time as nanoseconds since 1970; None when it is none."""
    normal = normal_time(text)
    if normal is None:
        return None
    whole, _, fraction = normal[:-1].partition(".")
    moment = datetime.fromisoformat(whole).replace(tzinfo=UTC)
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    return seconds * 1_000_000_000 + int(fraction.ljust(_NS_DIGITS, "0") or 0)


@lru_cache(maxsize=_REMEMBERED)
def media_type(text: str) -> str | None:
    """Give the media type without parameters in lower case, None when malformed.

    Source: Go's mime.ParseMediaType, which sdk-go asks.
    """
    match = re.fullmatch(_MEDIA_TYPE, text)
    return match[1].lower() if match else None


def is_json_type(content_type: str | None) -> bool:
    """Tell whether data of this content type is JSON to sdk-go; without one it is.

    Source: knative-kinds 8.1; sdk-go v2/event/content_type.go, GetDataMediaType: capitals
        count, what follows a ``;`` does not, and ``+json`` of others is not JSON.
    """
    if not content_type:
        return True
    media, semicolon, _ = content_type.partition(";")
    return (media.strip() if semicolon else media) in _JSON_TYPES


def is_json_like(content_type: str | None) -> bool:
    """Tell whether a reader may expect JSON: in capitals, too, and any ``+json`` type."""
    if is_json_type(content_type):
        return True
    media = media_type(content_type or "")
    return media is not None and (media in _JSON_TYPES or media.endswith("+json"))


def is_envelope(content_type: str | None) -> bool:
    """Tell whether this is the content type of a structured event, or of a batch.

    Source: sdk-go v2/binding/format.Lookup: capitals and parameters do not count.
    """
    if not content_type or "cloudevents" not in content_type.lower():
        return False
    return content_type.partition(";")[0].strip().lower() in (STRUCTURED, BATCH)


def whole_text(value: object) -> object:
    """Put a replacement for each half of a surrogate pair that stands alone in a text.

    Source: json-iterator iter_str.go appendRune, which sdk-go reads attributes with.
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value


@lru_cache(maxsize=_REMEMBERED)
def is_uri_reference(text: str) -> bool:
    """Tell whether Go's url.Parse takes this text.

    Source: sdk-go v2/types, ParseURIRef: what url.Parse takes.
    """
    if _PLAIN_URI.fullmatch(text):
        return True
    from simulator.go_url import is_url  # for what few events have

    return is_url(text)


def is_absolute_uri(text: str) -> bool:
    return bool(re.match(_SCHEME, text)) and is_uri_reference(text)


def sniff(body: bytes) -> str:
    """Guess a content type as Go's http.DetectContentType does.

    Source: WHATWG MIME sniffing as in Go net/http sniff.go; needed because the
        broker filter's response is sniffed where a reply brings no content type
        (knative-runtime, Encoding).
    """
    head = body[:512]
    stripped = head.lstrip(b"\t\n\x0c\r ")
    for prefix, guess in _MAGIC_TEXT:
        end = stripped[len(prefix) : len(prefix) + 1]
        if stripped[: len(prefix)].upper() == prefix and end in (b" ", b">"):
            return guess
    if stripped.startswith(b"<?xml"):
        return "text/xml; charset=utf-8"
    for prefix, guess in _MAGIC_BYTES:
        if head.startswith(prefix):
            return guess
    if any(byte in _BINARY for byte in head):
        return "application/octet-stream"
    return "text/plain; charset=utf-8"


_HTML = "text/html; charset=utf-8"
_MAGIC_TEXT = tuple(
    (tag, _HTML)
    for tag in (
        b"<!DOCTYPE HTML", b"<HTML", b"<HEAD", b"<SCRIPT", b"<IFRAME", b"<H1", b"<DIV",
        b"<FONT", b"<TABLE", b"<A", b"<STYLE", b"<TITLE", b"<B", b"<BODY", b"<BR",
        b"<P", b"<!--",
    )
)  # fmt: skip
_MAGIC_BYTES = (
    (b"%PDF-", "application/pdf"),
    (b"%!PS-Adobe-", "application/postscript"),
    (b"\xfe\xff", "text/plain; charset=utf-16be"),
    (b"\xff\xfe", "text/plain; charset=utf-16le"),
    (b"\xef\xbb\xbf", "text/plain; charset=utf-8"),
    (b"\x00\x00\x01\x00", "image/x-icon"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x1f\x8b\x08", "application/x-gzip"),
    (b"Rar!\x1a\x07", "application/x-rar-compressed"),
    (b"\x00asm", "application/wasm"),
)
_BINARY = frozenset((*range(9), 0x0B, *range(0x0E, 0x1B), *range(0x1C, 0x20)))
