import pytest

from simulator.systems.cel import Cel, CelError

REQUEST = {
    "header": {"Ce-Type": ["cd.artifact.published.v1"], "Ce-Artifactid": ["kind-registry:5000/poc"]},
    "body": {"ref": "refs/heads/main", "n": 2, "tags": ["a", "b"], "yes": True, "half": 1.5, "deep": {"x": "y"}},
    "extensions": {"env": "production"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("header.match('ce-type', 'cd.artifact.published.v1')", True),
        ("header.match('Ce-Type', 'cd.artifact')", False),
        ("header.canonical('ce-none') == ''", True),
        ("header['Ce-Type'][0].startsWith('cd.')", True),
        ("header.canonical('Ce-Artifactid').replace('kind-registry', 'localhost')", "localhost:5000/poc"),
        ("body.ref.split('/')[2]", "main"),
        ('body.deep.x == "y" && !(body.n == 3)', True),
        ("body.deep.x == 'z' || extensions.env in ['staging', 'production']", True),
        ("'x' in body.deep", True),
        ("'it' + '\\'s'", "it's"),
        ("'a\\tb\\\\'", "a\tb\\"),
        ("body.ref.truncate(4)", "refs"),
        ("true != false", True),
        ("body.none == 'x' || body.n == 2", True),
        ("body.n == 3 && body.none", False),
        ("body.none && body.n == 3", False),
        ("'abc'.split('')[2]", "c"),
        ("[1] in body", False),
        ("body.yes == 1 || 1 == body.yes || [1] == [body.yes]", False),
        ("body.n in [true, 2.0]", True),
        ("1 in [true]", False),
        ("body.tags + ['c']", ["a", "b", "c"]),
        ("body.half + 1.0 == 2.5", True),
    ],
)  # fmt: skip
def test_an_expression_is_evaluated_as_in_triggers(text: str, value: object) -> None:
    assert Cel(text).evaluate(REQUEST) == value


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends too early"),
        ("body.", "ends too early"),
        ("body.n >", "does not parse at '>'"),
        ("body.n > 2", "does not parse at '> 2'"),
        ("requestURL == '/'", "'requestURL' is not simulated"),
        ("bdoy.n == 2", "'bdoy' is not simulated; did you mean 'body'?"),
        ("body.ref.substring(1)", "substring() is not simulated"),
        ("body.ref.replace('a')", "replace() takes 2, found 1"),
        (r"body.ref == 'a\.b'", r"has no escape '\\.'"),
        ("(body.n == 2", "expected ')', found 'the end'"),
        ("body.n == 2 body", "expected an end, found 'body'"),
        ("(" * 60 + "true" + ")" * 60, "is nested deeper than 50"),
        ("body" + ".a" * 300, "has more than 400 words and signs"),
    ],
)
def test_what_does_not_parse_or_is_not_simulated_is_refused(
    text: str, why: str
) -> None:
    with pytest.raises(CelError) as raised:
        Cel(text)
    assert why in str(raised.value)


@pytest.mark.parametrize("text", ["body.none", "body.tags[9]", "body.n && true", "body.none || body.n == 3", "body.n.replace('a', 'b')", "body.ref.truncate('x')", "body.tags[[1]]", "body.tags[true]", "body.half + 1", "body.ref + 1.0"])  # fmt: skip
def test_a_request_that_lacks_what_is_asked_for_is_an_error(text: str) -> None:
    with pytest.raises(CelError):
        Cel(text).evaluate(REQUEST)
