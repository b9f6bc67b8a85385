"""Rules of reading, of what is not simulated, of who may send, and of what is asked for."""

from __future__ import annotations

from simulator.rules.rule import Rule

_OURS = "a rule of kn-sim's own, for what it reads itself"
_LIMITS = "docs/fidelity.md"

READING = (
    Rule(
        "KN001", "left-out", "note",
        "a file of a folder is no manifest and is not read",
        "what stands in it plays no part",
        "name the files instead of the folder, or move it elsewhere",
        _OURS,
    ),
    Rule(
        "KN002", "written-twice", "warning",
        "a resource is written twice, differently: the later one counts, as with "
        "`kubectl apply`",
        "the first is not in force, whatever it says",
        "remove one of the two, or rename it",
        "Kubernetes: an object is named by kind, namespace and name",
    ),
    Rule(
        "KN003", "admission-warning", "warning",
        "Knative's webhook takes it with a warning, or would object if the API server "
        "asked it about this version",
        "what it says may be refused in another release",
        "do what the warning says",
        "knative-resources 1.1, 1.2",
    ),
    Rule(
        "KN004", "idle-ignore", "warning",
        "a comment `# kn-sim: ignore …` names no rule, or one that finds nothing there",
        "it hides what somebody may write there later",
        "remove the word, or the comment",
        _OURS,
    ),
    Rule(
        "KN005", "file-warning", "warning",
        "a file of a played system, such as a shipyard, says what that does not know",
        "Keptn does as if it were not there; the webhooks of Tekton refuse the file",
        "correct the name, or remove it",
        "keptn/keptn UnmarshalShipyard; tektoncd/pipeline cmd/webhook/main.go",
    ),
)  # fmt: skip
PLAYING = (
    Rule(
        "KN301", "not-simulated", "note",
        "a resource plays no part in a run, and what that means",
        "a run says nothing of it",
        "describe what it would send or answer in a Simulation, if that matters",
        _LIMITS,
    ),
    Rule(
        "KN302", "no-profile", "warning",
        "an implementation of brokers is played by another",
        "it may retry, filter and answer otherwise than the one that plays it",
        "nothing, or name the class that is meant",
        "profiles",
    ),
    Rule(
        "KN303", "channel-kind", "warning",
        "a channel of another implementation is played as an InMemoryChannel",
        "it may retry and answer otherwise",
        "nothing, or take a kind that is simulated",
        "profiles",
    ),
    Rule(
        "KN304", "channel-template", "warning",
        "what a broker names as its channel cannot be read",
        "it is played over an InMemoryChannel",
        "correct `channel-template-spec` in the ConfigMap",
        "knative-resources 6.1",
    ),
    Rule(
        "KN305", "no-effect", "note, warning",
        "a setting takes effect only elsewhere",
        "it does nothing where it stands",
        "move it to where the message says, or remove it",
        "knative-resources 3 to 6",
    ),
    Rule(
        "KN306", "field-ignored", "note, warning",
        "a field is accepted and has no effect here: timeouts and scaling of a Knative "
        "Service without pods, TLS of a destination, its audience while authentication-oidc is off",
        "a run is as if it were not there",
        "nothing, or remove it",
        _LIMITS,
    ),
    Rule(
        "KN307", "feature-not-simulated", "warning",
        "a config map that is in force asks for what is not simulated: TLS, a mesh; OIDC "
        "at brokers of another class; or it selects for whom Brokers are made, and its "
        "selector is none",
        "a run is as if it were off",
        "nothing, or set it as it is simulated",
        _LIMITS,
    ),
    Rule(
        "KN308", "annotation", "warning, fault",
        "an annotation of a trigger says what its broker does not know: it gets no events",
        "the controller of Kafka fails, and the webhook of RabbitMQ refuses the trigger",
        "write a value that the message names",
        "profiles, Kafka (eventing.knative.dev/… annotations)",
    ),
    Rule(
        "KN309", "reading", "note",
        "what plays a broker or channel was read in the source of the real thing, and not "
        "run",
        "it is less sure than what was compared with the running thing",
        "nothing",
        "profiles",
    ),
    Rule(
        "KN310", "injected", "note",
        "Knative makes a Broker by itself, because config-sugar selects a Namespace or a "
        "Trigger",
        "there is a broker that nobody wrote",
        "write the Broker, or leave the namespace unselected",
        "knative/eventing pkg/reconciler/sugar",
    ),
)  # fmt: skip
PERMITTING = (
    Rule(
        "KN401", "policy", "warning",
        "an EventPolicy admits nobody, is for nothing that is there, or does not count, "
        "because authentication-oidc is off",
        "more, or fewer, may send than its author thinks",
        "correct `from` or `to`, or turn authentication-oidc on",
        "knative-kinds 4",
    ),
    Rule(
        "KN402", "sender-refused", "warning, note",
        "a broker or channel refuses all that a source, a trigger or a subscription sends "
        "to it, or (a note) the replies that it hands on, whatever the event is",
        "each request is answered 403",
        "add the sender to `from` of an EventPolicy for it",
        "knative-kinds 4; knative-resources 6.4",
    ),
)  # fmt: skip
ASKED = (
    Rule(
        "KN501", "cdevents-invalid", "fault",
        "the schema refuses the data, or there is no such type; where in the data, and "
        "what",
        "who checks what it receives refuses the event",
        "correct the field of the data that the message names",
        "cdevents/spec v0.4.1 and v0.5.1, schemas",
    ),
    Rule(
        "KN502", "cdevents-unlike", "warning",
        "id, source, type or subject of the CloudEvent is another than that in the data",
        "filters judge the one, consumers read the other",
        "write the same in both",
        "cdevents/spec v0.4.1 and v0.5.1, cloudevents-binding.md",
    ),
)  # fmt: skip
