"""The value by which a reply is told to be one: ``ID:ENCRYPTED:POD``.

Of the same shape as the real one, and no other: the id is hidden by a keyed hash in the
place of AES-GCM, so that no run needs a secret. A key is a text, and a value is only
good for the key that it was made with.

Source: knative-kinds 2; knative/eventing pkg/requestreply/correlation_id.go.
"""

from __future__ import annotations

import base64
import binascii
from itertools import count

NONCE_BYTES = 12
"""As many random bytes stand before what is encrypted."""
_TAG_BYTES = 16
_PARTS = 3
_PASSED = "surrogatepass"
_INT32 = range(-(2**31), 2**31)


def correlation_value(id_: str, key: str, nonce: bytes, pod: int) -> str:
    """Make the value for an event.

    Args:
        id_: Of the event; one with a colon makes a value that nobody can read.
        key: Of the resource.
        nonce: `NONCE_BYTES` bytes.
        pod: The index of the pod that waits for the reply.
    """
    hidden = _hidden(id_.encode(errors=_PASSED), key, nonce)
    sealed = base64.urlsafe_b64encode(nonce + hidden + _tag(hidden, key, nonce))
    return f"{id_}:{sealed.decode()}:{pod}"


def is_genuine(value: str, key: str) -> bool:
    """Tell whether a value was made with a key; its pod does not count.

    Source: knative-kinds 2, ``/reply``.
    """
    parts = value.split(":")
    if len(parts) != _PARTS:
        return False
    try:
        sealed = base64.b64decode(parts[1], altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return False
    nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    hidden, tag = rest[:-_TAG_BYTES], rest[-_TAG_BYTES:]
    return (
        len(rest) >= _TAG_BYTES
        and tag == _tag(hidden, key, nonce)
        and _hidden(hidden, key, nonce) == parts[0].encode(errors=_PASSED)
    )


def is_for_pod(value: str, key: str, pod: int, replicas: int) -> bool:
    """Tell whether the trigger of a pod takes a value.

    Source: knative-kinds 2, trigger filter; cesql_verify_correlation_id.go (the
        remainder has the sign of the index).
    """
    parts = value.split(":")
    if len(parts) != _PARTS or not replicas:
        return False
    index = _integer(parts[2])
    if index is None:
        return False
    left = abs(index) % abs(replicas) * (-1 if index < 0 else 1)
    return left == pod and is_genuine(value, key)


def key_of(namespace: str, name: str) -> str:
    """Name the key of a RequestReply; here the name is the key."""
    return f"{namespace}.{name}.key-0"


def _integer(text: str) -> int | None:
    """Read an index as Go's ParseInt does, base 10, 32 bits."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdecimal()):
        return None
    digits = digits.lstrip("0") or "0"
    if len(digits) > len(str(_INT32[-1])):
        return None
    index = int(digits) * (-1 if text.startswith("-") else 1)
    return index if index in _INT32 else None


def _hidden(text: bytes, key: str, nonce: bytes) -> bytes:
    """Hide a text, or give the one that is hidden."""
    stream = bytearray()
    for block in count():
        if len(stream) >= len(text):
            break
        stream += _hash(nonce + block.to_bytes(4, "big"), key, 64)
    return bytes(a ^ b for a, b in zip(text, stream, strict=False))


def _tag(hidden: bytes, key: str, nonce: bytes) -> bytes:
    return _hash(nonce + hidden, key, _TAG_BYTES)


def _hash(text: bytes, key: str, size: int) -> bytes:
    from hashlib import blake2b  # loads OpenSSL; few filters ask for it

    digest = blake2b(key.encode(), digest_size=64).digest()
    return blake2b(text, digest_size=size, key=digest).digest()
