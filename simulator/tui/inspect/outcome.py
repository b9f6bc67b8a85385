"""How outcomes and nodes look: one character and one style each."""

from __future__ import annotations

from simulator.tui.diagram import BoxKind
from simulator.tui.glyphs import GLYPHS
from simulator.tui.inspect.text_line import Look, Span
from simulator.tui.reel.wording import CALLER, short
from simulator.tui.spelling import kind_word

STYLES = {
    "sent": "k-source",
    "delivered": "o-ok",
    "failed": "o-dead",
    "replied": "o-reply",
    "retry": "o-retry",
    "dead-letter": "o-dead",
    "lost": "o-dead",
    "refused": "o-dead",
    "expired": "o-dead",
    "dropped": "o-nomatch",
    "unmatched": "o-nomatch",
    "waiting": "o-wait",
    "under way": "k-source",
    "approved": "o-ok",
    "rejected": "o-dead",
    "fault": "o-fault",
    "held": "o-wait",
    "queued": "o-wait",
}
_KINDS = {
    "broker": (BoxKind.BROKER, "k-broker"),
    "channel": (BoxKind.CHANNEL, "k-channel"),
    "inmemorychannel": (BoxKind.CHANNEL, "k-channel"),
    "trigger": (BoxKind.TRIGGER, "k-trigger"),
    "subscription": (BoxKind.TRIGGER, "k-trigger"),
    "service": (BoxKind.SERVICE, "k-service"),
    "host": (BoxKind.SERVICE, "k-service"),
    "transform": (BoxKind.SERVICE, "k-service"),
    "requestreply": (BoxKind.SERVICE, "k-service"),
    "jobsink": (BoxKind.SERVICE, "k-service"),
    "job": (BoxKind.SERVICE, "k-service"),
    "nowhere": (BoxKind.NOWHERE, "k-dead"),
    "namespace": (BoxKind.NAMESPACE, "k-broker"),
}


def mark(word: str, look: Look) -> Span:
    """Give the character of an outcome word."""
    glyph = GLYPHS.outcomes.get(word, GLYPHS.dot)
    return Span(glyph, f"{STYLES.get(word, 'muted')} bold")


def node_style(node: str) -> str:
    """Give the colour of a node's kind; sources have many kinds."""
    return _KINDS.get(kind_word(node), (BoxKind.SOURCE, "k-source"))[1]


def node_glyph(node: str, look: Look) -> str:
    """Give the character of a node's kind."""
    kind = _KINDS.get(kind_word(node), (BoxKind.SOURCE, ""))[0]
    return GLYPHS.kinds[kind]


def way(start: str, end: str, look: Look, width: int = 9_999) -> str:
    """Name both ends of a way, cut in their middles to a width."""
    arrow = f" {GLYPHS.to} "
    one, two = short(start) or CALLER, short(end) or CALLER
    room = max(width - len(arrow), 2)
    if len(one) + len(two) > room:
        half = room // 2
        first = min(len(one), max(half, room - len(two)))
        one, two = look.middle(one, first), look.middle(two, room - first)
    return f"{look.shown(one)}{arrow}{look.shown(two)}"
