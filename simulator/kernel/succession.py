"""Another program takes the place of the one that a kernel runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.kernel.posting import Posting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.kernel.kernel import Kernel
    from simulator.kernel.program import Program


def succeed(kernel: Kernel, program: Program, held: Iterable[Posting]) -> None:
    """Let a kernel run another program from now on.

    What senders have posted, but not sent yet, goes to what is at the address then.

    Args:
        kernel: Goes on in this instant.
        program: Linked.
        held: Postings that are neither ready nor in the heap.
    """
    before = kernel.program
    actors = [
        *(entry[0] for entry in kernel.ready),
        *(entry[2] for entry in kernel.heap),
        *held,
    ]
    for actor in actors:
        if (
            isinstance(actor, Posting)
            and actor.serial < 0
            and before.knows(actor.target)
        ):
            actor.target = program.target(actor.target.url)
    kernel.program = program
    kernel.succeeded = True
