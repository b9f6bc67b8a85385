"""The pages of docs/ show what really happens, and lead to each other."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from runpy import run_path
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest

from simulator.cesql import ParseError, compile_expression
from simulator.control.registry import SHORT_FORM
from simulator.implementations import OF_CLASS, OF_KIND
from simulator.kernel.chooser import SORTS
from simulator.kernel.log import Kind
from simulator.manifests.short_reading import SIMULATION_FIELDS
from simulator.profiles import Profile
from simulator.subscribers import (
    approval_spec,
    fault_spec,
    object_spec,
    parse,
    record_spec,
    script,
    service_spec,
    source_spec,
)
from tests.pages import ROOT, folder_of_the_reader, follow
from tests.shared_data import DATA, needs_data

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
AROUND = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md"]
LINK = re.compile(r"\[[^\]]*\]\((?!https?:)(?P<file>[^)#]*)(?:#(?P<part>[^)]*))?\)")
FIDELITY = DOCS / "fidelity.md"
REFERENCE = DOCS / "reference"
PICTURES = DOCS / "pictures"
FIELDS_OF_THE_SIMULATION = (
    SIMULATION_FIELDS,
    service_spec.SERVICE,
    script.RESPONSE,
    source_spec.SOURCE,
    object_spec.CHANGE,
    parse.JOB_FIELDS,
    fault_spec.FAULT,
    approval_spec.APPROVAL,
    record_spec.RECORD,
)
COMMAND = re.compile(r"^`python -m (?P<module>\S+) (?P<arguments>.*)`$")


def shown(page: Path) -> str:
    return str(page.relative_to(ROOT))


def table(page: Path, *heading: str) -> Iterator[list[str]]:
    """Give the rows of all tables of a page that begin with this heading."""
    inside = False
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            inside = False
        elif cells[: len(heading)] == list(heading):
            inside = True
        elif inside and not line.startswith("|--"):
            yield cells


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_a_page_shows_what_really_happens(page: Path, tmp_path: Path) -> None:
    for tool in re.findall(
        r"^\$ python -m (\w+)", page.read_text("utf-8"), re.MULTILINE
    ):
        pytest.importorskip(tool)  # with the lowest releases, mypy is not there
    if "\n$ curl" in page.read_text("utf-8") and not shutil.which("curl"):
        pytest.skip("curl is not there")

    wrong = follow(page, folder_of_the_reader(tmp_path))

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    "block",
    [
        "```console\n$ echo one\ntwo\n```\n",
        "```python\nprint(1)\n```\n",
        "```python\n1 / 0\n```\n\n```text\n```\n",
    ],
)
def test_a_page_that_says_otherwise_is_found(block: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# A page\n\n{block}", encoding="utf-8")

    [wrong] = follow(page, tmp_path)

    assert wrong.startswith(f"{page}:4: ")
    assert "the page says" in wrong


def test_lines_left_out_of_a_page_may_be_any(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ printf '1\\n2\\n3\\n4\\n'\n1\n…\n4\n```\n", encoding="utf-8"
    )

    assert follow(page, tmp_path) == []


def anchors(page: Path) -> list[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return [heading.replace(" ", "-") for heading in plain]


def links(page: Path) -> Iterator[tuple[Path, str]]:
    for found in LINK.finditer(page.read_text(encoding="utf-8")):
        file = page.parent / found["file"] if found["file"] else page
        yield file.resolve(), found["part"] or ""


@pytest.mark.parametrize("page", [*AROUND, *PAGES], ids=shown)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = [
        f"{file}#{part}"
        for file, part in links(page)
        if not file.exists() or (part and part not in anchors(file))
        if file.parent != PICTURES or PICTURES.is_dir()  # not in an sdist
    ]

    assert broken == []


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = [ROOT / "README.md"]
    for page in reached:
        reached += [
            file
            for file, _ in links(page)
            if file.suffix == ".md" and file not in reached
        ]

    assert [shown(page) for page in PAGES if page not in reached] == []


CONFORMANCE = [
    pytest.param(row, id=row[1], marks=[needs_data] if "$DATA" in row[1] else [])
    for row in table(FIDELITY, "what is compared")
]


@pytest.mark.parametrize("row", CONFORMANCE)
def test_a_figure_of_conformance_is_true(
    row: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    command = COMMAND.match(row[1])
    assert command is not None
    folder = str(ROOT / "tests" / "conformance" / "golden")
    arguments = [
        each.replace("$DATA", str(DATA)).replace("tests/conformance/golden", folder)
        for each in shlex.split(command["arguments"])
    ]

    module = ROOT.joinpath(*command["module"].split(".")).with_suffix(".py")

    with (
        patch("sys.argv", [str(module), *arguments]),
        pytest.raises(SystemExit) as ended,
    ):
        run_path(str(module), run_name="__main__")

    assert capsys.readouterr().out.splitlines()[-1] == row[2]
    assert ended.value.code == 0


def test_every_recording_has_its_figure() -> None:
    assert len(CONFORMANCE) == 30


def answer(expression: str) -> str:
    """Say what we answer, in the words of the page."""
    event = {"type": "a.b", "source": "/s", "id": "1", "specversion": "1.0"}
    try:
        value, error = compile_expression(expression).evaluate(event)
    except ParseError:
        return "parse error"
    if error is not None:
        kind = re.sub(r"(?<!^)([A-Z])", r" \1", type(error).__name__).lower()
        name = kind.removesuffix(" error")
        return name if name.startswith("missing") else kind
    if isinstance(value, str):
        return f"`'{value}'`"
    return f"`{json.dumps(value)}`"


DISPUTED = list(table(FIDELITY, "expression", "Knative (sdk-go)"))


@pytest.mark.parametrize("row", DISPUTED, ids=lambda row: row[0])
def test_our_answer_to_a_disputed_expression_is_the_one_of_the_page(
    row: list[str],
) -> None:
    assert answer(row[0].strip("`")) == row[2]


@needs_data
@pytest.mark.parametrize("row", DISPUTED, ids=lambda row: row[0])
def test_knatives_answer_to_a_disputed_expression_is_the_recorded_one(
    row: list[str],
) -> None:
    text = (DATA / "golden" / "cesql_disputed.json").read_text(encoding="utf-8")
    recorded = {case["expression"]: case for case in json.loads(text)["cases"]}

    case = recorded[row[0].strip("`")]

    value = case["value"]
    written = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    broken = isinstance(value, str) and "\ufffd" in value
    assert broken or row[1] == (case["errorKind"] or f"`{written}`")
    assert row[1].startswith("`") != (broken or bool(case["errorKind"]))


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_page_of_the_short_form_names_every_section_and_field() -> None:
    rows = list(table(REFERENCE / "short-form.md", "section", "kind", "fields"))

    sections = [s for name in SHORT_FORM.names if (s := SHORT_FORM.section(name))]

    named_there = {name: row for row in rows for name in named(row[0])}

    assert [s.name for s in sections if s.name not in named_there] == []
    assert [
        f"{section.name}.{field}"
        for section in sections
        for field in section.short.fields or ()
        if field not in named(named_there[section.name][2])
    ] == []


def test_the_page_of_the_simulation_document_names_every_field() -> None:
    expected = [name for part in FIELDS_OF_THE_SIMULATION for name in part]

    rows = table(REFERENCE / "simulation.md", "field", "what it is")
    fields = [name for row in rows for name in named(row[0])]

    assert sorted(fields) == sorted(expected)


def test_the_page_of_choices_names_every_sort_of_them() -> None:
    rows = table(REFERENCE / "choices.md", "what", "what is chosen")

    named_there = [row[0].strip("`").partition("/")[0] for row in rows]

    assert list(dict.fromkeys(named_there)) == list(SORTS)


def test_the_page_of_profiles_names_every_answer_that_one_gives() -> None:
    rows = list(table(FIDELITY, "answer", "about"))

    named_there = [row[0].strip("`") for row in rows]

    assert ["name", "channel", "known_from", *named_there] == list(Profile._fields)


def test_the_page_of_profiles_says_who_plays_the_brokers_of_a_class() -> None:
    rows = list(table(FIDELITY, "broker or channel", "is played by"))

    told = {
        of: row
        for row in rows
        for of, name in {**OF_CLASS, **OF_KIND}.items()
        if of in row[0] and name in named(row[1])
    }

    assert sorted(told) == sorted({**OF_CLASS, **OF_KIND})
    assert "reading" in told["Kafka"][2]


def test_the_page_of_the_trace_names_every_kind_of_record() -> None:
    rows = table(REFERENCE / "trace.md", "kind")

    assert [row[0].strip("`") for row in rows] == [str(kind) for kind in Kind]
