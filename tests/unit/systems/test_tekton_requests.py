"""What Tekton Triggers makes of a request."""

from pathlib import Path

import pytest

from simulator import TopologyError
from simulator.systems.tekton_given import read_tekton
from simulator.systems.tekton_requests import runs_asked_for

LISTENER = """
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: show}
spec: {params: [{name: text}], tasks: [{name: t, taskRef: {name: t}}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: el}
spec:
  triggers:
    - interceptors: INTERCEPTORS
      bindings: [{name: text, value: 'VALUE'}]
      template: {ref: show}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: show, annotations: {ANNOTATION: "true"}}
spec:
  params: [{name: text, DEFAULT}]
  resourcetemplates:
    - kind: PipelineRun
      metadata: {name: NAME}
      spec: {pipelineRef: {name: show}, params: [{name: text, value: $(tt.params.text)}]}
"""
ESCAPES = "triggers.tekton.dev/old-escape-quotes"
HEADERS = {"ce-type": "t", "ce-my1ext": "1st"}


def written(folder: Path, **texts: str) -> Path:
    texts = {"INTERCEPTORS": "[]", "VALUE": "x", "ANNOTATION": "a", "NAME": "r",
             "DEFAULT": "description: a text", **texts}  # fmt: skip
    text = LISTENER
    for name, value in texts.items():
        text = text.replace(name, value)
    path = folder / "tekton.yaml"
    path.write_text(text)
    return path


def asked(path: Path, body: str) -> list[str]:
    """Give the param of each run that a request comes to."""
    listener = read_tekton(path, "pipelines").listener
    assert listener is not None
    runs = runs_asked_for(listener, HEADERS, body.encode(), lambda: "u-1")
    return [run.params["text"] for run in runs]


@pytest.mark.parametrize(
    ("interceptors", "runs"),
    [
        # An interceptor sees what those before it have added,
        ("[{cel: {overlays: [{key: env, expression: body.e}]}}, {cel: {filter: extensions.env == 'prod'}}]", 1),
        ("[{cel: {overlays: [{key: env, expression: body.e}]}}, {cel: {filter: extensions.env == 'dev'}}]", 0),
        # its filter and its other overlays do not see its own.
        ("[{cel: {filter: extensions.env == 'prod', overlays: [{key: env, expression: body.e}]}}]", 0),
        ("[{cel: {overlays: [{key: a, expression: body.e}, {key: b, expression: extensions.a}]}}]", 0),
        # Names of headers are as Go writes them: the letter after a digit is small.
        ("[{cel: {filter: \"header['Ce-My1ext'][0] == '1st'\"}}]", 1),
    ],
)  # fmt: skip
def test_interceptors_are_a_chain(interceptors: str, runs: int, tmp_path: Path) -> None:
    path = written(tmp_path, INTERCEPTORS=interceptors)
    assert len(asked(path, '{"e": "prod"}')) == runs


@pytest.mark.parametrize(
    ("body", "bare", "with_cel"),
    [
        ('{"a": 1}', 1, 1),
        ("", 1, 1),
        ("null", 1, 1),
        ("[1]", 1, 0),
        ('"text"', 1, 0),
        ("no json", 0, 0),
        ('{"a": NaN}', 0, 0),
        ('{"a": 1e400}', 0, 0),
        ("[" * 100_000, 0, 0),
    ],
)
def test_triggers_need_json_and_interceptors_of_cel_an_object(
    body: str, bare: int, with_cel: int, tmp_path: Path
) -> None:
    cel = "[{cel: {filter: \"header.match('ce-type', 't')\"}}]"
    assert len(asked(written(tmp_path), body)) == bare
    assert len(asked(written(tmp_path, INTERCEPTORS=cel), body)) == with_cel


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("$(body.text)", 'he said "<no>"\nÄ'),
        ("$(body.n) $(body.half) $(body.big) $(body.small)", "1 1.5 1e+21 1e-7"),
        ("$(body.long)", "12345678901234567000"),
        ("$(body.yes), $(body.none)", "true, null"),
        ("$(header.CE-TYPE)", "t"),
    ],
)
def test_a_value_is_put_in_as_go_writes_it(
    value: str, text: str, tmp_path: Path
) -> None:
    body = r"""{"text": "he said \"<no>\"\nÄ", "n": 1.0, "half": 1.5, "big": 1e21,
        "small": 1e-7, "long": 12345678901234567890, "yes": true, "none": null}"""
    assert asked(written(tmp_path, VALUE=value), body) == [text]


def test_an_object_is_put_in_only_by_a_template_that_escapes_quotes(
    tmp_path: Path,
) -> None:
    body = '{"o": {"b": [1, "x"], "a": null}}'
    assert asked(written(tmp_path, VALUE="$(body.o)"), body) == []
    escapes = written(tmp_path, VALUE="$(body.o)", ANNOTATION=ESCAPES)
    assert asked(escapes, body) == ['{"a":null,"b":[1,"x"]}']


def test_a_default_stands_for_what_is_not_there_within_the_text(tmp_path: Path) -> None:
    path = written(tmp_path, VALUE="v-$(body.none)-$(body.a)", DEFAULT="default: d")
    assert asked(path, '{"a": "b"}') == ["v-d-b"]


def test_a_template_gets_one_uid_for_each_trigger(tmp_path: Path) -> None:
    path = written(tmp_path, NAME="run-$(uid)")
    listener = read_tekton(path, "pipelines").listener
    assert listener is not None
    [run] = runs_asked_for(listener, HEADERS, b"{}", lambda: "u-1")
    assert run.name == "run-u-1"


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("  triggers:", "  namespaceSelector: {}\n  triggers:", "spec.namespaceSelector: is not simulated"),
        ("  triggers:", "  triggerGroups: []\n  triggers:", "spec.triggerGroups: is not simulated"),
        ("[{name: text, value: 'x'}]", "[{ref: x, kind: ClusterTriggerBinding}]", "'ClusterTriggerBinding' is not simulated: expected TriggerBinding"),
        ("[{name: text, value: 'x'}]", "[{name: a, value: x}, {name: a, value: y}]", "duplicate param name: a, so that no run is made"),
    ],
)  # fmt: skip
def test_what_would_be_played_wrong_is_refused(
    old: str, new: str, fault: str, tmp_path: Path
) -> None:
    path = written(tmp_path)
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(TopologyError, match=fault):
        read_tekton(path, "pipelines")


@pytest.mark.parametrize(
    "use",
    [
        "params: [{name: text, value: '$(tasks.a.results.n)'}]",
        "params: [{name: text, value: ['$(tasks.a.results.n[*])']}]",
        "when: [{input: $(tasks.a.results.n), operator: in, values: ['1']}]",
        "matrix: {params: [{name: text, value: ['$(tasks.a.results.n)']}]}",
        "runAfter: [a]",
    ],
)
def test_a_task_waits_for_those_whose_results_it_uses(use: str, tmp_path: Path) -> None:
    # given
    path = written(tmp_path)
    tasks = f"tasks: [{{name: t, {use}}}, {{name: a}}]"
    path.write_text(
        path.read_text().replace("tasks: [{name: t, taskRef: {name: t}}]", tasks)
    )

    # when
    waiting, first = read_tekton(path, "pipelines").pipelines["show"].tasks

    # then
    assert waiting.after == ("a",)
    assert first.after == ()
