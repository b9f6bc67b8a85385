"""What a recording leaves out of data, and what it leaves as it is."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest

from simulator.errors import UsageError
from simulator.trace.redaction import Redaction

STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=UTF-8"}


@pytest.mark.parametrize(
    ("path", "data", "left"),
    [
        ("$.card", '{"card": "4111", "a": 1.0}', '{"card": "[redacted]", "a": 1.0}'),
        ("$.card", '{"card":{"no":[1,2]}}', '{"card":"[redacted]"}'),
        ("$.card", '{"a":{"card":"4111"}}', '{"a":{"card":"4111"}}'),
        ("$.card", '{"card":1,"card":2}', '{"card":"[redacted]","card":"[redacted]"}'),
        ("$['ca.rd']", '{"ca.rd":1}', '{"ca.rd":"[redacted]"}'),
        ("$.of[*].card", '{"of":[{"card":1},{}]}', '{"of":[{"card":"[redacted]"},{}]}'),
        ("$.of[1]", '{"of":[0,1]}', '{"of":[0,"[redacted]"]}'),
        ("$.*.card", '{"a":{"card":1}}', '{"a":{"card":"[redacted]"}}'),
        ("$..card", '[{"card":1},{"b":{"card":2}}]', '[{"card":"[redacted]"},{"b":{"card":"[redacted]"}}]'),
        ("$..a", '{"a":{"a":1},"b":[ ]}', '{"a":"[redacted]","b":[ ]}'),
        ("$", "12", '"[redacted]"'),
        ("$.card", '{"t":1', '{"t":1'),
        ("$..card", r'{"t":"{\"card\":\"ü\",\"é\":1}"}', r'{"t":"{\"card\":\"[redacted]\",\"é\":1}"}'),
        ("$.card", "[" * 5_000, "[" * 5_000),
    ],
)  # fmt: skip
def test_a_path_leaves_out_what_is_there_and_no_other_byte(
    path: str, data: str, left: str
) -> None:
    assert Redaction([path]).body(data.encode()).decode() == left


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ('{"card":1,"data":{"card":1}}', '{"card":1,"data":{"card":"[redacted]"}}'),
        (r'{"data":"{\"card\":1}"}', r'{"data":"{\"card\":\"[redacted]\"}"}'),
        ('[{"data":{"card":1}}]', '[{"data":{"card":"[redacted]"}}]'),
    ],
)
def test_the_data_of_a_structured_event_is_found_in_the_message(
    body: str, left: str
) -> None:
    assert Redaction(["$.card"]).message(STRUCTURED, body.encode()).decode() == left


def test_data_in_base64_is_looked_into() -> None:
    # given
    data = b64encode(b'{"card":1}').decode()

    # when
    left = Redaction(["$.card"]).message(
        STRUCTURED, f'{{"data_base64":"{data}"}}'.encode()
    )

    # then
    assert b64decode(left.split(b'"')[3]) == b'{"card":"[redacted]"}'


@pytest.mark.parametrize("path", ["card", "", "$card", "$.", "$.a[", "$.a[x]", "$.a b"])
def test_what_is_no_path_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match=r"expected a path such as '\$\.card'"):
        Redaction([path])
