"""How a `DeliverySpec` becomes numbers, and where each of them comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.delivery import (
    NO_RETRIES,
    BackoffPolicy,
    PeriodError,
    Retries,
    parse_period,
)
from simulator.nodes import node_name
from simulator.value import Value, made

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.control.given import Admitted, Findings
    from simulator.profiles import Profile
    from simulator.profiles.profile import InForce

SETTINGS = ("retry", "backoffPolicy", "backoffDelay", "timeout", "retryAfterMax")
_FIELDS = {
    "retry": "retry",
    "backoffPolicy": "policy",
    "backoffDelay": "delay_ns",
    "timeout": "timeout_ns",
}
# What a route's own block takes from its hub's where they are merged.
_MERGED = ("retry", "backoffDelay", "timeout")
_POLICIES = {policy.value: policy for policy in BackoffPolicy}


class Delivery(Value):
    """A delivery block of a resource.

    Args:
        owner: The resource that holds it.
        path: Where it stands in *owner*: ``spec.delivery``.
        spec: The block itself.
    """

    owner: Admitted
    path: str
    spec: Mapping[str, Any]

    @property
    def dead_letter_sink(self) -> Mapping[str, Any] | None:
        """The Destination of dead letters, or None."""
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
    """The settings that are in force for one route.

    Args:
        inherited: They are those of its hub, for it has none of its own.
    """

    retries: Retries = NO_RETRIES
    dead_letter: str | None = None
    origins: Mapping[str, str] = made(default_factory=dict)
    inherited: bool = False


def delivery_of(owner: Admitted, spec: object, path: str) -> Delivery | None:
    """Give the delivery block *spec* of *owner*; None when there is none."""
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

    Args:
        profile: Of the hub: the implementation whose rules hold.
        own: The URL of the dead letter sink that the route's own block names, and the
            block.
        hub: Likewise of its broker or channel.
        findings: Takes durations that nobody can read.

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
    """Give the settings that a block speaks of, each with the block."""
    if block is None:
        return {}
    return {name: block for name in SETTINGS if block.spec.get(name) is not None}


def _merged(block: Delivery | None) -> dict[str, Delivery]:
    """Give the settings of a hub that a route's own block may leave to it."""
    return {name: said for name, said in _said(block).items() if name in _MERGED}


def _is_zero(name: str, block: Delivery) -> bool:
    """Tell what does not count where blocks are merged.

    Source: profiles 68; control-plane/pkg/core/config MergeEgressConfig.
    """
    value = block.spec[name]
    return name in _MERGED and (value == 0 or _parsed(str(value)) == 0)


def _says_enough(block: Delivery) -> bool:
    """Tell whether a block counts for class Kafka and its kin.

    Source: profiles 72; control-plane/pkg/core/config EgressConfigFromDelivery.
    """
    return any(block.spec.get(name) for name in ("deadLetterSink", "retry", "timeout"))


def _stand_ins(
    rules: InForce, numbers: Retries, said: Mapping[str, Delivery], *, is_there: bool
) -> dict[str, Any]:
    """Give what an implementation puts in the place of what nobody has said."""
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
    """Read a duration; None for what is none."""
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
