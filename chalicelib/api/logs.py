"""Where the logs of this stage are, for whoever may look at them."""

from __future__ import annotations

from chalicelib.access.principal import OPERATORS, Principal
from chalicelib.api.views.access import LogsView
from chalicelib.settings import Settings, own_log_group

OF_TASKS = ("api-handler", "consume-high", "consume-normal", "consume-low", "bury", "recover")
"""The ends of the names of the log groups of what has to do with a task."""


def logs_of(settings: Settings, by: Principal) -> LogsView | None:
    """None on one machine, and for other tenants than the operators'."""
    own = own_log_group() if settings.deployed else None
    if own is None or by.tenant != OPERATORS:
        return None
    region, group = own
    domain = "amazonaws.cn" if region.startswith("cn-") else "aws.amazon.com"
    return {
        "url": f"https://{region}.console.{domain}/cloudwatch/home?region={region}#logsV2:logs-insights",
        "groups": [f"{group.rpartition('/')[0]}/{last}" for last in OF_TASKS],
    }
