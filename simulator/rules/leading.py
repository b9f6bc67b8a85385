"""Rules of what leads where: ``KN2xx``."""

from __future__ import annotations

from simulator.rules.rule import Rule

_NAMES = "knative-resources 2.2 (knative.dev/pkg resolver/addressable_resolver.go)"
_PORTS = "knative-resources 2.2 (a reference to a Service is its port 80)"
_API = "knative-kinds, ApiServerSource"
_OURS = "a rule of kn-sim's own, for what it reads itself"

LEADING = (
    Rule(
        "KN201", "unresolved", "warning, fault",
        "there is nothing of the name that is referred to",
        "what refers to it is not Ready, and gets or sends nothing",
        "correct the name, its kind or its namespace, or add what is missing",
        _NAMES,
    ),
    Rule(
        "KN202", "stub", "warning, note",
        "nobody describes what a service answers, or it is a real one (`url`, `run`), which "
        "only `kn-sim serve` asks: a stub accepts with 202",
        "a run shows nothing of what the service would reply, or refuse",
        "describe it under `services:` of a Simulation",
        _OURS,
    ),
    Rule(
        "KN203", "no-address", "warning",
        "what is referred to has no address",
        "nothing can be sent there: what refers to it is not Ready",
        "refer to something that takes events, such as a Service or a Broker",
        _NAMES,
    ),
    Rule(
        "KN204", "unknown-host", "warning",
        "strict: nobody answers for the host of a `uri`",
        "each request there fails",
        "correct the host, or describe a service with it under `hosts:`",
        _NAMES,
    ),
    Rule(
        "KN205", "no-broker", "warning",
        "the broker of a trigger is not there",
        "the trigger is not Ready, and gets nothing",
        "correct `spec.broker`, or add the Broker to the trigger's namespace",
        "knative-resources 6.2",
    ),
    Rule(
        "KN206", "no-channel", "warning",
        "the channel of a subscription is not there",
        "the subscription is not Ready, and gets nothing",
        "correct `spec.channel`, or add the channel to the subscription's namespace",
        "knative-resources 6.9",
    ),
    Rule(
        "KN207", "port-not-served", "warning",
        "a Service is called on a port that it does not serve; a reference calls port 80",
        "the connection is refused at each attempt",
        "serve port 80, or write the `uri` with the port",
        _PORTS,
    ),
    Rule(
        "KN208", "host-claimed-twice", "warning",
        "two described services claim one host: the first gets all",
        "the second is never called by it",
        "take the host out of one of the two",
        _OURS,
    ),
    Rule(
        "KN209", "no-sink", "fault",
        "a described source does not say where it sends",
        "it has nowhere to send to: nothing is run",
        "add `sink`, or `for` with the source that it stands for",
        _OURS,
    ),
    Rule(
        "KN210", "no-routes", "note",
        "nothing takes events from a broker or channel",
        "it answers 202, and drops them",
        "add a Trigger or Subscription, or remove it",
        "knative-runtime, Ingress (a broker without triggers: 202)",
    ),
    Rule(
        "KN211", "sequence-ends", "warning",
        "a step never replies, so that every event ends there",
        "the steps behind it, and the Sequence's reply, are never reached",
        "let the service of the step reply with an event",
        "knative-resources 6.10",
    ),
    Rule(
        "KN212", "replies-dropped", "note",
        "a branch of a Parallel has no reply, and neither has the Parallel",
        "what its subscriber answers is dropped",
        "add `reply` to the branch or to the Parallel",
        "knative-resources 6.11",
    ),
    Rule(
        "KN213", "silent-source", "note",
        "nothing says what a source sends, or it is a program (`run`), which only "
        "`kn-sim serve --run` starts",
        "it sends nothing in a run",
        "describe its events under `sources:` of a Simulation, with `for`",
        _OURS,
    ),
    Rule(
        "KN214", "nothing-sends", "note, warning, fault",
        "a service is described, and nothing sends to it; with the nearest name of one "
        "that is called, if there is one",
        "what is described of it plays no part",
        "correct its name, or call it",
        _OURS,
    ),
    Rule(
        "KN215", "not-created", "warning",
        "a webhook refuses what a controller makes of a resource: the channels of a "
        "`channelTemplate`, the Subscription of a Parallel's branch",
        "the resource is accepted, and never becomes Ready",
        "correct the field that the message names",
        "knative-resources 6.10, 6.11",
    ),
    Rule(
        "KN216", "foreign-scheme", "warning",
        "a `uri` is neither http nor https: a dispatcher calls `http://HOST/` in its "
        "place, a source cannot send",
        "events go where nobody wrote that they go",
        "write `http://` or `https://`",
        "knative/eventing pkg/kncloudevents/event_dispatcher.go",
    ),
    Rule(
        "KN217", "never-starts", "warning",
        "the expression of an EventTransform does not parse: its process never starts. "
        "What an ApiServerSource watches cannot be read: its adapter is not made",
        "what is sent to it is refused, or nothing comes from it",
        "correct the expression, or what is watched",
        "knative-kinds, EventTransform and ApiServerSource",
    ),
    Rule(
        "KN218", "unsendable", "warning",
        "a field of a PingSource or ApiServerSource makes each of its events invalid: none "
        "is sent",
        "the source is Ready, and silent",
        "correct the field that the message names",
        "knative-kinds, PingSource and ApiServerSource",
    ),
    Rule(
        "KN219", "refused-name", "warning",
        "a Service is referred to by a name that Kubernetes refuses",
        "there can be no Service of that name",
        "write a name of a-z, 0-9 and -",
        "Kubernetes, Object Names and IDs (RFC 1035 labels)",
    ),
    Rule(
        "KN220", "bound-twice", "warning",
        "two SinkBindings bind the same workload: each puts its `K_SINK` in place of the "
        "other's",
        "which sink the workload sends to changes with each reconciliation",
        "narrow the subject of one of the two",
        "knative-kinds, SinkBinding",
    ),
    Rule(
        "KN221", "never-watched", "warning",
        "Knative guesses the plural of a kind that an ApiServerSource watches, and guesses "
        "wrong: nothing is watched",
        "the source is Ready, and silent",
        "watch another kind: the plural cannot be written",
        _API,
    ),
    Rule(
        "KN222", "never-told", "note",
        "a Simulation describes changes of an object, and no ApiServerSource is ever told "
        "of it; with the reason",
        "the changes do nothing",
        "correct what the reason names",
        _API,
    ),
    Rule(
        "KN223", "same-events", "note",
        "an IntegrationSource sends events of the same type, source and subject as another "
        "one",
        "no filter can tell them apart",
        "override one of the attributes under `ceOverrides`",
        "knative-resources 6.16",
    ),
    Rule(
        "KN224", "unlike-source", "warning",
        "a source of a Simulation stands for one whose events always have another type, "
        "source or subject",
        "the run shows events that a cluster would never have",
        "write the attributes that the message names",
        "knative-kinds",
    ),
    Rule(
        "KN225", "never-answers", "warning",
        "no request to a RequestReply, or no reply to one, can come to a good end: it gets "
        "no key, or its `replyAttribute` is not in lower case",
        "each request is answered after its timeout, with nothing",
        "correct the field that the message names",
        "knative-kinds, RequestReply",
    ),
    Rule(
        "KN228", "not-permitted", "warning",
        "the roles among the manifests that are bound to the service account of an "
        "ApiServerSource do not let it read what it watches",
        "the source is not Ready",
        "add the verbs get, list and watch for the resource to the role",
        _API,
    ),
    Rule(
        "KN230", "topic-elsewhere", "note",
        "a topic is read and written at `bootstrapServers` that have nothing in common: "
        "two topics of one name",
        "what is written at one place is not read at the other",
        "write the same servers at both",
        "profiles, Kafka",
    ),
    Rule(
        "KN231", "shared-group", "warning",
        "two KafkaSources read a topic in one consumer group: on a cluster each record "
        "goes to one of the two",
        "each of the two sinks misses a part of the records",
        "give one of them a `consumerGroup` of its own",
        "profiles, Kafka",
    ),
    Rule(
        "KN232", "topic-config", "warning",
        "the ConfigMap of a broker of Kafka lacks `bootstrap.servers`, partitions or "
        "replication factor, or they are no numbers",
        "the broker is not Ready",
        "write the key that the message names",
        "profiles, Kafka",
    ),
)  # fmt: skip
