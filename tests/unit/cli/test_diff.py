"""``kn-sim diff`` as its user sees it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from simulator.cli import main

OLD = """\
apiVersion: eventing.knative.dev/v1
kind: Trigger
metadata: {name: ship}
spec: {broker: default, subscriber: {uri: http://ship.example}}
---
apiVersion: eventing.knative.dev/v1
kind: Broker
metadata: {name: default}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "shop.yaml").write_text(OLD)
    return tmp_path


@pytest.fixture
def repository(folder: Path) -> Path:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q", "-b", "main"], ["add", "."]):
        subprocess.run(["git", *words], check=True)  # noqa: S603, S607 - as on the PATH
    subprocess.run(["git", *who, "commit", "-qm", "first"], check=True)  # noqa: S603, S607
    return folder


def edited(before: str, after: str) -> None:
    Path("new.yaml").write_text(OLD.replace(before, after))


def refusal(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["diff", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err


@pytest.mark.parametrize(
    ("strategy", "shown", "replaced"),
    [
        (
            "update-strategy: fallback-on-replace",
            "fallback on replace  reconcile",
            True,
        ),
        ("update-strategy: always-replace", "always replace  reconcile", False),
        ("update-strategy: skip", "skip    reconcile", False),
        ("update-strategy: replce", "???     reconcile", False),
        ("delete-strategy: orphan", "fallback on replace  reconcile", True),
        ('disable-wait: ""', "fallback on replace  -", True),
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_annotation_says_how_kapp_updates(
    strategy: str, shown: str, replaced: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    text = OLD.replace("broker: default", "broker: other")
    named = f"{{name: ship, annotations: {{kapp.k14s.io/{strategy}}}}}"
    Path("new.yaml").write_text(text.replace("{name: ship}", named))

    # when
    code = main(["diff", "k8s", "new.yaml", "-q", "--summary"])

    # then
    out = capsys.readouterr().out
    assert code == 0
    assert f"ship  Trigger  update  {shown}" in out
    assert ("Deleted and created anew" in out) is replaced


@pytest.mark.parametrize(
    ("strategy", "shown"),
    [
        ("create-strategy: fallback-on-update", "create  fallback on update  reconcile"),
        ("create-strategy: fallback-on-update-or-noop", "create  fallback on update or noop  reconcile"),
        ("delete-strategy: orphan", "create  -       reconcile"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_an_annotation_says_how_kapp_creates(
    strategy: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("old.yaml").write_text(OLD.partition("---\n")[2])
    named = f"{{name: ship, annotations: {{kapp.k14s.io/{strategy}}}}}"
    Path("new.yaml").write_text(OLD.replace("{name: ship}", named))

    main(["diff", "old.yaml", "new.yaml", "-q", "--summary"])

    assert f"ship  Trigger  {shown}" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_what_was_to_be_orphaned_is_not_deleted_from_the_cluster(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = "{name: ship, annotations: {kapp.k14s.io/delete-strategy: orphan}}"
    Path("old.yaml").write_text(OLD.replace("{name: ship}", named))
    Path("new.yaml").write_text(OLD.partition("---\n")[2])

    main(["diff", "old.yaml", "new.yaml", "-q", "--summary"])

    assert "ship  Trigger  delete  orphan  delete" in capsys.readouterr().out


def test_what_a_webhook_lets_nobody_change_falls_back_on_replace(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    edited("broker: default", "broker: other")

    # when
    code = main(["diff", "k8s", "new.yaml", "-q", "--summary"])

    # then
    assert code == 0
    out = capsys.readouterr().out
    assert (
        "default    ship  Trigger  update  fallback on replace  reconcile  ok  -  \n"
        in out
    )
    assert (
        "  trigger/ship (eventing.knative.dev/v1) namespace: default: Immutable fields "
        "changed (-old +new): broker, spec -: default +: other\n"
    ) in out


def test_a_revision_stands_for_the_files_of_the_other_side(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    Path("k8s/shop.yaml").write_text(OLD.replace("ship.example", "sea.example"))

    # when
    code = main(["diff", "git:HEAD", "k8s", "--exit-status"])

    # then
    assert code == 3
    assert "      8 +     uri: http://sea.example\n" in capsys.readouterr().out


def test_a_file_at_a_revision_is_the_same_as_one_on_disk(
    repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given files as they were committed

    # when
    code = main(["diff", "git:main:k8s/shop.yaml", "k8s", "-q", "--exit-status"])

    # then
    assert code == 2
    assert "0 update, 0 noop" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["git:mian", "k8s"], "git:mian: git knows no revision 'mian'; did you mean 'main'?"),
        (["git:HEAD:deep/x.yaml", "k8s"], "git:HEAD:deep/x.yaml: at HEAD, deep/x.yaml is not there"),
        (["git:HEAD", "git:HEAD"], "git:HEAD: names no file, and neither does git:HEAD; write git:HEAD:PATH"),
        (["git:--output=x", "k8s"], "git:--output=x: expected git:REV or git:REV:PATH, such as git:HEAD~1"),
    ],
)  # fmt: skip
def test_a_revision_that_is_not_there_is_told_in_one_line(
    repository: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    # given a repository of one commit

    # when
    err = refusal(capsys, *words)

    # then
    assert err == f"kn-sim: {said}\n"


def test_a_folder_in_no_repository_has_no_revision(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # given
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))

    # when
    err = refusal(capsys, "git:HEAD", "k8s")

    # then
    assert err.startswith("kn-sim: git:HEAD: not a git repository")


def test_the_faults_of_both_versions_are_told_at_once(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    Path("old.yaml").write_text("a: [\n")
    Path("new.yaml").write_bytes(b"\x7fELF\0\0")

    # when
    err = refusal(capsys, "old.yaml", "new.yaml")

    # then
    assert [line.partition(": ")[0] for line in err.splitlines()] == [
        "old.yaml:2:1",
        "new.yaml",
        "kn-sim",
    ]


def test_what_a_cluster_would_refuse_is_told_with_what_cannot_be_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    text = "topology: shop\nbrokers: {default: {delivery: {retry: -1}}}\ntriggrs: {}\n"
    Path("new.yaml").write_text(text)

    # when
    err = refusal(capsys, "k8s", "new.yaml")

    # then
    assert [line.partition(" ")[0] for line in err.splitlines()] == [
        "new.yaml:2:32:",
        "new.yaml:3:1:",
        "kn-sim:",
    ]


def test_a_version_that_a_cluster_would_refuse_is_compared_all_the_same(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    edited("{uri: http://ship.example}", "{}")

    # when
    code = main(["diff", "k8s", "new.yaml"])

    # then
    assert code == 1
    out, err = capsys.readouterr()
    assert "      7 +   subscriber: {}\n" in out
    assert "expected at least one, got none" in err
    assert err.endswith("kn-sim: a cluster would refuse NEW\n")


def test_colours_are_those_of_kapp(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # given
    edited("ship.example", "sea.example")

    # when
    main(["diff", "k8s", "new.yaml", "-q", "--color", "always"])

    # then
    lines = capsys.readouterr().out.splitlines()
    assert "\x1b[31m  8     -     uri: http://ship.example\x1b[0m" in lines
    assert "\x1b[32m      8 +     uri: http://sea.example\x1b[0m" in lines
    row = "default    ship  Trigger  \x1b[32mupdate\x1b[0m  -       reconcile  \x1b[32mok\x1b[0m  -  "
    assert row in lines
