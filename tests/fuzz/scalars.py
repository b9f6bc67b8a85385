"""Values that no author of a manifest means, and that one will write some day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

NUMBERS = (
    0, 1, -1, 2, 3, 10, 59, 60, 100, 200, 255, 256, 404, 503, 599, 600, 1000, 65_535,
    65_536, 2**31 - 1, 2**31, 2**32, 2**53, 2**63 - 1, 2**63, -(2**63), 2**64, 10**19,
    10**30, 10**400, 0.0, -0.0, 0.5, 1.5, 1e-9, 5e-324, 1e300, 1.7976931348623157e308,
    float("inf"), float("-inf"), float("nan"),
)  # fmt: skip

TEXTS = (
    "", " ", "\n", "\t", "a", "A", "y", "no", "on", "null", "~", "true", "True", "False",
    "0", "-0", "08", "0o7", "0x1F", "1e3", "1:30", "1_000", "1e400", ".5", ".inf", ".nan",
    "2021-06-19", "2026-01-01T00:00:00Z", "2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:60+14:00", "2026-01-01T00:00:00.123456789123Z",
    "<<", "=", "-", "- a", "a: b", "a #b", "a,b", "{a: b}", "[x]", "{", "]", "'", '"', "\\",
    "%", "%%", "%zz", "%00", "%x", "{{ .Values.x }}", "${x}", "$(x)", "@x", "!t", "&a", "*a",
    "\x00", "a\x00b", "\x01", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\u200b", "\ud83d", "\udcff",
    "é", "İ", "ß", "\u0660", "²", "１", "😀", "\U0010ffff", "e\u0301", "9" * 5000, f"PT{'9' * 5000}S", f"{'9' * 5000} * * * *", "a" * 64, "a" * 254,
    "x" * 5000, "../..", "/", "//", ".", "..", "/dev/null", "/dev/zero", "a/b", "a/b/c",
    "a.b", "a..b", ".a", "a.", "-a", "a-", "a_b", "A.b", "default", "knative-eventing",
)  # fmt: skip

ADDRESSES = (
    "broker/default", "broker/x", "broker/", "broker", "/broker/default", "channel/x",
    "channel/a/b", "service/x", "service/x.y", "trigger/x", "subscription/x", "source/x",
    "sequence/x", "parallel/x", "sequence/x/0", "ping/x", "a/b", "a/b/c/d", "http:",
    "http://", "http:///", "http://x", "HTTP://X", "http://x:0", "http://x:99999",
    "http://x:a", "http://x:-1", "http://x:", "http://:80", "http://x:8080/p?q#f",
    "http://u:p@x/", "http://u@x@y/", "http://[::1]/", "http://[::1", "http://::1]/",
    "http://[1..2]/", "http://[fe80::1%25eth0]/", "http://[v1.a]/", "http://[]/",
    "http://1.2.3.4/", "http://999.1.1.1/", "http://x y/", "http://x\ty", "http://x\x00/",
    "http://%41/", "http://%zz/", "http://x/%", "http://x/%zz", "http://é/", "http://xn--/",
    "http://x/é", "http://x..y/", "http://.x/", "http://" + "a" * 300 + "/", "//x/y",
    "https://x", "ftp://x", "mailto:a@b", "urn:x", "file:///etc/passwd", "x:y", ":", "://",
    "?", "#", "http://x?", "http://x#", "/a/b", "a b", "http://x/\r\nHost: y",
    "http://broker-ingress.knative-eventing.svc.cluster.local/default/default",
    "http://x.default.svc.cluster.local", "http://x.default.svc.cluster.local:80/",
)  # fmt: skip

DURATIONS = (
    "PT1S", "PT0S", "PT0.1S", "P1D", "P1W", "P1M", "P1Y", "PT", "P", "PT-1S", "-PT1S",
    "PT1H1M1.5S", "PT1,5S", "P1DT1H", "PT99999999999H", "PT1e3S", "P9999999999Y", "pt1s",
    "1s", "0s", "1.5s", "250ms", "1h30m", "1us", "1ns", "0.1ns", "99999999999999h", "1", "s",
    "1 s", "-1s", "5m5", "1d", "293y", "²s", "１s",
)  # fmt: skip

CRONS = (
    "* * * * *", "*/1 * * * *", "*/0 * * * *", "0 0 30 2 *", "@hourly", "@every 1s",
    "@every 0s", "@every 1ns", "@every", "@never", "* * * *", "* * * * * *", "60 * * * *",
    "1-99999999999 * * * *", "5-1 * * * *", "a * * * *", "TZ=UTC * * * * *", "CRON_TZ=",
    "TZ=x * * * * *", "? ? ? ? ?", "L * * * *", "jan * * * mon", "1,,2 * * * *", "*/ * * * *",
)  # fmt: skip

EXPRESSIONS = (
    "type = 'a'", "type LIKE 'a%'", "type LIKE '%_%_%'", "x > 1", "NOT x", "1", "'a'", "TRUE",
    "EXISTS x", "x IN ('a', 1)", "1 / 0", "x % 0", "-x", "- -1", "INT(x)", "ABS(-2147483648)",
    "-2147483648 / -1", "2147483648", "SUBSTRING(x, 1, 99)", "LEFT(x, -1)", "F(x)", "(", ")",
    "type = 'a", "type = \"a\" OR", "a AND b XOR c", "IS_INT(x)", "CONCAT()", "é = 'é'",
    "NOT " * 50 + "TRUE", "(" * 40 + "TRUE" + ")" * 40, "type = '\\''", "x = 'a' AND",
)  # fmt: skip

# Each is written into the text as it stands, in place of a value.
RAW = (
    "!!binary aGk=", "!!binary ~", "!!int x", "!!int '0x'", "!!float a", "!!float .", "!!null x",
    "!!bool x", "!!str 1", "!!timestamp 2026-01-01", "!!timestamp x", "!!set {a, b}",
    "!!omap [a: 1]", "!!pairs [a: 1]", "!!map x", "!!seq {}", "!x y", "!<tag:x> y",
    "!!python/object:os.system x", "!!python/name:os.system", "! a", "!!merge x", "!!value x",
    "&a x", "&a [*a]", "&a {b: *a}", "*missing", "&a", "[&a {x: 1}, *a, *a]",
    "{<<: {a: 1}}", "{<<: [{a: 1}, {b: 2}]}", "{<<: 1}", "{<<: [1]}", "{<<: ~}",
    "{? {a: 1} : b}", "{? [a] : b}", "{a: 1, a: 2}", "{1: a, 1.0: b, true: c}", "{~: a}",
    "{.nan: a}", "{=: a}", "=", "<<", "? a", "{a}", "{a, b: }", "[a: b]", "[,]", "[[]]", "{}",
    "0o17", "017", "08", "1_0", "0b1", "190:20:30", "+1", "1e999", "-.inf", ".NaN", "0x", "1e",
    "9" * 5000, "yes", "NO", "~", "2001-12-14t21:59:43.10-05:00", "2001-99-99", "|", ">", "|+", "|0", ">-9",
    "'", '"', '"\\x00"', '"\\ud800"', '"\\U0011ffff"', '"\\q"', "@", "`", "%", "---", "...",
    "%YAML 1.1", "%YAML 9.9", "%TAG ! x", "#", "\t", "\x00", "\x85", "\u2028", "\ufeff",
)  # fmt: skip

# What a user may say in place of a name in Knative's or our own schemas.
KINDS = (
    "Broker", "Trigger", "Channel", "InMemoryChannel", "Subscription", "Sequence", "Parallel",
    "PingSource", "ApiServerSource", "ContainerSource", "SinkBinding", "KafkaSource",
    "KafkaChannel", "EventType", "EventPolicy", "EventTransform", "JobSink", "RequestReply",
    "IntegrationSource", "IntegrationSink", "Service", "Deployment", "ConfigMap", "Secret",
    "Namespace", "Pod", "Simulation", "List", "CustomResourceDefinition", "broker", "", "x",
)  # fmt: skip
API_VERSIONS = (
    "v1", "apps/v1", "eventing.knative.dev/v1", "eventing.knative.dev/v1beta1",
    "eventing.knative.dev/v1alpha1", "eventing.knative.dev/v1beta2", "eventing.knative.dev/v1beta3",
    "messaging.knative.dev/v1", "flows.knative.dev/v1", "sources.knative.dev/v1",
    "sources.knative.dev/v1beta2", "sources.knative.dev/v1alpha1", "sinks.knative.dev/v1alpha1",
    "serving.knative.dev/v1", "serving.knative.dev/v2", "simulator/v1", "simulator/v9", "/", "",
    "/v1", "a/b/c", "x",
)  # fmt: skip

_TEXTS = (TEXTS, TEXTS, ADDRESSES, DURATIONS, CRONS, EXPRESSIONS, KINDS, API_VERSIONS)
_DEEP = 150


def scalar(random: Random) -> Any:
    """Draw null, a truth value, a number or a text."""
    match random.randrange(10):
        case 0:
            return None
        case 1:
            return random.random() < 0.5
        case 2 | 3:
            return random.choice(NUMBERS)
        case _:
            return text(random)


def text(random: Random) -> str:
    """Draw a text; now and then two in one."""
    found = random.choice(random.choice(_TEXTS))
    return found + random.choice(TEXTS) if random.random() < 0.1 else found


def value(random: Random) -> Any:
    """Draw anything that YAML can say."""
    match random.randrange(14):
        case 0:
            return []
        case 1:
            return {}
        case 2:
            return [scalar(random) for _ in range(random.randrange(1, 4))]
        case 3 | 4:
            return {text(random): scalar(random) for _ in range(random.randrange(1, 4))}
        case 5:
            return [value(random)]
        case 6:
            return reference(random)
        case 7 if random.random() < 0.1:
            return deep(random)
        case _:
            return scalar(random)


def reference(random: Random) -> dict[str, Any]:
    """Draw a reference, or what somebody takes for one."""
    drawn = {
        "apiVersion": random.choice(API_VERSIONS),
        "kind": random.choice(KINDS),
        "name": random.choice(("x", "default", text(random), scalar(random))),
        "namespace": random.choice(("default", text(random))),
        "group": random.choice(API_VERSIONS),
        "address": random.choice(ADDRESSES),
        "uri": random.choice(ADDRESSES),
    }
    kept = random.sample(sorted(drawn), random.randrange(1, 5))
    found = {name: drawn[name] for name in kept}
    return {"ref": found} if random.random() < 0.3 else found


def deep(random: Random) -> Any:
    """Draw a value in many others."""
    found = scalar(random)
    for _ in range(random.randrange(2, _DEEP)):
        found = [found] if random.random() < 0.5 else {"a": found}
    return found
