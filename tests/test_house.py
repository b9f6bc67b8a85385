"""The report on the shape of the package."""

import pytest

from tests.house import Source, cycles, main, naming, report, sources


def test_a_file_names_a_kind_where_its_texts_do_and_not_where_it_speaks_of_it() -> None:
    code = Source("a.py", 'KINDS = ("Broker", "EventType")\n')
    prose = Source("b.py", '"""Of EventType."""\n\nX = 1  # EventType\n')
    longer = Source("c.py", 'X = "MyEventType"\n')
    typing = Source("d.py", "def f(x: EventType) -> 'EventType[int]': ...\n")

    assert naming("EventType", [code, prose, longer, typing]) == ["a.py"]


def test_the_report_names_files_and_functions_that_are_too_long() -> None:
    long = Source("kernel/log.py", "def f():\n" + "    x = 1\n" * 400)
    short = Source("tui/a.py", "x = 1\n")

    assert list(report([long, short]))[:6] == [
        "tui: 1 files, 1 lines, median 1, largest 1",
        "all else: 1 files, 401 lines, median 401, largest 401",
        "files above 400 lines: 1",
        "    401 kernel/log.py",
        "functions above 60 lines: 1",
        "    401 kernel/log.py: f",
    ]


def test_every_file_of_the_package_is_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["Trigger"])
    main([])

    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == f"Trigger: {len(naming('Trigger', sources()))} files"
    assert f"imports that close a cycle, those for types included: {len(cycles())}" in (
        printed
    )
