import io
from pathlib import Path

import pytest

from simulator.cli.events import read_events
from simulator.errors import EventError, UsageError


def test_what_is_missing_is_filled_in() -> None:
    (event,) = read_events(["type=order.placed"])

    assert event.attributes == {
        "specversion": "1.0",
        "id": "event-1",
        "source": "/kn-sim",
        "type": "order.placed",
    }
    assert event.body is None


def test_unknown_names_are_extensions() -> None:
    (event,) = read_events(["type=t,source=/shop,id=7,subject=a b,region=eu"])

    assert event.attributes == {
        "specversion": "1.0",
        "id": "7",
        "source": "/shop",
        "type": "t",
        "subject": "a b",
        "region": "eu",
    }


@pytest.mark.parametrize(
    ("data", "body", "media"),
    [
        pytest.param('{"a": [1, 2]}', b'{"a":[1,2]}', "application/json", id="json"),
        pytest.param("42", b"42", "application/json", id="number"),
        pytest.param('"x"', b'"x"', "application/json", id="json-text"),
        pytest.param("hello, world", b"hello, world", "text/plain", id="text"),
        pytest.param("{half", b"{half", "text/plain", id="broken-json-is-text"),
        pytest.param("1,2", b"1,2", "text/plain", id="list-without-brackets"),
    ],
)
def test_data_is_json_if_it_can_be_else_text(
    data: str, body: bytes, media: str
) -> None:
    (event,) = read_events([f"type=t,data={data},subject=s"])

    assert (event.body, event.attributes["datacontenttype"]) == (body, media)
    assert event.attributes["subject"] == "s"


def test_commas_and_equal_signs_within_json_do_not_end_the_data() -> None:
    (event,) = read_events(['type=t,data={"a": "x,type=y"}'])

    assert (event.type, event.body) == ("t", b'{"a":"x,type=y"}')


def test_what_is_no_text_on_stdin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"type": "\xff"}')))

    with pytest.raises(EventError, match=r"^<stdin>: is not UTF-8"):
        read_events(["-"])


def test_a_given_content_type_counts() -> None:
    (event,) = read_events(["type=t,datacontenttype=text/xml,data=<a/>"])

    assert (event.attributes["datacontenttype"], event.body) == ("text/xml", b"<a/>")


def test_binary_data_is_given_as_base64() -> None:
    (event,) = read_events(['{"type": "t", "data_base64": "AAE="}'])

    assert event.body == b"\x00\x01"


def test_stdin_may_hold_json_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO(b'\xef\xbb\xbf{"type": "a"}\n{"type": "b"}\n')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(raw))

    assert [(e.type, e.id) for e in read_events(["-"])] == [
        ("a", "event-1"),
        ("b", "event-2"),
    ]


@pytest.mark.usefixtures("workspace")
def test_files_hold_one_event_an_array_or_lines() -> None:
    events = read_events(["events.jsonl", "@array.json", '[{"type": "z"}]'])

    assert [(e.type, e.id) for e in events] == [
        ("order.placed", "1"),
        ("order.lost", "2"),
        ("a", "1"),
        ("b", "event-4"),
        ("z", "event-5"),
    ]


@pytest.mark.parametrize("name", ["specversion", "datacontenttype"])
def test_a_member_that_knative_refuses_to_read_twice_is_refused(name: str) -> None:
    event = '{"specversion": "1.0", "datacontenttype": "a/b", "type": "a", "%s": "1.0"}'

    with pytest.raises(EventError, match=f"{name}: is written twice"):
        read_events([event % name])


def test_what_is_written_twice_elsewhere_counts_the_second_time() -> None:
    data = '{"specversion": 1, "specversion": 2}'

    (event,) = read_events([f'{{"type": "a", "data": {data}, "type": "b"}}'])

    assert (event.type, event.body) == ("b", b'{"specversion":2}')


def test_json_nested_too_deeply_is_named() -> None:
    deep = "[" * 100_000

    with pytest.raises(EventError, match="nested too deeply"):
        read_events([deep])


def test_what_no_single_attribute_is_to_blame_for_is_named() -> None:
    encoding = '"datacontentencoding": "base64", "data": "%"'
    old = f'{{"specversion": "0.3", "type": "t", {encoding}}}'

    with pytest.raises(EventError, match="data: is not base64"):
        read_events([old])


def test_a_file_of_several_lines_may_be_no_json_at_all(workspace: Path) -> None:
    with pytest.raises(EventError) as caught:
        read_events(["shop.yaml"])

    assert str(caught.value) == (
        "shop.yaml: is no JSON: Expecting value: line 1 column 1 (char 0)"
    )


def test_a_file_that_nobody_could_mean_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.cli.events._LARGEST", 10)

    with pytest.raises(UsageError, match="is larger than 0 MiB"):
        read_events([__file__])


def test_a_device_without_end_is_read_no_further_than_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.cli.events._LARGEST", 10)

    with pytest.raises(UsageError, match=r"^/dev/zero: is larger than 0 MiB"):
        read_events(["@/dev/zero"])


def test_a_missing_file_with_a_suffix_is_no_type() -> None:
    with pytest.raises(UsageError) as caught:
        read_events(["order.json"])

    assert str(caught.value) == "--send order.json: no such file"


def test_a_space_may_follow_the_comma_between_attributes() -> None:
    [event] = read_events(['type=a, subject=b,data={"x": [1, 2]}, region=eu'])

    assert event.attributes["subject"] == "b"
    assert event.attributes["region"] == "eu"
    assert event.body == b'{"x":[1,2]}'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "--send: expected an event, found an empty text", id="empty"),
        pytest.param(
            "type=a,type=b", "--send type=a,type=b: type is given twice", id="twice"
        ),
        *(
            pytest.param(
                text,
                f"--send {text}: {name}: nothing stands between two commas, or behind the "
                "last one; a comma at an end needs JSON",
                id=text,
            )
            for text, name in (
                ("type=a,,x=1", "type"),
                ("type=a,x=1,", "x"),
                ("type=a,data=b,,x=1", "data"),
            )
        ),
        pytest.param(
            "type=a,data=NaN",
            "--send type=a,data=NaN: NaN is no JSON value",
            id="no-number",
        ),
        pytest.param(
            '{"type": "a", "x": 1e999}',
            '--send {"type": "a", "x": 1e999}: is no JSON: 1e999 is too large a number',
            id="too-large",
        ),
        pytest.param(
            f"[{'9' * 5000}]",
            f"--send [{'9' * 38}…: is no JSON: a number of 5000 digits is too large",
            id="too-long",
        ),
        pytest.param("@", "--send @: name a file", id="no-name"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(EventError) as caught:
        read_events([text])

    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ('{"specversion": "1.0", "type": "a", "id": "1"}', "source"),
        ('{"specversion": "1.0", "type": "a", "source": "/"}', "id"),
        ('[{"specversion": "0.3", "type": "a"}]', "id and no source"),
    ],
)
def test_json_with_a_specversion_is_meant_to_be_whole(text: str, lacking: str) -> None:
    with pytest.raises(EventError) as refused:
        read_events([text])

    assert f"it has no {lacking}: beside a specversion, none is made up" in str(
        refused.value
    )


def test_attributes_on_the_command_line_may_lack_id_and_source() -> None:
    (event,) = read_events(["type=a,specversion=0.3"])

    assert (event.attributes["id"], event.attributes["source"]) == (
        "event-1",
        "/kn-sim",
    )


@pytest.mark.parametrize(
    ("content", "data", "media_type"),
    [
        (b'{"id": 1}', {"id": 1}, "application/json"),
        (b"plain, a=b", "plain, a=b", "text/plain"),
        (b"\xff\xfe", b"\xff\xfe", "application/octet-stream"),
    ],
)
def test_data_may_be_what_a_file_holds(
    content: bytes, data: object, media_type: str, tmp_path: Path
) -> None:
    file = tmp_path / "data"
    file.write_bytes(content)

    [event] = read_events([f"type=a,data=@{file},subject=s"])

    shown = event.to_json()
    found = event.body if isinstance(data, bytes) else shown["data"]
    assert (found, shown["datacontenttype"]) == (data, media_type)
    assert shown["subject"] == "s"


def test_a_type_that_is_given_for_an_event_gets_the_spelling_of_one() -> None:
    with pytest.raises(UsageError) as refused:
        read_events(["order.placed"])

    assert str(refused.value) == (
        "--send order.placed: no such file; for an event: --send type=order.placed"
    )
