import gc
import io
import os
from pathlib import Path

import pytest

from simulator.errors import TopologyError, UsageError
from simulator.manifests.files import MAX_BYTES, Watch, why_missing, without_bookkeeping
from simulator.session.prepare import prepare
from simulator.topology import Topology


def manifest(name: str) -> str:
    return f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\n"


def faults_of(*sources: str | os.PathLike[str]) -> list[str]:
    with pytest.raises(TopologyError) as caught:
        Topology.load(*sources)
    return list(caught.value.faults)


def test_folders_are_read_sorted_and_with_what_lies_below(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.yml").write_text(manifest("second"))
    (tmp_path / "c.json").write_text(
        '{"apiVersion": "v1", "kind": "X", "metadata": {"name": "third"}}'
    )
    (tmp_path / "a.yaml").write_text(manifest("first"))
    (tmp_path / "notes.txt").write_text("no manifest")
    (tmp_path / "comment.yaml").write_text("# nothing yet")

    topology = Topology.load(tmp_path)

    assert [resource.name for resource in topology] == ["first", "second", "third"]


def test_what_is_no_manifest_is_left_out_of_a_folder_but_refused_by_name(
    tmp_path: Path,
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text("# of a chart\nreplicas: 3\n---\n- a\n")
    (tmp_path / "a.yaml").write_text(manifest("a"))

    topology = Topology.load(tmp_path)

    assert [resource.name for resource in topology] == ["a"]
    reason = "left out: is no Kubernetes manifest (no apiVersion, no kind)"
    assert topology.left_out == (f"{values}:2:1: {reason}", f"{values}:4:1: {reason}")
    notes = [str(finding) for finding in prepare(topology).findings]
    assert [note for note in notes if str(values) in note] == [
        f"{values}:{line}:1: KN001 document: {reason}" for line in (2, 4)
    ]
    assert len(faults_of(values)) == 2


def test_half_a_manifest_is_not_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: Broker\nmetadata: {name: a}\n")

    assert len(faults_of(tmp_path)) == 1


def test_line_ends_of_windows_are_line_ends(tmp_path: Path) -> None:
    text = manifest("a").replace("\n", "\r\n")
    (tmp_path / "a.yaml").write_bytes(text.encode())

    topology = Topology.load(tmp_path)

    assert topology.resources[0].name == "a"
    assert topology.resources[0].position("metadata").line == 3


def test_sources_are_read_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(manifest("a"))
    stdin = io.StringIO(manifest("from-stdin"))

    topology = Topology.load("-", str(tmp_path / "a.yaml"), stdin=stdin)

    assert [resource.name for resource in topology] == ["from-stdin", "a"]
    assert str(topology.resources[0].position("kind")) == "<stdin>:2:1"


def test_standard_input_is_read_as_bytes() -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"\xef\xbb\xbf" + manifest("é").encode()))

    topology = Topology.load("-", stdin=stdin)

    assert topology.resources[0].name == "é"


def test_nothing_to_load_is_wrong_use() -> None:
    with pytest.raises(UsageError, match="name at least one file or folder, or -"):
        Topology.load()


def test_a_missing_file_is_told_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "orders.yaml").write_text(manifest("a"))

    assert faults_of(tmp_path / "order.yaml", tmp_path / "no" / "x.yaml") == [
        f"{tmp_path}/order.yaml: no such file or folder; did you mean 'orders.yaml'?",
        f"{tmp_path}/no/x.yaml: no such file or folder",
    ]


def test_a_path_through_a_file_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(manifest("a"))

    assert faults_of(tmp_path / "a.yaml" / "b.yaml") == [
        f"{tmp_path}/a.yaml/b.yaml: cannot be read: Not a directory"
    ]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is closed to root"
)
def test_an_unreadable_folder_is_a_fault(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0)

    found = faults_of(tmp_path)

    closed.chmod(0o700)
    assert found == [f"{closed}: cannot be read: Permission denied"]


def test_an_empty_folder_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == [
        f"{tmp_path}: the folder holds no .yaml, .yml, .json file"
    ]


def test_a_file_that_holds_no_document_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("# nothing yet\n")

    assert faults_of(tmp_path / "a.yaml") == [f"{tmp_path}/a.yaml: holds no document"]


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        pytest.param(
            b"a: \0",
            ": is binary: it holds NUL bytes; a manifest is UTF-8 text",
            id="binary",
        ),
        pytest.param(
            b"a: 1\nb: \xff",
            ":2:4: is not UTF-8: the byte 0xFF starts no character",
            id="latin-1",
        ),
        pytest.param(
            b"#" * (MAX_BYTES + 1),
            ": is larger than 16 MB; split it into several files, or give it to stdin",
            id="large",
        ),
    ],
)
def test_a_file_that_is_no_text_is_a_fault(
    tmp_path: Path, raw: bytes, fault: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(raw)

    assert faults_of(path) == [f"{path}{fault}"]


def test_all_files_tell_their_faults_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("kind: X\n---\na: @")
    (tmp_path / "b.yaml").write_text("topology: same\nservices: {a: {}}")
    (tmp_path / "c.yaml").write_text("topology: same\nservices: {b: {}}")

    assert faults_of(tmp_path) == [
        f"{tmp_path}/a.yaml:1:1: a manifest needs apiVersion",
        (
            f"{tmp_path}/a.yaml:3:4: not valid YAML: found character that cannot start "
            "any token; put the value in quotes"
        ),
        (
            f"{tmp_path}/c.yaml:1:1: Simulation same is written twice, "
            f"first at {tmp_path}/b.yaml:1:1"
        ),
    ]


@pytest.mark.parametrize("enabled", [True, False])
def test_loading_leaves_the_collector_as_it_was(*, enabled: bool) -> None:
    was = gc.isenabled()
    (gc.enable if enabled else gc.disable)()
    try:
        Topology.parse(manifest("a"))

        assert gc.isenabled() is enabled
    finally:
        (gc.enable if was else gc.disable)()


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml"])
def test_a_kustomization_is_known_by_its_name_and_told_how_to_build(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "base.yaml").write_text(manifest("base"))
    (tmp_path / name).write_text("resources: [base.yaml]\n")

    assert faults_of(tmp_path) == [
        (
            f"{tmp_path}/{name}:1:1: a Kustomization is no manifest; build it first: "
            "kubectl kustomize FOLDER | kn-sim run -"
        )
    ]


def test_a_template_of_ytt_is_told_how_to_render(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: #@ data.values.name\n"
    )

    [fault] = faults_of(tmp_path)

    assert fault.startswith(f"{tmp_path}/a.yaml:4:")
    assert fault.endswith("render it first: ytt -f FOLDER | kn-sim run -")


def test_json_of_other_programs_is_left_out_of_a_folder_and_refused_by_name(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_text(manifest("a"))
    other = tmp_path / "tsconfig.json"
    other.write_text('{\n\t// paths\n\t"compilerOptions": {"target": "es2022",}\n}\n')

    topology = Topology.load(tmp_path)

    assert [str(each) for each in topology] == ["ConfigMap a"]
    [left_out] = topology.left_out
    assert left_out.startswith(f"{other}:")
    assert left_out.endswith("is no JSON, and no Kubernetes manifest (no apiVersion)")
    assert faults_of(other) != []


def test_broken_json_that_is_a_manifest_is_refused_wherever_it_lies(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.json").write_text('{"apiVersion": "v1", "kind": "X",')

    assert len(faults_of(tmp_path)) == 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_byte_order_mark_says_how_a_file_is_written(
    tmp_path: Path, encoding: str
) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(manifest("ä").encode(encoding))

    (resource,) = Topology.load(file)

    assert resource.name == "ä"


def test_utf_16_without_a_mark_is_told_how_to_save(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(manifest("a").encode("utf-16-le"))

    assert faults_of(file) == [f"{file}: looks like UTF-16: save it as UTF-8"]


def test_a_file_that_is_named_in_two_ways_is_read_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(manifest("a"))
    (tmp_path / "notes.yaml").write_text("- no manifest")
    (tmp_path / "b.yaml").symlink_to(file)

    topology = Topology.load(tmp_path, file, f"{tmp_path}/./a.yaml")

    assert [resource.name for resource in topology] == ["a"]
    assert len(topology.left_out) == 1


def test_a_link_that_leads_nowhere_names_where(tmp_path: Path) -> None:
    link = tmp_path / "gone.yaml"
    link.symlink_to("nowhere.yaml")

    assert faults_of(link) == [
        f"{link}: is a link to 'nowhere.yaml', which is not there"
    ]


def test_a_pattern_that_no_shell_has_filled_in_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "ping.yaml").write_text(manifest("a"))

    assert faults_of(tmp_path / "*.yaml") == [
        f"{tmp_path}/*.yaml: no file matches this pattern, and no file is called so"
    ]


def test_of_all_that_kubectl_gets_no_line_is_read_that_only_a_cluster_needs() -> None:
    kept = (
        "- apiVersion: v1\n  kind: X\n  metadata:\n%s    name: a\n  spec: {status: 1}\n"
    )
    fields = "    managedFields:\n    - f:a:\n        x: {}\n      g: 1\n"
    status = "  status:\n    conditions:\n    - type: Ready\n"
    item = kept % fields + status
    text = "apiVersion: v1\nitems:\n" + item * 20_000 + "kind: List\n"

    slim = without_bookkeeping(text)

    assert slim.count("\n") == text.count("\n")
    assert slim.replace("\n\n", "\n").count("managedFields") == 0
    assert slim.count("spec: {status: 1}") == 20_000
    assert slim.count("conditions") == 0


def test_files_put_together_may_each_begin_with_a_byte_order_mark(
    tmp_path: Path,
) -> None:
    both = tmp_path / "both.yaml"
    both.write_text(
        f"\ufeff{manifest('a')}---\n\ufeff{manifest('b')}", encoding="utf-8"
    )

    topology = Topology.load(both)

    assert [resource.name for resource in topology] == ["a", "b"]


@pytest.mark.parametrize(
    ("meant", "there", "near"),
    [
        ("pig.yaml", "q.yaml", ""),
        ("nothere.yaml", "note9.md", ""),
        ("a.yaml", "b.yaml", ""),
        ("ordres.yaml", "orders.yaml", "; did you mean 'orders.yaml'?"),
        ("orders.yml", "orders.yaml", "; did you mean 'orders.yaml'?"),
    ],
)
def test_a_suffix_alone_makes_no_file_near_another(
    tmp_path: Path, meant: str, there: str, near: str
) -> None:
    (tmp_path / there).touch()

    assert why_missing(str(tmp_path / meant)) == f"no such file or folder{near}"


def write(path: Path, text: str, mtime: int) -> None:
    path.write_text(text)
    os.utime(path, (mtime, mtime))


def test_a_file_that_is_written_has_changed_once(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    write(path, "a", 1)
    watch = Watch([str(path)])

    before = watch.changed()
    write(path, "b", 2)
    after = (watch.changed(), watch.changed())

    assert (before, after) == (False, (True, False))


def test_a_folder_changes_with_yaml_anywhere_below_it_and_nothing_else(
    tmp_path: Path,
) -> None:
    below = tmp_path / "team"
    below.mkdir()
    watch = Watch([str(tmp_path)])

    write(below / "notes.txt", "x", 1)
    notes = watch.changed()
    write(below / "broker.yml", "x", 1)
    manifest = watch.changed()

    assert (notes, manifest) == (False, True)


def test_a_file_that_goes_and_comes_back_has_changed_twice(tmp_path: Path) -> None:
    path = tmp_path / "shop.yaml"
    write(path, "a", 1)
    watch = Watch([str(path), "-"])

    path.unlink()
    gone = watch.changed()
    write(path, "a", 1)

    assert (gone, watch.changed()) == (True, True)


def test_a_huge_folder_is_looked_through_in_part(tmp_path: Path) -> None:
    for number in range(3):
        write(tmp_path / f"{number}.yaml", "", 1)
    watch = Watch([str(tmp_path)], most=2)

    write(tmp_path / "2.yaml", "x", 2)
    beyond = watch.changed()
    write(tmp_path / "1.yaml", "x", 2)

    assert (beyond, watch.changed()) == (False, True)
