import io
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from simulator import Trace
from simulator.errors import UsageError
from simulator.trace.files import create_trace, read_stream
from simulator.trace.writing import TraceWriter
from tests.unit.trace.runs import orders
from tests.unit.trace.written import objects, written


def kept(path: Path) -> None:
    with create_trace(str(path)) as file:
        TraceWriter(file).write(orders().log)


@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.zst"])
def test_a_trace_file_is_read_as_it_was_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    kept(path)

    trace = Trace.read(str(path))

    assert list(trace) == list(orders().trace)


def test_a_name_that_ends_in_zst_is_compressed(tmp_path: Path) -> None:
    kept(tmp_path / "plain.jsonl")
    kept(tmp_path / "small.jsonl.zst")

    plain, small = (path.stat().st_size for path in sorted(tmp_path.iterdir()))

    assert small < plain / 2


def test_what_was_flushed_is_read_though_the_file_was_never_closed(
    tmp_path: Path,
) -> None:
    path = tmp_path / "run.zst"
    file = create_trace(str(path))
    writer = TraceWriter(file)

    writer.write(orders().log)

    assert list(Trace.read(str(path))) == list(orders().trace)
    file.close()


def test_a_compressed_file_is_read_up_to_wherever_it_ends(tmp_path: Path) -> None:
    path, whole = tmp_path / "run.zst", list(orders().trace)
    with create_trace(str(path)) as file:
        writer = TraceWriter(file)
        for record in whole:
            writer.write_records([record])
    data = path.read_bytes()

    found = []
    for end in range(len(data) // 2, len(data)):
        path.write_bytes(data[:end])
        found.append(list(Trace.read(str(path))))

    assert [each == whole[: len(each)] for each in found] == [True] * len(found)
    assert len(found[0]) < len(found[-1]) == len(whole)


def test_the_bytes_tell_whether_a_file_is_compressed_not_the_name(
    tmp_path: Path,
) -> None:
    kept(tmp_path / "run.zst")
    data = (tmp_path / "run.zst").read_bytes()

    found = read_stream(io.BufferedReader(io.BytesIO(data)), "<stdin>")

    assert found == list(orders().trace)


def test_a_compressed_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.zst"
    kept(path)
    data = path.read_bytes()
    path.write_bytes(data[:6] + b"\xff" * 20 + data[26:])

    with pytest.raises(UsageError, match=r"run\.zst: is no whole zstandard file: "):
        Trace.read(str(path))


def test_the_first_format_may_be_compressed_too(tmp_path: Path) -> None:
    path = tmp_path / "run.zst"
    with create_trace(str(path)) as file:
        file.write(objects(orders().log))

    assert list(Trace.read(str(path))) == list(orders().trace)


def test_where_nothing_can_compress_a_command_says_what_to_install(
    tmp_path: Path,
) -> None:
    kept(tmp_path / "run.zst")
    program = textwrap.dedent("""
        import sys
        sys.modules["backports"] = sys.modules["compression"] = None
        from simulator.cli import main
        sys.exit(main(["ui", "--replay", "run.zst"]))
    """)

    done = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr == (
        "kn-sim: run.zst: zstandard needs Python 3.14 or a package: "
        "pip install 'kn-sim[zstd]'\n"
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="nothing kills like this")
@pytest.mark.parametrize("name", ["run.jsonl", "run.jsonl.zst"])
def test_a_process_that_is_killed_leaves_a_trace_up_to_there(
    name: str, tmp_path: Path
) -> None:
    program = textwrap.dedent(f"""
        import os, signal
        from simulator.trace.files import create_trace
        from simulator.trace.writing import TraceWriter
        from tests.unit.trace.runs import orders
        writer = TraceWriter(create_trace({str(tmp_path / name)!r}))
        writer.write(orders().log)
        os.kill(os.getpid(), signal.SIGKILL)
    """)

    done = subprocess.run([sys.executable, "-c", program], check=False)  # noqa: S603 - our own interpreter and text

    assert done.returncode == -signal.SIGKILL
    assert list(Trace.read(str(tmp_path / name))) == list(orders().trace)


def test_a_plain_file_is_what_the_writer_gives(tmp_path: Path) -> None:
    kept(tmp_path / "run.jsonl")

    assert (tmp_path / "run.jsonl").read_bytes() == written(orders().log)
