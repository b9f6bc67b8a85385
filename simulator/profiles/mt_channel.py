"""Knative's own broker: MTChannelBasedBroker over InMemoryChannel."""

from simulator.profiles.profile import Profile

MT_CHANNEL = Profile(
    name="mt-channel",
    # Source: knative-runtime, Retries: linear waits 0, d, 2d; exponential d, 2d, 4d.
    first_retry=0,
    # Source: knative-runtime, Retries; pkg/kncloudevents/retries.go SelectiveRetry.
    retried_statuses=frozenset({404, 408, 409, 429}),
    # Source: knative-runtime, TTL; cmd/broker/ingress/main.go MAX_TTL.
    max_ttl=255,
    # Source: knative-runtime, Dead letters: cut at 1024 characters of base64.
    error_data_limit=1024,
    # Source: knative-resources 4.4: 15 minutes for each result of the fan-out (read
    # in pkg/channel/fanout, not run).
    fanout_wait_ns=15 * 60 * 1_000_000_000,
    # Source: knative-runtime, Retries: 429 and 503 only.
    retry_after_statuses=frozenset({429, 503}),
    # Source: Go net/http defaultCheckRedirect: ten requests are made, then it fails.
    redirects=9,
)
