"""What the webhook of Knative Serving refuses of how a revision scales, in its words.

Source: knative/serving pkg/apis/autoscaling/annotation_validation.go,
    pkg/apis/serving/metadata_validation.go, pkg/apis/serving/v1/revision_validation.go.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from simulator.duration import go_duration_ns
from simulator.quoting import go_quote
from simulator.resource import mapping
from simulator.serving.config import (
    ALGORITHMS,
    CLASSES,
    GROUP,
    SHIPPED,
    Annotations,
    as_float,
    as_int,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    # The field that it is about, and what Knative says of it.
    Refusal = tuple[str, str]

_MOST_INT: Final = 2**31 - 1
_MOST_CONCURRENCY: Final = 1000
_TIMEOUT_S: Final = 300
_MOST_TIMEOUT_S: Final = 600
_LEAST_TARGET: Final = 0.01
_NS: Final = 1_000_000_000
_WINDOW_S: Final = (6, 3600)
_PERCENTS: Final = {
    "panic-window-percentage": (1, 100),
    "panic-threshold-percentage": (110, 1000),
    "target-utilization-percentage": (1, 100),
}
_METRICS: Final = ("concurrency", "rps")


def refusals(
    manifest: Mapping[str, Any], cluster: Mapping[str, Any] = SHIPPED
) -> Iterator[Refusal]:
    """List what the webhook refuses of a Service; nothing else of it is looked at.

    Args:
        cluster: The settings of its autoscaler, see `config.settings`.
    """
    for key in mapping(mapping(manifest.get("metadata")).get("annotations")):
        if str(key).startswith(GROUP):
            why = 'autoscaling annotations must be put under "spec.template.metadata.annotations" to work'
            yield (
                f"metadata.annotations[{key}]",
                f"invalid key name {go_quote(str(key))}: metadata.annotations; {why}",
            )
    template = mapping(mapping(manifest.get("spec")).get("template"))
    given = mapping(mapping(template.get("metadata")).get("annotations"))
    below = "spec.template.metadata.annotations"
    for key, value in given.items():
        if not isinstance(value, str):
            found = json.dumps(value)
            yield f"{below}[{key}]", f"{below}.{key}: expected text, found {found}"
    texts = {key: value for key, value in given.items() if isinstance(value, str)}
    for key, message in _of_annotations(Annotations(texts), cluster):
        yield f"{below}[{key}]", f"{message}: {below}.{key}"
    for name, message in _of_spec(mapping(template.get("spec"))):
        yield f"spec.template.spec.{name}", f"{message}: spec.template.spec.{name}"


def _of_spec(spec: Mapping[str, Any]) -> Iterator[Refusal]:
    timeout = spec.get("timeoutSeconds") or _TIMEOUT_S
    bounds = {
        "containerConcurrency": _MOST_CONCURRENCY,
        "timeoutSeconds": _MOST_TIMEOUT_S,
        "responseStartTimeoutSeconds": timeout,
        "idleTimeoutSeconds": timeout,
    }
    for name, most in bounds.items():
        value = spec.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int):
            yield name, f"expected a whole number, found {value!r}"
        elif isinstance(most, int) and not 0 <= value <= most:
            yield name, f"expected 0 <= {value} <= {most}"


def _of_annotations(said: Annotations, cluster: Mapping[str, Any]) -> Iterator[Refusal]:
    value = said.get("class") or CLASSES[0]
    if value.endswith(GROUP) and value not in CLASSES:
        yield said.key("class"), f"invalid value: {value}"
    yield from _bounds_of_scale(said, cluster["max-scale-limit"])
    yield from _numbers(said)
    yield from _durations(said)
    metric = said.get("metric")
    if value == CLASSES[0] and metric is not None and metric not in _METRICS:
        yield said.key("metric"), f"invalid value: {metric}"
    algorithm = said.get("metric-aggregation-algorithm")
    if said.get("class") == CLASSES[0] and algorithm and algorithm not in ALGORITHMS:
        yield said.key("metric-aggregation-algorithm"), f"invalid value: {algorithm}"
    initial = said.get("initial-scale")
    if initial is not None:
        number, key = as_int(initial), said.key("initial-scale")
        if number is None:
            yield key, f"invalid value: {initial}"
        elif number < 0:
            yield key, f"invalid value: {initial}: {key} must be greater than 0"
        elif number == 0 and not cluster["allow-zero-initial-scale"]:
            yield key, f"invalid value: {initial}: {key}=0 not allowed by cluster"


def _bounds_of_scale(said: Annotations, limit: int) -> Iterator[Refusal]:
    found: dict[str, int] = {}
    for name in ("min-scale", "max-scale"):
        text = said.get(name)
        if text is None:
            continue
        number = as_int(text)
        if number is None:
            yield said.key(name), f"invalid value: {text}"
        elif not 0 <= number <= _MOST_INT:
            yield said.key(name), f"expected 0 <= {text} <= {_MOST_INT}"
        else:
            found[name] = number
    least, most = found.get("min-scale", 0), found.get("max-scale", 0)
    if most and most < least:
        message = f"max-scale={most} is less than min-scale={least}"
        yield said.key("max-scale"), message
    if limit > 0 and said.get("max-scale") is not None:
        if most > limit:
            yield said.key("max-scale"), f"expected 1 <= {most} <= {limit}"
        elif not most:
            message = f"max-scale=0 (unlimited), must be less than {limit}"
            yield said.key("max-scale"), message
    yield from _activation(said, least, most)


def _activation(said: Annotations, least: int, most: int) -> Iterator[Refusal]:
    text, key = said.get("activation-scale"), said.key("activation-scale")
    if text is None:
        return
    number = as_int(text)
    if number is None:
        yield key, f"invalid value: {text}"
    elif least > number:
        yield key, f"min-scale={least} is greater than activation-scale={number}"
    elif most and most < number:
        yield key, f"max-scale={most} is less than activation-scale={number}"
    elif number < 1:
        yield key, f"activation-scale={number} must be greater than 0"


def _numbers(said: Annotations) -> Iterator[Refusal]:
    for name, (low, high) in _PERCENTS.items():
        text = said.get(name)
        if text is not None:
            number = as_float(text)
            if number is None:
                yield said.key(name), f"invalid value: {text}"
            elif not low <= number <= high:
                yield said.key(name), f"expected {low} <= {text} <= {high}"
    target = said.get("target")
    if target is not None:
        number = as_float(target)
        if number is None:
            yield said.key("target"), f"invalid value: {target}"
        elif number < _LEAST_TARGET:
            yield (
                said.key("target"),
                f"target {target} should be at least {_LEAST_TARGET}",
            )
    burst = said.get("target-burst-capacity")
    if burst is not None:
        number = as_float(burst)
        if number is None or (number < 0 and number != -1):
            yield said.key("target-burst-capacity"), f"invalid value: {burst}"


def _durations(said: Annotations) -> Iterator[Refusal]:
    bounds = {
        "window": (_WINDOW_S[0], "6s"),
        "scale-to-zero-pod-retention-period": (0, "0s"),
        "scale-down-delay": (0, "0s"),
    }
    for name, (low, shown) in bounds.items():
        text = said.get(name)
        if text is None:
            continue
        ns = go_duration_ns(text)
        if ns is None:
            yield said.key(name), f"invalid value: {text}"
        elif not low * _NS <= ns <= _WINDOW_S[1] * _NS:
            yield said.key(name), f"expected {shown} <= {text} <= 1h0m0s"
        elif ns % _NS and name != "scale-to-zero-pod-retention-period":
            yield said.key(name), "must be specified with at most second precision"
