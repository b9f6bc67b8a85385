"""All questions on which implementations differ: `compare` and `check` read this table.

Rows are those of profiles.md in the words of this project's reference; what an answer is
known from stands beside it: recordings where it was run, else a unit test or a file. The
answers themselves are in the profiles.
"""

from __future__ import annotations

from simulator.profiles.difference import Difference

# fmt: off
DIFFERENCES: tuple[Difference, ...] = (
    Difference(
        code="sender-answered", rows="1, 4",
        about="what the sender is answered",
        parts=("door.waits_ns",),
        evidence={
            "mt-channel": "knative-runtime, Shape of one delivery",
            "kafka": "IngressRequestHandlerImpl",
            "rabbitmq": "sender_not_blocked",
            "natss": "broker_sender_not_blocked",
            "spec": "data-plane.md:97",
        },
    ),
    Difference(
        code="hop-limit", rows="14",
        about="how many brokers an event may pass",
        parts=("door.hops",),
        evidence={
            "mt-channel": "knative-runtime, TTL",
            "rabbitmq": "reply_loop_no_ttl",
            "natss": "broker_loop_no_ttl",
            "kafka": "no occurrence in the data plane",
        },
    ),
    Difference(
        code="duplicate-ids", rows="13, 57",
        about="an event with an id that was taken before",
        parts=("door.remembers_ns",),
        evidence={
            "natss": "broker_duplicate_ids, broker_echo_is_swallowed",
        },
    ),
    Difference(
        code="stamps", rows="15, 20, 21, 23",
        about="attributes that are added",
        parts=("door.stamps_arrival", "queue.stamp", "queue.drops_trace",
               "queue.unwraps"),
        evidence={
            "kafka": "CloudEventOverridesMutator, RecordDispatcherMutatorChain",
            "rabbitmq": "attributes_no_time, attributes_tracing",
            "natss": "broker_attributes",
        },
    ),
    Difference(
        code="door", rows="6 to 11",
        about="what a request is answered that is no event for a broker",
        parts=("door.finds_first", "door.options", "door.root", "door.malformed",
               "door.unknown", "door.takes_slash", "door.path_first"),
    ),
    Difference(
        code="authentication", rows="",
        about="who sends, while authentication-oidc is on",
        parts=("door.authorizes",),
    ),
    Difference(
        code="delivery-counts", rows="67 to 69, 71, 72",
        about="which delivery counts",
        parts=("in_force.keeps_sink", "in_force.empty_counts", "in_force.reads_hub",
               "in_force.merges"),
        evidence={
            "mt-channel": "knative-runtime, Retries",
            "kafka": "run: settings.json",
            "kafka-namespaced": "unit test: TestMergeEgressConfig",
            "rabbitmq": "delivery_trigger_replaces",
            "natss": "broker_delivery_of_broker_ignored",
            "spec": "control-plane.md:463",
        },
    ),
    Difference(
        code="retries-unsaid", rows="40",
        about="a delivery that says nothing of retry",
        parts=("in_force.retry", "in_force.retry_without"),
        evidence={
            "kafka": "run: settings.json",
            "rabbitmq": "retry_unset_is_five, retry_empty_delivery",
            "natss": "broker_delivery_without_retry",
        },
    ),
    Difference(
        code="backoff-unsaid", rows="37 to 39",
        about="the wait before a retry without backoffPolicy and backoffDelay",
        parts=("in_force.policy", "in_force.delay_ns", "hazards.no_backoff"),
        evidence={
            "kafka": "run: settings.json",
            "kafka-namespaced": "config 500-controller.yaml",
            "rabbitmq": "retry_no_backoff, retry_linear_no_delay",
            "natss": "broker_retry_no_backoff_crash",
        },
    ),
    Difference(
        code="no-delay", rows="41",
        about="a backoffDelay under 0.1 s",
        parts=("hazards.no_delay",),
        evidence={
            "kafka": "computeRetryPolicy, and setTimer of Vert.x 4",
            "rabbitmq": "retry_zero_delay_panics, retry_sub_tenth_panics",
            "natss": "broker_zero_delay",
        },
    ),
    Difference(
        code="timeout-unsaid", rows="46",
        about="the timeout where none is set",
        parts=("in_force.timeout_ns", "in_force.longer_ns", "in_force.zero_is_none"),
        evidence={
            "kafka": "DEFAULT_TIMEOUT_MS",
            "rabbitmq": "timeout_none",
            "natss-channel": "channel_timeout",
        },
    ),
    Difference(
        code="filters-ignored", rows="25, 26",
        about="spec.filters",
        parts=("filtering.dialects",),
        evidence={
            "kafka": "ConsumerVerticleBuilder.getFilter",
            "rabbitmq": "filters_cesql_ignored, filters_and_filter",
            "natss": "broker_filters",
        },
    ),
    Difference(
        code="filter-values", rows="27 to 33",
        about='what a filter takes: x: ""',
        parts=("filtering.reading",),
        evidence={
            "kafka": "AttributesFilter.isNotEmpty, PrefixFilter",
            "rabbitmq": "filter_empty_value, filter_context_attributes",
            "natss": "broker_filters",
        },
    ),
    Difference(
        code="filtered-when", rows="34",
        about="when a filter is judged",
        parts=("filtering.service",),
    ),
    Difference(
        code="order", rows="49, 58, 73 to 77",
        about="events of one trigger",
        parts=("queue.workers", "queue.batch", "queue.fetch", "queue.ordered_by",
               "queue.partitions", "queue.retry_holds", "queue.annotation",
               "queue.choices", "queue.most"),
        evidence={
            "kafka": "UnorderedConsumerVerticle",
            "rabbitmq": "order_serial, order_retry_blocks",
            "natss": "broker_order_serial, broker_order_retry_does_not_block",
        },
    ),
    Difference(
        code="waits", rows="35, 36",
        about="the waits before retries",
        parts=("retrying.linear_grows", "retrying.first"),
        evidence={
            "mt-channel": "knative-runtime, Retries",
            "kafka": "unit tests: linearBackoffPolicy, exponentialBackoffPolicy",
            "rabbitmq": "retry_linear, retry_exponential",
            "natss": "broker_retry_linear, broker_retry_exponential",
            "spec": "control-plane.md:870",
        },
    ),
    Difference(
        code="retried-statuses", rows="43",
        about="statuses that are tried again",
        parts=("retrying.statuses", "retrying.server_errors"),
        evidence={
            "rabbitmq": "status_4xx_a, status_5xx",
            "natss": "broker_status_4xx_a, broker_status_odd",
        },
    ),
    Difference(
        code="other-statuses", rows="44",
        about="an answer 3xx, or 4xx that is not tried again",
        parts=("retrying.unretried",),
        evidence={
            "rabbitmq": "status_4xx_a, status_3xx",
            "natss": "broker_status_400_retry_2, broker_status_400_retry_0",
        },
    ),
    Difference(
        code="retry-after", rows="47",
        about="Retry-After",
        parts=("retrying.retry_after",),
        evidence={
            "rabbitmq": "retry_after_ignored, retry_after_max_ignored",
        },
    ),
    Difference(
        code="redirects", rows="48",
        about="redirects",
        parts=("retrying.redirects", "retrying.followed", "retrying.keeps_type"),
        evidence={
            "kafka": "HttpClientImpl of Vert.x 4, DEFAULT_HANDLER",
            "rabbitmq": "redirects, redirect_loop",
            "natss": "broker_redirects",
        },
    ),
    Difference(
        code="no-event", rows="52",
        about="an answer 2xx with a body that is no event",
        parts=("replies.no_event",),
        evidence={
            "mt-channel": "knative-runtime, Replies",
            "kafka": "BaseResponseHandler",
            "rabbitmq": "reply_no_event",
            "natss": "broker_reply_no_event",
        },
    ),
    Difference(
        code="broken-replies", rows="53",
        about="a reply that is a broken event",
        parts=("replies.broken", "replies.makes_id"),
        evidence={
            "rabbitmq": "reply_malformed",
            "natss": "broker_reply_malformed",
        },
    ),
    Difference(
        code="reply-without-data", rows="53a",
        about="a reply in binary mode without data",
        parts=("replies.needs_data",),
        evidence={"natss": "broker_reply_without_data"},
    ),
    Difference(
        code="reply-statuses", rows="51, 54",
        about="which answers are replies: those with an event",
        parts=("replies.statuses",),
        evidence={
            "rabbitmq": "reply_in_4xx, reply_statuses",
            "natss": "broker_reply_statuses, broker_reply_in_4xx",
            "spec": "data-plane.md:179",
        },
    ),
    Difference(
        code="replies-refused", rows="55, 56",
        about="how a reply comes back",
        parts=("replies.direct", "replies.unread", "replies.repeat_delivery",
               "replies.refused"),
        evidence={
            "kafka": "ResponseToKafkaTopicHandler",
            "rabbitmq": "reply_chain, and dispatcher.go (read)",
            "natss": "broker_reply_malformed",
        },
    ),
    Difference(
        code="prefer", rows="17",
        about="Prefer: reply",
        parts=("requests.prefer",),
        evidence={
            "kafka": "WebClientCloudEventSender",
            "rabbitmq": "all recordings",
            "natss": "broker_dls_attributes",
            "spec": "data-plane.md:172",
        },
    ),
    Difference(
        code="headers", rows="16, 18, 19",
        about="headers and format of requests",
        parts=("requests.namespace", "requests.passes", "requests.passes_trace",
               "requests.formats"),
        evidence={
            "rabbitmq": "ingress_headers, format_ignored",
            "natss": "broker_attributes",
        },
    ),
    Difference(
        code="error-attributes", rows="45, 59 to 61a",
        about="what a dead letter tells of the failure",
        parts=("dead_letters.attributes", "dead_letters.code", "dead_letters.data",
               "dead_letters.data_limit", "dead_letters.overwrites",
               "dead_letters.header_prefix"),
        evidence={
            "mt-channel": "knative-runtime, Dead letters",
            "kafka": "errorTransform, and the unit test BodyTooLarge",
            "rabbitmq": "dls_trigger_attributes",
            "natss": "broker_dls_attributes",
        },
    ),
    Difference(
        code="dead-letters-sent", rows="62, 63",
        about="how a dead letter is sent",
        parts=("dead_letters.queued", "onward"),
        evidence={
            "rabbitmq": "dls_does_not_block, dls_order",
            "natss": "broker_dls_fails, broker_order_dls_blocks",
        },
    ),
    Difference(
        code="sink-replies", rows="65",
        about="an event that a dead letter sink answers with",
        parts=("dead_letters.replies",),
        evidence={
            "kafka": "dlsSender composes responseHandler",
            "rabbitmq": "dls_replies, dls_echo_loop",
            "natss": "broker_dls_replies",
        },
    ),
    Difference(
        code="no-sink", rows="66",
        about="a failure where neither trigger nor broker has a delivery with a sink",
        parts=("hazards.no_exchange",),
        evidence={
            "rabbitmq": "dlx_missing_one, dlx_missing_duplicates",
        },
    ),
    Difference(
        code="error-body", rows="60",
        about="a long body of a failure",
        parts=("hazards.error_body", "hazards.error_body_text"),
        evidence={
            "mt-channel": "knative-extensions/eventing-natss issue 434",
        },
    ),
)
# fmt: on

BY_CODE = {each.code: each for each in DIFFERENCES}
