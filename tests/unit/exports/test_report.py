"""The page of a run: whole, safe, and true to the run."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from simulator.cli import main

if TYPE_CHECKING:
    from pathlib import Path

SHOP = """
topology: shop
brokers: {default: {delivery: {retry: 1, deadLetterSink: parking}}}
channels: {audit: {}}
subscriptions: {archive: {channel: audit, subscriber: archive}}
triggers:
  price: {filter: {type: placed}, subscriber: pricing}
  ship: {filter: {type: priced}, subscriber: shipping}
  log: {filter: {type: placed}, subscriber: channel/audit}
services:
  pricing: {reply: {type: priced}}
  shipping: {responses: [503]}
  archive: {}
  parking: {}
"""
EVIL = '"><img src=x onerror=alert(1)></title></script><script>alert(2)</script>'
HOSTILE = f"""
topology: '<b>{EVIL}'
brokers: {{default: {{}}}}
triggers: {{t: {{filters: [{{prefix: {{type: '{EVIL}'}}}}], subscriber: s}}}}
services: {{s: {{responses: [{{status: 500, body: '{EVIL}'}}]}}}}
"""


class Parts(HTMLParser):
    """All tags and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def after(self, text: str) -> list[str]:
        """Give the texts that follow a text, white space left out."""
        told = [each.strip() for each in self.texts if each.strip()]
        return [two for one, two in pairwise(told) if one == text]


def page_of(
    tmp_path: Path, topology: str, *words: str, code: int = 0
) -> tuple[str, Parts]:
    (tmp_path / "shop.yaml").write_text(topology)
    out = tmp_path / "report.html"
    assert (
        main(["run", str(tmp_path / "shop.yaml"), *words, "-q", "--report", str(out)])
        == code
    )
    page = out.read_text()
    return page, Parts(page)


def test_a_page_needs_nothing_from_elsewhere_and_its_policy_says_so(
    tmp_path: Path,
) -> None:
    page, parts = page_of(tmp_path, SHOP, "--send", "type=placed")

    loading = {"src", "srcset", "data", "action", "poster", "xlink:href"}
    assert not [tag for tag, attrs in parts.tags if loading & attrs.keys()]
    assert {attrs["href"] for _, attrs in parts.tags if "href" in attrs} == {
        "#graph", "#services", "#flow", "#timetable", "#ledger",
    }  # fmt: skip
    assert "@import" not in page
    assert "url(" not in page.replace("url(#to-", "")
    [script] = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = b64encode(sha256(script.encode()).digest()).decode()
    assert (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"
        in page
    )


def test_a_page_counts_what_the_run_came_to(tmp_path: Path) -> None:
    _, parts = page_of(tmp_path, SHOP, "--send", "type=placed,id=A1")

    assert parts.after("2 in ·") == ["2 failed"]
    assert "1 matched" in parts.texts
    for number, what in (("1", "events"), ("4", "deliveries"), ("1", "dead-lettered")):
        assert what in parts.after(number)
    assert "503 from service/shipping" in parts.texts


def test_a_page_says_of_an_event_that_nobody_took_what_was_missing(
    tmp_path: Path,
) -> None:
    page, parts = page_of(tmp_path, SHOP, "--send", "type=plced")

    assert 'id="why-not"' in page
    assert any("wanted 'placed', got 'plced'" in text for text in parts.texts)
    assert any("it would match with type=placed" in text for text in parts.texts)


def test_no_text_of_a_run_becomes_markup(tmp_path: Path) -> None:
    event = f'{{"type": "{EVIL}x", "id": "{EVIL}", "data": "{EVIL}"}}'.replace(
        '""', '"\\"'
    )
    page, parts = page_of(
        tmp_path,
        HOSTILE,
        "--send",
        event.replace('"">', '"\\">'),
        "--send",
        "type=<i>",
        code=1,
    )

    assert [tag for tag, _ in parts.tags].count("script") == 1
    assert "img" not in [tag for tag, _ in parts.tags]
    assert not [tag for tag, attrs in parts.tags if tag == "i" and "class" not in attrs]
    assert not [a for _, attrs in parts.tags for a in attrs if a.startswith("on")]
    assert page.count("</title>") == 1 + page.count("<svg") + page.count('class="node')


def test_a_trace_gives_the_page_of_its_run(tmp_path: Path) -> None:
    trace, again = tmp_path / "run.jsonl", tmp_path / "again.html"
    page, _ = page_of(tmp_path, SHOP, "--send", "type=placed", "--trace", str(trace))

    code = main(["trace", "export", str(trace), "--to", "html", "-o", str(again)])

    assert code == 0
    named = re.compile(r"<code>[^<]*shop\.yaml:\d+:\d+: ")  # a trace has no lines
    assert named.sub("<code>", page) == named.sub("<code>", again.read_text())


def test_the_page_of_a_trace_without_a_topology_says_what_it_cannot_tell(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace, bare, out = (
        tmp_path / name for name in ("run.jsonl", "bare.jsonl", "o.html")
    )
    page_of(tmp_path, SHOP, "--send", "type=plced", "--trace", str(trace))
    capsys.readouterr()
    main(["trace", "show", str(trace), "-o", "json"])
    bare.write_text(capsys.readouterr().out)

    assert main(["trace", "export", str(bare), "--to", "html", "-o", str(out)]) == 0

    page = out.read_text()
    assert "the trace does not hold its topology" in page
    assert 'id="timetable"' not in page


def test_a_page_of_very_many_lines_stops_and_says_how_many_there_are(
    tmp_path: Path,
) -> None:
    topology = "topology: t\nsources: {s: {every: 1s, count: 1600, event: {type: a}, sink: channel/c}}\nchannels: {c: {}}\nsubscriptions: {u: {channel: c, subscriber: a}}\nservices: {a: {}}"

    _, parts = page_of(tmp_path, topology)

    assert "200 lines more; a trace has them." in parts.texts
    assert "1600" in parts.texts


@pytest.mark.parametrize("name", ["shop.yaml", "-", "other.txt"])
def test_a_page_is_written_over_nothing_but_a_page(
    tmp_path: Path,
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP)
    (tmp_path / "other.txt").write_text("mine")

    code = main(["run", "shop.yaml", "--send", "type=placed", "--report", name])

    assert code == 2
    assert "--report" in capsys.readouterr().err
    assert (tmp_path / "other.txt").read_text() == "mine"


@pytest.mark.parametrize("option", ["--report", "--otlp", "--trace"])
def test_a_folder_that_is_not_there_is_told_before_anything_runs(
    option: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP)

    code = main(["run", "shop.yaml", "--send", "type=placed", option, "none/file"])

    assert (code, *capsys.readouterr()) == (
        2, "", f"kn-sim: {option} none/file: there is no folder none\n",
    )  # fmt: skip
