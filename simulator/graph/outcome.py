"""What may come of a request to a service, as far as it can be known before."""

from __future__ import annotations

from simulator.filters.form import Form
from simulator.value import Value

OPAQUE = Form(opaque=True)
"""An event that code makes which nobody can read."""


class Post(Value):
    """A further event that a service posts.

    Attributes:
        to: The address, as it is written.
        event: Its form.
        sure: Whether it always does.
    """

    to: str
    event: Form
    sure: bool = True


class Outcome(Value):
    """One of the things that may come of a request.

    Attributes:
        reply: The event that it is answered with; None for none.
        echoes: The reply has all that the event has that nothing is said of.
        same_id: It has its id, too.
        when_preferred: It has the reply only where the request prefers one.
        fails: No success: what delivers it tries again, and then gives up.
        bare: A success with a body that is no event.
        posts: What is posted besides.
    """

    reply: Form | None = None
    echoes: bool = False
    same_id: bool = False
    when_preferred: bool = False
    fails: bool = False
    bare: bool = False
    posts: tuple[Post, ...] = ()
