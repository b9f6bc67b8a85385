import pytest

from simulator.manifests.reading import MOST_SYNTAX_FAULTS
from simulator.topology import Topology
from tests.unit.manifests.faults import faults_of

HELM = (
    "this is a Go template, as Helm has them, not yet a manifest; render the chart first: "
    "helm template CHART | kn-sim run -"
)
NO_PLAIN_COLON = (
    "not valid YAML: mapping values are not allowed in this context; "
    "a second ': ' in this line needs quotes, or the indentation is wrong"
)
BROKER = "apiVersion: eventing.knative.dev/v1\nkind: Broker\nmetadata: {name: b}\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(
            "a:\n\tb: 2",
            "2:1: a tab indents this line; YAML is indented with spaces",
            id="tab",
        ),
        pytest.param(
            "a:\n  b: 1\n  \tc: 2",
            "3:3: a tab indents this line; YAML is indented with spaces",
            id="tab behind spaces",
        ),
        pytest.param(
            'a: "x\nb: 2',
            "2:5: not valid YAML: found unexpected end of stream; "
            "the quote opened in line 1 is not closed",
            id="open quote",
        ),
        pytest.param(
            "a: {b: 1\nc: 2",
            "2:2: not valid YAML: did not find expected ',' or '}'; "
            "the '{' opened in line 1 is not closed",
            id="open brace",
        ),
        pytest.param(
            "a: [b, 1\nc: 2",
            "2:2: not valid YAML: did not find expected ',' or ']'; "
            "the '[' opened in line 1 is not closed",
            id="open bracket",
        ),
        pytest.param("a: b: c", f"1:5: {NO_PLAIN_COLON}", id="two colons"),
        pytest.param("a: 1\n b: 2", f"2:3: {NO_PLAIN_COLON}", id="indentation"),
        pytest.param(
            "a:\n  \u2014 b: 1\n    c: 2",
            "3:6: not valid YAML: mapping values are not allowed in this context; "
            "line 2 has U+2014 (em dash) in place of '-'",
            id="dash of typography",
        ),
        pytest.param(
            "a:\xa0b\nc: d",
            "2:2: not valid YAML: mapping values are not allowed in this context; "
            "line 1 has U+00A0 (no-break space) in place of a space",
            id="no-break space",
        ),
        pytest.param(
            "a: \u201cb: c\u201d",
            "1:6: not valid YAML: mapping values are not allowed in this context; "
            "line 1 has U+201C (left double quotation mark) in place of a quote",
            id="quote of typography",
        ),
        pytest.param(
            "kubectl apply -f - <<EOF\na: b\n",
            "2:2: not valid YAML: mapping values are not allowed in this context; "
            "line 1 is none of the manifest: 'kubectl apply -f - <<EOF'",
            id="command of a shell",
        ),
        pytest.param(
            "a: b\nEOF\n",
            "3:1: not valid YAML: could not find expected ':'; "
            "line 2 is none of the manifest: 'EOF'",
            id="end of what a shell reads",
        ),
        pytest.param(
            "```yaml\na: b\n```\n",
            "1:1: not valid YAML: found character that cannot start any token; "
            "line 1 is none of the manifest: '```yaml'",
            id="fence of Markdown",
        ),
        pytest.param(
            "a: @x",
            "1:4: not valid YAML: found character that cannot start any token; "
            "put the value in quotes",
            id="at sign",
        ),
        pytest.param(
            "a: *foo",
            "1:4: not valid YAML: found undefined alias; '*' refers to an '&' anchor "
            "before it; put the value in quotes if it is a text",
            id="alias",
        ),
        pytest.param(
            "a: 1\nb\nc: 2",
            "3:1: not valid YAML: could not find expected ':'; a key is followed by ': '",
            id="key without colon",
        ),
        pytest.param(
            "- a\nb: 1",
            "2:1: not valid YAML: did not find expected '-' indicator; "
            "check the indentation of this line and of the one above",
            id="list then mapping",
        ),
        pytest.param(
            "a: x\n---\nb: \x01",
            "3:4: the character U+0001 is not allowed in YAML; "
            "write it as an escape in double quotes",
            id="control character",
        ),
        pytest.param(
            "é: 😀\n---\n'ü': ü\x7f",
            "3:7: the character U+007F is not allowed in YAML; "
            "write it as an escape in double quotes",
            id="control character behind others",
        ),
        pytest.param(
            "[" * 150,
            "1:101: the document is nested more than 100 levels deep",
            id="depth",
        ),
        pytest.param(
            "a: &a {b: [*a]}",
            "1:4: an alias stands inside what it names",
            id="cyclic alias",
        ),
        pytest.param(
            "kind: A\nkind: B",
            "2:1: the key 'kind' is written twice, first in line 1",
            id="key twice",
        ),
        pytest.param(
            "on: A\n'true': B",
            "2:1: the key 'true' is written twice, first in line 1",
            id="key twice once it is a text",
        ),
        pytest.param(
            "a: .nan",
            "1:4: JSON has no .nan; write it in quotes if you mean a text",
            id="not a number",
        ),
        pytest.param(
            "~: a",
            "1:1: a key must not be null; write it in quotes",
            id="null key",
        ),
        pytest.param(
            "? [a]\n: b",
            "1:3: a key must be a text, not a mapping or a list",
            id="list as a key",
        ),
        pytest.param("a: !!int x", "1:4: 'x' is no int", id="tag"),
        pytest.param(
            "a: {<<: 3}",
            "1:9: '<<' takes a mapping or a list of mappings",
            id="merge",
        ),
        pytest.param(
            "a: !!binary '&'",
            "1:4: !!binary is no base64: Only base64 data is allowed",
            id="binary",
        ),
        pytest.param("a: {{ .Values.x }}", f"1:4: {HELM}", id="helm value"),
        pytest.param(
            "# c\n{{- if .Values.x }}\na: 1\n{{- end }}", f"2:1: {HELM}", id="helm if"
        ),
        pytest.param(
            "apiVersion: v1\nkind: X\nmetadata:\n  name: '{{ .Release.Name }}'",
            f"4:10: {HELM}",
            id="helm name",
        ),
    ],
)
def test_a_text_that_is_no_yaml_is_told_where_and_how(text: str, fault: str) -> None:
    assert faults_of(text) == [f"t.yaml:{fault}"]


def test_a_depth_that_would_overflow_a_stack_is_refused() -> None:
    (fault,) = faults_of("[" * 2000)

    # from 0.2.6 on libyaml refuses first, at a depth of its own
    where, said = fault.rsplit(": ", 1)
    assert where in {"t.yaml:1:101", "t.yaml:1:1001"}
    assert said == "the document is nested more than 100 levels deep"


def test_aliases_nested_too_deeply_are_refused() -> None:
    deep = ["a0: &a0 [1]"]
    deep += [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 120)]

    found = faults_of("\n".join(deep))

    assert found == [
        "t.yaml:1:1: is nested more than 100 levels deep by its aliases",
    ]


def test_a_yaml_bomb_is_refused_and_the_rest_of_its_text_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.manifests.construct.MAX_EXPANDED", 20_000)
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for name, inner in zip("bcdefghi", "abcdefgh", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{inner}'] * 10)}]")

    found = faults_of("\n".join(["x: 1", "---", *lines, "---", "x: 1"]))

    assert found[1:] == ["t.yaml:3:1: its aliases expand to more than 20,000 values"]


def test_a_text_with_too_many_values_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("simulator.manifests.construct.MAX_NODES", 2_000)

    found = faults_of("- \n" * 2_001)

    assert found == ["t.yaml:1:1: the text holds more than 2,000 values"]


def test_a_fault_below_many_aliases_is_named_once() -> None:
    text = "a: &a [.nan]\nb: [*a, *a]"

    assert faults_of(text) == [
        "t.yaml:1:8: JSON has no .nan; write it in quotes if you mean a text"
    ]


def test_documents_behind_a_faulty_one_are_read_as_well() -> None:
    text = f"a: [\n---\nb: @\n---\n{BROKER}---\nkind: X\n"

    unclosed = "a '{' or '[' above is not closed, or a value is missing"
    assert faults_of(text) == [
        f"t.yaml:2:1: not valid YAML: did not find expected node content; {unclosed}",
        (
            "t.yaml:3:4: not valid YAML: found character that cannot start any token; "
            "put the value in quotes"
        ),
        "t.yaml:9:1: a manifest needs apiVersion",
    ]


def test_a_text_that_is_rather_no_yaml_is_given_up() -> None:
    text = "a: {\n---\n" * 100

    assert len(faults_of(text)) == MOST_SYNTAX_FAULTS


def test_a_template_elsewhere_does_not_hide_a_fault() -> None:
    text = f"{BROKER}spec: {{a: '{{{{ .x }}}}'}}\n---\n# one\n# two\nkind: X"

    assert faults_of(text) == ["t.yaml:8:1: a manifest needs apiVersion"]


def test_an_anchor_may_be_used_and_merged() -> None:
    text = (
        "apiVersion: v1\nkind: X\nmetadata: {name: x}\n"
        "spec: {a: &a {p: 1, q: 2}, b: {q: 3, <<: *a}, c: {<<: [{p: 0}, *a]}, d: *a}"
    )

    (resource,) = Topology.parse(text)

    assert resource.spec == {
        "a": {"p": 1, "q": 2},
        "b": {"q": 3, "p": 1},
        "c": {"p": 0, "q": 2},
        "d": {"p": 1, "q": 2},
    }


def test_a_key_twice_beside_keys_that_are_none() -> None:
    text = "? [a]\n: 1\n~: 2\nk: 3\nk: 4"

    assert faults_of(text) == [
        "t.yaml:1:3: a key must be a text, not a mapping or a list",
        "t.yaml:3:1: a key must not be null; write it in quotes",
        "t.yaml:5:1: the key 'k' is written twice, first in line 4",
    ]


def test_a_control_character_behind_a_faulty_document_is_found() -> None:
    found = faults_of("a: @\n---\nb: \x01")

    assert [fault.partition(" ")[0] for fault in found] == ["t.yaml:3:4:"]
