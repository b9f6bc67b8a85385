"""Knative's own: MTChannelBasedBroker, and InMemoryChannel, on which it stands."""

from __future__ import annotations

from simulator.profiles.endings import DeadLetters, Hazards, NoEvent, Replies
from simulator.profiles.profile import Door, Filtering, InForce, Profile, Retrying
from simulator.statuses import SUCCESS

_SYSTEM = "knative-eventing.svc.cluster.local"
_OK, _BAD_REQUEST, _FAILED = 200, 400, 500
# Source: knative-resources 4.4: 15 minutes for each result of the fan-out (read in
# pkg/channel/fanout, not run).
_LONGEST_NS = 15 * 60 * 1_000_000_000

IN_MEMORY_CHANNEL = Profile(
    name="in-memory-channel",
    # Source: knative-runtime, Channel: no such channel, by host or path, 500; malformed
    # path 400. pkg/channel/multichannelfanout ServeHTTP (read, not run): it looks for the
    # channel before anything else, and not at the query string; the whole Host header,
    # with its port, is the key.
    door=Door(
        url="http://{name}-kn-channel.{namespace}.svc.cluster.local",
        by_path=False,
        reads_host=True,
        dispatcher=f"imc-dispatcher.{_SYSTEM}",
        node="imc-dispatcher",
        finds_first=True,
        options=_OK,
        malformed=_BAD_REQUEST,
        unknown=_FAILED,
        reads_query=False,
        reads_port=True,
        # Source: knative-runtime, "Shape of one delivery": the sender's POST is answered
        # after every subscription has been tried.
        waits_ns=_LONGEST_NS,
        authorizes=True,
    ),
    # Source: knative-resources 3.1: the sink falls back to the hub's; knative-runtime,
    # Retries: ``delivery: {}`` switches the retries off.
    in_force=InForce(keeps_sink=True, empty_counts=True),
    retrying=Retrying(
        # Source: knative-runtime, Retries: linear waits 0, d, 2d; exponential d, 2d, 4d.
        linear_grows=True,
        first=0,
        # Source: knative-runtime, Retries; pkg/kncloudevents/retries.go SelectiveRetry.
        statuses=frozenset({404, 408, 409, 429}),
        # Source: knative-runtime, Retries: 429 and 503 only.
        retry_after=frozenset({429, 503}),
        # Source: Go net/http defaultCheckRedirect: ten requests are made, then it fails.
        redirects=9,
    ),
    # Source: knative-runtime, Replies: a 202 with an event is a reply, too; a refused
    # reply is posted again; a plain channel ignores a body that is no event.
    replies=Replies(
        statuses=SUCCESS, no_event=NoEvent.DELIVERED, repeat_delivery=False
    ),
    # Source: knative-runtime, Dead letters: cut at 1024 characters of base64.
    dead_letters=DeadLetters(data_limit=1_024),
    # Source: knative-runtime, Dead letters: error bodies over 768 bytes panic the
    # dispatcher (knative-extensions/eventing-natss issue 434).
    hazards=Hazards(
        error_body=768,
        error_body_text=(
            "an error body over 768 bytes crashes the imc-dispatcher of Knative "
            "8cf4c4b67 (knative-extensions/eventing-natss issue 434); the run goes on "
            "with the body cut"
        ),
    ),
)

MT_CHANNEL = IN_MEMORY_CHANNEL.replace(
    name="mt-channel",
    channel=IN_MEMORY_CHANNEL,
    # Source: knative-runtime, Ingress: OPTIONS 200, path ``/`` 404, other than two
    # segments 400, unknown broker 404; a query string counts as part of the name.
    door=Door(
        url=f"http://broker-ingress.{_SYSTEM}/{{namespace}}/{{name}}",
        options=_OK,
        malformed=_BAD_REQUEST,
        # Source: knative-runtime, TTL; cmd/broker/ingress/main.go MAX_TTL.
        hops=255,
        stamps_arrival=True,
        # Source: knative-resources 6.1, the channel that the controller makes.
        inner="{name}-kne-trigger",
        waits_ns=_LONGEST_NS,
        authorizes=True,
    ),
    filtering=Filtering(service=f"broker-filter.{_SYSTEM}"),
    # Source: knative-runtime, Replies: the filter answers 502 for what is no event.
    replies=Replies(
        statuses=SUCCESS, no_event=NoEvent.BAD_GATEWAY, repeat_delivery=False
    ),
)
