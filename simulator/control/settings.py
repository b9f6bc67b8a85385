"""How a `DeliverySpec` becomes numbers, and a trigger's annotations become settings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulator.delivery import (
    NO_RETRIES,
    BackoffPolicy,
    PeriodError,
    Retries,
    parse_period,
)
from simulator.digits import whole
from simulator.errors import nearest
from simulator.nodes import node_name
from simulator.quoting import go_quote
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.given import Admitted, Findings
    from simulator.profiles import Profile
    from simulator.profiles.profile import InForce, Queue

SETTINGS = ("retry", "backoffPolicy", "backoffDelay", "timeout", "retryAfterMax")
_FIELDS = {
    "retry": "retry",
    "backoffPolicy": "policy",
    "backoffDelay": "delay_ns",
    "timeout": "timeout_ns",
}
# What a route's own block takes from its hub's where they are merged.
_MERGED = ("retry", "backoffDelay", "timeout")
_WHOLE = re.compile(r"[+-]?[0-9]+")  # as strconv.Atoi reads it
_POLICIES = {policy.value: policy for policy in BackoffPolicy}


class Delivery(Value):
    owner: Admitted
    path: str
    spec: Mapping[str, Any]

    @property
    def dead_letter_sink(self) -> Mapping[str, Any] | None:
        sink = self.spec.get("deadLetterSink")
        return sink if isinstance(sink, dict) else None

    @property
    def format(self) -> str:
        """``json``, ``binary`` or empty."""
        return str(self.spec.get("format") or "")

    def origin(self, setting: str) -> str:
        """Say where a setting comes from, ``trigger/price`` or ``config-br-defaults``."""
        default = self.owner.origin_of(f"{self.path}.{setting}")
        if default is not None:
            return default
        key = self.owner.key
        return node_name(key.kind.lower(), key.namespace, key.name)


class Effective(Value):
    retries: Retries = NO_RETRIES
    dead_letter: str | None = None
    origins: Mapping[str, str] = made(default_factory=dict)
    inherited: bool = False


def delivery_of(owner: Admitted, spec: object, path: str) -> Delivery | None:
    if not isinstance(spec, dict):
        return None
    return Delivery(owner=owner, path=path, spec=spec)


def unread_setting(delivery: Delivery) -> str | None:
    """Give the setting over which Knative fails to read a whole delivery; None for none.

    Source: E:pkg/kncloudevents/retries.go, RetryConfigFromDeliverySpec: a delay counts
        only beside a policy (read, not run).
    """
    for setting in ("backoffDelay", "timeout", "retryAfterMax"):
        text = delivery.spec.get(setting)
        if text is None or (
            setting == "backoffDelay" and delivery.spec.get("backoffPolicy") is None
        ):
            continue
        try:
            parse_period(str(text))
        except PeriodError:
            return setting
    return None


def in_force(
    profile: Profile,
    own: tuple[str | None, Delivery | None],
    hub: tuple[str | None, Delivery | None],
    findings: Findings,
) -> Effective:
    """Decide which settings count: those of a route's own block, or of its hub's.

    *own* and *hub* are each the URL of the dead letter sink that a block names, and the
    block; *profile* is the hub's.

    Source: knative-resources 3.1; knative-runtime, Retries; profiles 67 to 72.
    """
    rules = profile.in_force
    if not rules.reads_hub:
        hub = (None, None)
    is_own = own[1] is not None and rules.is_own(own[1].spec)
    if rules.merges:
        is_own = own[1] is not None and _says_enough(own[1])
    ruling = own[1] if is_own else hub[1]
    dead_letter = own if is_own else hub
    if dead_letter[0] is None and (rules.keeps_sink or rules.merges):
        dead_letter = hub
    said = _said(ruling)
    if rules.merges and is_own:
        said = {
            name: block for name, block in said.items() if not _is_zero(name, block)
        }
        said = {**_merged(hub[1]), **said}
    numbers = _numbers(said, findings)
    origins = {name: block.origin(name) for name, block in said.items()}
    if rules.zero_is_none and numbers.timeout_ns == 0:
        numbers = numbers.replace(timeout_ns=None)
    stand_ins = _stand_ins(rules, numbers, said, is_there=ruling is not None)
    if stand_ins:
        numbers = numbers.replace(**{_FIELDS[n]: v for n, v in stand_ins.items()})
        origins |= dict.fromkeys(stand_ins, f"default of {profile.name}")
    if rules.longer_ns and "timeout" in said and numbers.timeout_ns is not None:
        numbers = numbers.replace(timeout_ns=numbers.timeout_ns + rules.longer_ns)
    url, named_by = dead_letter
    if url is not None and named_by is not None:
        origins["deadLetterSink"] = named_by.origin("deadLetterSink")
    return Effective(
        retries=numbers, dead_letter=url, origins=origins, inherited=not is_own
    )


def _said(block: Delivery | None) -> dict[str, Delivery]:
    if block is None:
        return {}
    return {name: block for name in SETTINGS if block.spec.get(name) is not None}


def _merged(block: Delivery | None) -> dict[str, Delivery]:
    return {name: said for name, said in _said(block).items() if name in _MERGED}


def _is_zero(name: str, block: Delivery) -> bool:
    """Source: profiles 68; control-plane/pkg/core/config MergeEgressConfig."""
    value = block.spec[name]
    return name in _MERGED and (value == 0 or _parsed(str(value)) == 0)


def _says_enough(block: Delivery) -> bool:
    """Source: profiles 72; control-plane/pkg/core/config EgressConfigFromDelivery."""
    return any(block.spec.get(name) for name in ("deadLetterSink", "retry", "timeout"))


def _stand_ins(
    rules: InForce, numbers: Retries, said: Mapping[str, Delivery], *, is_there: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    retry = numbers.retry
    if "retry" not in said:
        retry = rules.retry if is_there else rules.retry_without
        if retry:
            found["retry"] = retry
    if retry and numbers.policy is None and rules.policy is not None:
        found["backoffPolicy"] = rules.policy
    if retry and numbers.delay_ns is None and rules.delay_ns is not None:
        found["backoffDelay"] = rules.delay_ns
    if numbers.timeout_ns is None and rules.timeout_ns is not None:
        found["timeout"] = rules.timeout_ns
    return found


def _numbers(said: Mapping[str, Delivery], findings: Findings) -> Retries:
    retry = said["retry"].spec["retry"] if "retry" in said else 0
    policy = said.get("backoffPolicy")
    return Retries(
        # Below 0 is none; only the webhook of a Parallel lets it in, for a branch.
        retry=max(0, retry) if isinstance(retry, int) else 0,
        policy=_POLICIES.get(str(policy.spec.get("backoffPolicy"))) if policy else None,
        delay_ns=_duration(said, "backoffDelay", findings),
        timeout_ns=_duration(said, "timeout", findings),
        retry_after_max_ns=_duration(said, "retryAfterMax", findings),
    )


def _parsed(text: str) -> int | None:
    try:
        return parse_period(text)
    except PeriodError:
        return None


def _duration(
    said: Mapping[str, Delivery], setting: str, findings: Findings
) -> int | None:
    delivery = said.get(setting)
    if delivery is None:
        return None
    text = delivery.spec[setting]
    found = _parsed(str(text))
    if found is None:
        findings.warn(
            delivery.owner,
            "bad-duration",
            f"{text!r} is no ISO 8601 duration such as PT0.5S; it is left out",
            f"{delivery.path}.{setting}",
        )
    return found


# What triggers of some implementation are told by annotations.
_OF_TRIGGERS = (
    "kafka.eventing.knative.dev/delivery.order",
    "rabbitmq.eventing.knative.dev/parallelism",
)
_EXTERNAL = "kafka.eventing.knative.dev/external.topic"
_DOMAINS = tuple(
    f"{name}.eventing.knative.dev/" for name in ("kafka", "rabbitmq", "natsjetstream")
)
# Source: eventing-kafka-broker, triggerv2.go; eventing-rabbitmq, pkg/utils,
#     resource_requirements.go; eventing-natss, pkg/broker/config (read).
_KNOWN = (
    *_OF_TRIGGERS,
    _EXTERNAL,
    *(f"rabbitmq.eventing.knative.dev/{what}" for what in (
        "cpu-request", "cpu-limit", "memory-request", "memory-limit",
    )),
    *(f"natsjetstream.eventing.knative.dev/{what}" for what in (
        "config", "fetch-batch-size", "max-concurrency", "retry-max-duration",
        "stream-name",
    )),
)  # fmt: skip


class AnnotationError(ValueError):
    """An annotation of a trigger says what its broker's implementation does not take.

    Args:
        expected: What it may say.
        refusal: What the webhook says, which refuses the trigger; or else
        failure: what the controller says, which fails.
    """

    def __init__(self, expected: str, *, refusal: str = "", failure: str = "") -> None:
        super().__init__(expected)
        self.refusal = refusal
        self.failure = failure


def queue_of(trigger: Admitted, profile: Profile) -> Queue | None:
    """Read in which order a trigger is to be served; None where it does not say.

    Raises:
        AnnotationError: It says something else.

    Source: profiles 74, 3.4; knative-resources 7.4; eventing-kafka-broker, triggerv2.go;
        eventing-rabbitmq, trigger_validation.go (read).
    """
    queue = profile.queue
    written = trigger.annotations.get(queue.annotation)
    if not queue.annotation or written is None:
        return None
    text = str(written)
    if queue.choices:
        choices = dict(queue.choices)
        found = choices.get(text.lower())
        if found is None:
            allowed = " | ".join(go_quote(each) for each in choices)
            raise AnnotationError(
                f"expected {' or '.join(choices)}, found {text!r}",
                failure=f"invalid annotation {queue.annotation} value: {text}. Allowed "
                f"values [ {allowed} ]",
            )
        return found
    expected = f"expected 1 to {queue.most}, found {text!r}"
    if not _WHOLE.fullmatch(text):
        where = f"annotations, metadata, {queue.annotation}"
        message = f"Failed to parse valid int from parallelismAnnotation: {where}"
        details = f"strconv.Atoi: parsing {go_quote(text)}: invalid syntax"
        raise AnnotationError(expected, refusal=f"{message}; {details}")
    workers = whole(text)
    if not 1 <= workers <= queue.most:
        message = f"expected 1 <= {workers} <= {queue.most}: {queue.annotation}"
        raise AnnotationError(expected, refusal=message)
    return queue.replace(workers=workers)


def advise_on_annotations(
    owner: Admitted, profile: Profile, findings: Findings, *, of_hub: bool = False
) -> None:
    for name in owner.annotations:
        said = ""
        if not name.startswith(_DOMAINS):
            continue
        if name not in _KNOWN:
            said = f"nobody knows the annotation {name}{nearest(name, _KNOWN)}"
        elif of_hub and name in _OF_TRIGGERS:
            said = f"{name} is read on a trigger, and not on its broker"
        elif name != profile.queue.annotation and name in _OF_TRIGGERS:
            said = f"{name} says nothing to {profile.name}, which plays its broker"
        elif name == _EXTERNAL and of_hub and profile.queue.partitions:
            said = (
                f"{name}: its own events are stored as in any topic; what others write "
                "to that topic does not come, and nobody else reads it"
            )
        elif name == _EXTERNAL:
            said = f"{name} is read on a broker of Kafka only"
        if said:
            findings.note(owner, "no-effect", said, "metadata.annotations")
