"""A template is told with the very command that renders it into what was typed."""

from pathlib import Path

import pytest

from simulator.cli import main

BROKER = "apiVersion: eventing.knative.dev/v1\nkind: Broker\nmetadata: {name: %s}\n"
KUBECTL = """#!/bin/sh
[ "$1" = kustomize ] || exit 9
[ -f "$2/kustomization.yaml" ] || { echo "no kustomization in $2" >&2; exit 1; }
cat "$2/broker.yaml"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    chart = tmp_path / "shop"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: shop\n")
    (chart / "templates" / "b.yaml").write_text(BROKER % "{{ .Release.Name }}")
    overlay = tmp_path / "my overlay"
    overlay.mkdir()
    (overlay / "kustomization.yaml").write_text("resources: [broker.yaml]\n")
    (overlay / "broker.yaml").write_text(BROKER % "orders")
    (tmp_path / "b.yaml").write_text(BROKER % "other")
    (tmp_path / "a.jsonnet").write_text("local x = 1;\n{a: x}\n")
    return tmp_path


@pytest.fixture
def kubectl(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tools = folder / "tools"
    tools.mkdir()
    (tools / "kubectl").write_text(KUBECTL)
    (tools / "kubectl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:/usr/bin:/bin")
    return tools


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            ["check", "--strict", "shop", "b.yaml"],
            "helm template shop | kn-sim check --strict - b.yaml",
        ),
        (
            ["explain", "shop/templates/b.yaml", "--send", "type=a b"],
            "helm template shop | kn-sim explain - --send 'type=a b'",
        ),
        (
            ["run", "my overlay"],
            "kubectl kustomize 'my overlay' | kn-sim run -",
        ),
        (["graph", "a.jsonnet"], "jsonnet -y a.jsonnet | kn-sim graph -"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_the_command_that_renders_ends_in_what_was_typed(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(words)

    out, err = capsys.readouterr()
    assert code in (1, 2)
    assert told in f"{out}{err}"


@pytest.mark.usefixtures("kubectl")
def test_a_folder_is_rendered_by_kubectl_when_somebody_asks(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["check", "-k", "my overlay", "b.yaml"])

    out, _ = capsys.readouterr()
    assert code == 0
    assert "Broker orders  Ready" in out
    assert "Broker other   Ready" in out


@pytest.mark.usefixtures("kubectl")
def test_what_kubectl_refuses_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["check", "--kustomize", "shop"])

    _, err = capsys.readouterr()
    assert code == 2
    assert err == "kn-sim: kubectl kustomize shop: no kustomization in shop\n"


@pytest.mark.usefixtures("kubectl")
def test_what_is_wrong_in_what_was_rendered_is_placed_in_the_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "my overlay" / "broker.yaml").write_text(f"{BROKER % 'a'}spek: {{}}\n")

    main(["check", "-k", "my overlay"])

    out, _ = capsys.readouterr()
    assert out.startswith("my overlay (rendered):4:1: Broker a: spek: unknown field")


@pytest.mark.usefixtures("kubectl")
def test_of_two_folders_none_is_passed_over(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["check", "-k", "my overlay", "--kustomize", "shop"])

    _, err = capsys.readouterr()
    assert code == 2
    assert "is given twice, my overlay and shop" in err


def test_of_the_log_of_kubectl_only_what_is_wrong_is_told(
    kubectl: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = r"""E1129 19:32:11.098766    9833 run.go:72] "command failed" err="no \"x\" here\n" """
    (kubectl / "kubectl").write_text(f"#!/bin/sh\ncat >&2 <<'E'\n{log}\nE\nexit 1\n")

    main(["check", "-k", "my overlay"])

    assert capsys.readouterr().err == (
        'kn-sim: kubectl kustomize my overlay: no "x" here\n'
    )


@pytest.mark.usefixtures("folder")
def test_where_no_tool_is_there_it_is_said(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    code = main(["check", "-k", "my overlay"])

    _, err = capsys.readouterr()
    assert code == 2
    assert "neither kubectl nor kustomize is on the PATH" in err
