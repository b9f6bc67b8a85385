"""A text is read as JSON as Go reads it, and refused in Go's words."""

from __future__ import annotations

import pytest

from simulator.control.dependency import unmarshal
from simulator.control.go_types import DecodeError
from simulator.control.types_duck import OBJECT_REFERENCE


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("null", {}),
        (" {} ", {}),
        (
            '{"KIND": "a", "kind": "b", "x": [1, -0.5e+3, {}, [], true, null]}',
            {"kind": "b"},
        ),
        ('{"name": null, "uid": "\\u00e4\\n\\/"}', {"uid": "\u00e4\n/"}),
        ('{"x": ' + "[" * 5_000 + "]" * 5_000 + "}", {}),
    ],
)
def test_what_has_no_meaning_is_left_out(text: str, read: dict[str, str]) -> None:
    assert unmarshal(OBJECT_REFERENCE, text) == read


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "unexpected end of JSON input"),
        ('{"kind"', "unexpected end of JSON input"),
        ('"a', "unexpected end of JSON input"),
        ("x", "invalid character 'x' looking for beginning of value"),
        ("[1,]", "invalid character ']' looking for beginning of value"),
        ("'", r"invalid character '\'' looking for beginning of value"),
        ("\u00e4", "invalid character '\u00c3' looking for beginning of value"),
        ("{,}", "invalid character ',' looking for beginning of object key string"),
        (
            '{"a":1,}',
            "invalid character '}' looking for beginning of object key string",
        ),
        ("{a: 1}", "invalid character 'a' looking for beginning of object key string"),
        ('{"a" 1}', "invalid character '1' after object key"),
        ('{"a":1 "b"}', "invalid character '\"' after object key:value pair"),
        ("[1 2]", "invalid character '2' after array element"),
        ("{} {}", "invalid character '{' after top-level value"),
        ("01", "invalid character '1' after top-level value"),
        ("nul1", "invalid character '1' in literal null (expecting 'l')"),
        ("-x", "invalid character 'x' in numeric literal"),
        ("1.x", "invalid character 'x' after decimal point in numeric literal"),
        ("1e+x", "invalid character 'x' in exponent of numeric literal"),
        ('"\\x"', "invalid character 'x' in string escape code"),
        ('"\\u12x"', r"invalid character 'x' in \u hexadecimal character escape"),
        ('"\n"', r"invalid character '\n' in string literal"),
        ("[" * 10_001, "invalid character '[' exceeded max depth"),
        ("[]", "json: cannot unmarshal array into Go value of type v1.ObjectReference"),
        (
            "true",
            "json: cannot unmarshal bool into Go value of type v1.ObjectReference",
        ),
        (
            "[" * 5_000 + "]" * 5_000,
            "json: cannot unmarshal array into Go value of type v1.ObjectReference",
        ),
        (
            '{"kind": 1, "name": 2}',
            (
                "json: cannot unmarshal number into Go struct field ObjectReference.kind of "
                "type string"
            ),
        ),
        (
            '{"uid": {}}',
            (
                "json: cannot unmarshal object into Go struct field ObjectReference.uid of "
                "type types.UID"
            ),
        ),
    ],
)
def test_what_is_none_is_refused_in_gos_words(text: str, why: str) -> None:
    with pytest.raises(DecodeError) as raised:
        unmarshal(OBJECT_REFERENCE, text)

    assert str(raised.value) == why
