"""The ids of what `check` finds: ``KN101``, stable from one release to the next.

`docs/reference/findings.md` has a row for each. A rule that is gone leaves its number
free; none is given again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ID_OF: Mapping[str, str] = {
    # what is read, and what a cluster says of it
    "left-out": "KN001",
    "written-twice": "KN002",
    "admission-warning": "KN003",
    # filters, deliveries and loops
    "hopeless-filter": "KN101",
    "catch-all": "KN104",
    "filter-ignored": "KN105",
    "loop": "KN106",
    "immediate-retries": "KN107",
    "cut-off": "KN108",
    "too-many": "KN108",
    "long-ladder": "KN108",
    "dead-letters-unread": "KN109",
    "no-dead-letter-sink": "KN109",
    "sink-is-subscriber": "KN109",
    "sink-is-hub": "KN109",
    "delivery-replaced": "KN110",
    "defaults-replaced": "KN110",
    "immediate-first-retry": "KN111",
    "reply-is-no-event": "KN112",
    "sender-waits": "KN113",
    "sink-cut-off": "KN113",
    "sub-second-storm": "KN120",
    "duration-cut": "KN121",
    "bad-duration": "KN122",
    "retry-after": "KN123",
    "retry-after-ignored": "KN124",
    "hazard": "KN125",
    "never-asked": "KN130",
    # what leads where
    "unresolved": "KN201",
    "stub": "KN202",
    "no-address": "KN203",
    "unknown-host": "KN204",
    "no-broker": "KN205",
    "no-channel": "KN206",
    "port-not-served": "KN207",
    "host-claimed-twice": "KN208",
    "no-sink": "KN209",
    "no-routes": "KN210",
    "sequence-ends": "KN211",
    "replies-dropped": "KN212",
    "silent-source": "KN213",
    "nothing-sends": "KN214",
    "not-created": "KN215",
    "foreign-scheme": "KN216",
    "never-starts": "KN217",
    "unsendable": "KN218",
    "topic-elsewhere": "KN230",
    "shared-group": "KN231",
    "topic-config": "KN232",
    "refused-name": "KN219",
    "bound-twice": "KN220",
    "never-watched": "KN221",
    "never-told": "KN222",
    "same-events": "KN223",
    "unlike-source": "KN224",
    "never-answers": "KN225",
    "not-permitted": "KN228",
    # what is not as it would be on the cluster
    "not-simulated": "KN301",
    "no-profile": "KN302",
    "channel-kind": "KN303",
    "channel-template": "KN304",
    "no-effect": "KN305",
    "field-ignored": "KN306",
    "feature-not-simulated": "KN307",
    "annotation": "KN308",
    "reading": "KN309",
    "injected": "KN310",
    # who may send
    "policy": "KN401",
    "sender-refused": "KN402",
    # what is asked for besides
    "cdevents-invalid": "KN501",
    "cdevents-unlike": "KN502",
}
"""The short name of a rule -> its id; those that are cases of one rule share one."""
