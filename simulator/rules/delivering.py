"""Rules of filters, deliveries and loops: ``KN1xx``."""

from __future__ import annotations

from simulator.rules.rule import Rule

_RETRIES = "knative-runtime, Retries (knative/eventing at 8cf4c4b6)"
_FILTERS = "knative-runtime, Filters (knative/eventing at 8cf4c4b6)"
_DEAD = "knative-runtime, Dead letters (knative/eventing at 8cf4c4b6)"
_SHAPE = "knative-runtime, Shape of one delivery (knative/eventing at 8cf4c4b6)"
_LIMIT = "knative-resources 4.4 (the wait limit of 15 minutes)"

DELIVERING = (
    Rule(
        "KN101", "hopeless-filter", "warning",
        "part of a filter can never be right, whatever the event is: conditions that "
        "contradict each other, CESQL that is TRUE for no event, functions that are not "
        "there, a value that is never a boolean, so that the filter crashes",
        "the subscriber gets no event, and nothing says so; a filter that crashes makes "
        "each delivery fail, with all its retries",
        "remove one of the conditions that contradict each other, or move them into "
        "`any`; let CESQL compare: `EXISTS name`, `name = 'text'`",
        _FILTERS,
    ),
    Rule(
        "KN102", "nobody-sends", "note, warning",
        "no event that is known to come to the broker passes the filter: those of sources, "
        "what EventTypes declare, and what services make of them; with the nearest type, if there is one",
        "the subscriber gets nothing, unless somebody else sends it",
        "correct the value, or describe who sends it",
        _FILTERS,
    ),
    Rule(
        "KN103", "delivered-twice", "warning",
        "two triggers, or subscriptions, call the same subscriber, and all that the one "
        "lets pass, the other lets pass, too",
        "nothing is told apart by what passed it: the subscriber gets each such event twice",
        "remove the narrower one, or let it filter for other events",
        _SHAPE,
    ),
    Rule(
        "KN104", "catch-all", "warning",
        "`filters` are written, and every event passes them, CESQL that is always TRUE "
        "included",
        "Knative drops a condition with nothing in it, and a list of dropped conditions "
        "lets everything pass: the subscriber gets all events of the broker",
        "write the value that is missing, or leave `filters` out to say that all are wanted",
        _FILTERS,
    ),
    Rule(
        "KN105", "filter-ignored", "warning",
        "`filter` does not count beside `filters`, or `filters` does not for this "
        "implementation",
        "only one of the two is in force, so that events pass that the other would keep out",
        "keep the one that counts, with the conditions of both",
        _FILTERS,
    ),
    Rule(
        "KN106", "loop", "warning, note",
        "events go, or may go, in a circle, and what ends it; [more](findings.md#circles)",
        "each pass costs requests; a circle that no time to live ends never stops",
        "let the reply have a type that the first trigger's filter keeps out",
        "knative-runtime, TTL (knative/eventing at 8cf4c4b6)",
    ),
    Rule(
        "KN107", "immediate-retries", "warning",
        "all retries follow at once: there is no `backoffPolicy` or `backoffDelay`",
        "they are over before a subscriber that restarts is back, and hit it all at once",
        "add `backoffPolicy: exponential` and `backoffDelay: PT1S`",
        _RETRIES,
    ),
    Rule(
        "KN107", "retry-storm", "warning",
        "retries multiply along a chain of replies to more than 100 requests of one event",
        "a broker answers after all that a reply leads to: if that fails, the whole is "
        "tried again, from the first service on",
        "add `deadLetterSink` behind the last one, which ends it, or lower `retry`",
        _SHAPE, asked=True,
    ),
    Rule(
        "KN108", "cut-off", "warning",
        "to give up takes longer than the broker or channel waits: the last attempts are "
        "never made",
        "after 15 minutes the whole is called off, and the event is lost, not even "
        "dead-lettered",
        "lower `retry`, `backoffDelay` or `timeout` until all attempts are over in time",
        _LIMIT,
    ),
    Rule(
        "KN108", "too-many", "warning",
        "there are too many attempts to list them",
        "a subscriber that stays away is called for years, and the event is never given up",
        "lower `retry`",
        _LIMIT,
    ),
    Rule(
        "KN108", "long-ladder", "warning",
        "to give up takes more than a day",
        "exponential backoff doubles each wait: the dead letter comes when nobody looks "
        "for it any more",
        "lower `retry`, or take `backoffPolicy: linear`",
        _RETRIES,
    ),
    Rule(
        "KN109", "dead-letters-unread", "warning",
        "the dead letter sink is a broker or channel that nobody takes events from",
        "dead letters are accepted there and dropped",
        "subscribe something to it, or name a service as `deadLetterSink`",
        _DEAD,
    ),
    Rule(
        "KN109", "dead-letters-unmatched", "warning",
        "the dead letter sink is a broker or channel of which no filter lets them pass",
        "dead letters are accepted there and dropped",
        "add a trigger for them there, or name a service as `deadLetterSink`",
        _DEAD,
    ),
    Rule(
        "KN109", "no-dead-letter-sink", "warning",
        "what fails is lost",
        "after the last attempt nobody has the event any more",
        "add `deadLetterSink` to the delivery, or to that of the broker",
        _DEAD, asked=True,
    ),
    Rule(
        "KN109", "sink-is-subscriber", "warning",
        "the dead letter sink is what just failed",
        "it gets, once more, what it failed to take, and then the event is lost",
        "name another service as `deadLetterSink`",
        _DEAD, asked=True,
    ),
    Rule(
        "KN109", "sink-is-hub", "warning",
        "the dead letter sink is the broker or channel that the event comes from",
        "what fails comes back to the same subscribers",
        "name a service, or another broker, as `deadLetterSink`",
        _DEAD, asked=True,
    ),
    Rule(
        "KN110", "delivery-replaced", "warning",
        "a `delivery` replaces that of the broker as a whole, with its retries",
        "nothing is retried, although the broker says so: the two are not merged",
        "repeat `retry`, `backoffPolicy` and `backoffDelay` in the trigger's `delivery`",
        _RETRIES,
    ),
    Rule(
        "KN110", "defaults-replaced", "warning",
        "the `delivery` of a broker replaces the default retries of the cluster",
        "nothing is retried: the defaults count only for a broker without any `delivery`",
        "add `retry`, `backoffPolicy` and `backoffDelay` to the broker's `delivery`",
        _RETRIES, asked=True,
    ),
    Rule(
        "KN111", "immediate-first-retry", "warning",
        "linear backoff counts from 0: the first retry follows at once",
        "one attempt less than it seems is left for a subscriber that restarts",
        "take `backoffPolicy: exponential`, or one retry more",
        _RETRIES, asked=True,
    ),
    Rule(
        "KN112", "reply-is-no-event", "warning",
        "a described service answers 2xx with what is no event: a broker takes that for "
        "a 502",
        "the work is done, and done again with each retry",
        "answer 2xx without a body, or with the headers of an event",
        "knative-runtime, Replies (knative/eventing at 8cf4c4b6)",
    ),
    Rule(
        "KN113", "sender-waits", "warning",
        "the sender waits long for its answer; if it hangs up before, the event is lost",
        "brokers of this class deliver before they answer: who hangs up calls all off",
        "lower `retry` or `timeout`, or give the sender more time",
        _SHAPE, asked=True,
    ),
    Rule(
        "KN113", "sink-cut-off", "warning",
        "the retries of the dead letter sink last longer than the broker or channel waits",
        "the dead letter is called off, and the event lost",
        "lower `retry` or `backoffDelay`: they count for the dead letter sink, too",
        _LIMIT, asked=True,
    ),
    Rule(
        "KN113", "slower-than-timeout", "warning",
        "a described service never answers within the `timeout` of a delivery to it",
        "every attempt fails, although the service may have done its work each time",
        "raise `timeout`, or lower the latency",
        _RETRIES,
    ),
    Rule(
        "KN113", "reply-cut-off", "warning",
        "the reply of a delivery with a `timeout` goes to a described service that takes longer",
        "the time is that of posting the reply, too, and a broker answers it after all that "
        "it leads to: the service is cut off at its work, and called again",
        "raise `timeout` of the delivery that replies, or lower the latency",
        _RETRIES,
    ),
    Rule(
        "KN115", "unset-attribute", "note",
        "a filter reads an attribute that none of the events has that are known to come",
        "the subscriber gets nothing, unless somebody else sends it",
        "let the sender set it, or filter for what it sets",
        _FILTERS,
    ),
    Rule(
        "KN120", "sub-second-storm", "warning",
        "all retries are over within a second",
        "a subscriber that restarts is not back by then",
        "take a `backoffDelay` of a second or more",
        _RETRIES, asked=True,
    ),
    Rule(
        "KN121", "duration-cut", "warning",
        "Knative cuts durations to tenths of a second",
        "what is written is not what counts",
        "write the duration that counts",
        _RETRIES, asked=True,
    ),
    Rule(
        "KN122", "bad-duration", "warning",
        "what stands there is no duration: it is left out, or the dispatcher of an "
        "InMemoryChannel takes in no subscription because of it",
        "the field does not do what it says",
        "write an ISO 8601 duration, such as `PT1S`",
        _RETRIES,
    ),
    Rule(
        "KN123", "retry-after", "warning",
        "answers with `Retry-After` make the waits longer",
        "a subscriber decides how long the broker waits, up to `retryAfterMax`",
        "lower `retryAfterMax`; `PT0S` ignores the header",
        _RETRIES, asked=True,
    ),
    Rule(
        "KN124", "retry-after-ignored", "warning",
        "`retryAfterMax` has no effect on this implementation",
        "the waits are those of the backoff, whatever the subscriber asks for",
        "remove it",
        "profiles 3.1", asked=True,
    ),
    Rule(
        "KN125", "hazard", "warning",
        "with these settings the real thing breaks: a process dies, or what was asked for "
        "is never done",
        "it takes down deliveries that have nothing to do with this one",
        "set what the message says is missing",
        "profiles 3.1 to 3.4",
    ),
    Rule(
        "KN130", "never-asked", "warning",
        "a service replies only to requests with `Prefer: reply` "
        "([`whenPreferred`](simulation.md#a-service)), and the broker never sends it, or "
        "sends it and does not take the reply",
        "its replies are never there",
        "let it reply always, or take a broker that asks",
        "knative/specs, data-plane.md; profiles 17, 65",
    ),
)  # fmt: skip
