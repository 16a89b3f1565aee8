"""The sweep that makes every stranded task move again."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from chalicelib.clock import Clock
from chalicelib.logs import logger
from chalicelib.tasks.backlog import BacklogStore
from chalicelib.tasks.dispatch import Dispatch
from chalicelib.tasks.lanes import Lanes

BATCH = 100
"""Small enough for each call to the store to be short, also on the embedded one, where ids by the list are dear."""
BATCHES = 50
"""How many batches one pass takes on at the most."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What one pass did: messages ``sent``, those among them whose worker was ``lost``, and those that could not be
    sent (``unsent``).
    """

    sent: int = 0
    lost: int = 0
    unsent: int = 0


class Recoverer:
    """Sends the message of every task that should have been taken by now: its send failed, its message was lost, its
    worker died, its parent was not woken. What is to become of the task is decided by the worker that claims it:
    retried, failed, cancelled, timed out or joined. Sending once too often does no harm, and two copies share the
    work.
    """

    def __init__(self, backlog: BacklogStore, dispatch: Dispatch, lanes: Lanes, *, clock: Clock) -> None:
        self._backlog = backlog
        self._dispatch = dispatch
        self._lanes = lanes
        self._clock = clock

    def run(self) -> Recovered:
        """One bounded pass. It ends when the queue takes nothing."""
        total = Recovered()
        parts = self._backlog.take_stranded(
            now=self._clock(), limit=BATCH * BATCHES, at_once=BATCH, paused=self._lanes.paused()
        )
        for messages, lost in parts:
            if not messages:
                continue
            if not self._dispatch.send(messages):
                total = replace(total, unsent=len(messages))
                break
            total = replace(total, sent=total.sent + len(messages), lost=total.lost + lost)
        if total != Recovered():
            logger.info("stranded tasks sent again", extra=asdict(total))
        return total
