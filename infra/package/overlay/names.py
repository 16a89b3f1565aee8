"""The functions and queues of the stack, by all the names they go by."""

from __future__ import annotations

from dataclasses import dataclass

LANES = ("high", "normal", "low")
QUEUES = {lane: f"{lane.title()}Queue" for lane in LANES}
"""The resource of each lane's queue."""
DEAD_LETTERS = "DeadLettersQueue"
LOST_EVENTS = "LostEventsQueue"
"""Events that the function they were for could not take."""
KEY = "Key"
BUCKET = "ExportBucket"
TOPIC = "AlarmTopic"
API_LOGS = "ApiAccessLogs"
ALIAS = "live"
"""What triggers call where a deploy shifts traffic from one version of a function to the next."""


@dataclass(frozen=True)
class Function:
    """``resource`` is what Chalice makes of the function's ``name``."""

    name: str
    resource: str
    lane: str | None = None
    """The lane whose tasks it runs."""

    @property
    def role(self) -> str:
        return f"{self.resource}Role"

    @property
    def log_group(self) -> str:
        return f"{self.resource}Logs"

    @property
    def queue(self) -> str | None:
        """The resource of the queue that triggers it."""
        if self.lane:
            return QUEUES[self.lane]
        return DEAD_LETTERS if self is BURY else None

    @property
    def event(self) -> str:
        """What Chalice calls the event of a function that a queue triggers."""
        return f"{self.resource}SqsEventSource"


API = Function("api_handler", "APIHandler")
AUTHORIZE = Function("authorize", "Authorize")
CONSUMERS = tuple(Function(f"consume_{lane}", f"Consume{lane.title()}", lane) for lane in LANES)
BURY = Function("bury", "Bury")
RECOVER = Function("recover", "Recover")
SCHEDULE_SYNCS = Function("schedule_syncs", "ScheduleSyncs")
SYNC_REQUESTED = Function("sync_requested", "SyncRequested")
FUNCTIONS = (API, AUTHORIZE, *CONSUMERS, BURY, RECOVER, SCHEDULE_SYNCS, SYNC_REQUESTED)
