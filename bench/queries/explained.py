"""Why a query may look at more than it answers with: in words, by the function that asks."""

from __future__ import annotations

from collections.abc import Mapping

from bench.queries.plans import Flaw

_FILTERS = (
    "One filter rides an index in the order of the answer; more of them at once are tried on what it leads to. "
    "A page ends as soon as it is full, hence it is rare matches that are dear"
)
_COUNTS = "`total` of a first page; pages reached by cursor have none"
_TOMBSTONES = "Leaves out tombstones: few, unless most of an inventory was deleted"
_ASSETS = f"{_TOMBSTONES}. Filters without an index of their own are tried on what the best other one leads to"
_SCOPES = "Scopes are few: one for each account, region and asset type of a tenant"

EXPLAINED: Mapping[tuple[str, Flaw], str] = {
    ("access/audit.AuditLog.find", Flaw.FILTER): _FILTERS,
    ("accounts/store.AccountStore.find", Flaw.FILTER): "Accounts of a tenant are few",
    ("accounts/store.AccountStore.find", Flaw.SORT): "Accounts of a tenant are few",
    ("assets/scopes.ScopeStore.find", Flaw.COUNT): _SCOPES,
    ("assets/scopes.ScopeStore.find", Flaw.FILTER): _SCOPES,
    ("assets/scopes.ScopeStore.live", Flaw.FILTER): _SCOPES,
    ("assets/scopes.ScopeStore.live", Flaw.GROUP): _SCOPES,
    ("assets/scopes.ScopeStore.regions", Flaw.FILTER): _SCOPES,
    ("assets/scopes.ScopeStore.regions", Flaw.GROUP): _SCOPES,
    ("assets/store.AssetStore._behind", Flaw.FILTER): _ASSETS,
    ("assets/store.AssetStore.by_native_ids", Flaw.FILTER): "A native id is in few accounts; looked up by it",
    ("assets/store.AssetStore._entries", Flaw.FILTER): "The filters of an asset list, tried on what changed since",
    ("assets/store.AssetStore.changes", Flaw.FILTER): "The filters of an asset list, tried on what changed since",
    ("assets/store.AssetStore.changes", Flaw.SORT): "What a name or a search term finds is put in order: few",
    ("assets/store.AssetStore.count", Flaw.COUNT): _COUNTS,
    ("assets/store.AssetStore.count", Flaw.FILTER): _ASSETS,
    ("assets/store.AssetStore.find", Flaw.FILTER): _ASSETS,
    ("assets/store.AssetStore.find", Flaw.SORT): (
        "What a search term finds is put in order: few, but for terms that most assets have (a status), for which "
        "MongoDB may walk the order instead"
    ),
    ("assets/store.AssetStore.stream", Flaw.FILTER): _TOMBSTONES,
    ("tasks/backlog.BacklogStore.resume", Flaw.FILTER): "Reads what is open, once, when somebody resumes a lane",
    ("tasks/backlog.BacklogStore.take_stranded", Flaw.FILTER): "Only while a lane is paused: steps over its tasks",
    ("tasks/children.Children._with_open_children", Flaw.GROUP): "Open children of what is being cancelled",
    ("tasks/children.Children.any_open", Flaw.FILTER): "Leaves out children of an earlier run that still stop",
    ("tasks/children.Children.cancel_open", Flaw.FILTER): "Within one parent's open children",
    ("tasks/children.Children.results", Flaw.FILTER): "Leaves out children of an earlier run of the parent, by hand",
    ("tasks/ended.EndedTasks.record", Flaw.FILTER): "The children of one task that is retried or deleted by hand",
    ("tasks/lanes.Lanes.paused", Flaw.SCAN): "A collection of three documents at the most",
    ("tasks/load.LoadGauge._dead_letters", Flaw.COUNT): "Dead letters, 100,000 at the most (`load.MOST_COUNTED`)",
    ("tasks/load.LoadGauge.read", Flaw.GROUP): "Open tasks, 100,000 at the most (`load.MOST_COUNTED`)",
    ("tasks/progress.of_children", Flaw.GROUP): "The children of parents that are open and looked at, or end",
    ("tasks/store.TaskStore.cancel_unstarted", Flaw.FILTER): "Filters of a cancellation in bulk, among pending tasks",
    ("tasks/store.TaskStore.count", Flaw.COUNT): _COUNTS,
    ("tasks/store.TaskStore.count", Flaw.FILTER): _FILTERS,
    ("tasks/store.TaskStore.newest", Flaw.FILTER): _FILTERS,
    ("tasks/store.TaskStore.newest_ids", Flaw.FILTER): _FILTERS,
    ("tasks/store.TaskStore.pending", Flaw.COUNT): "Stops at the cap: `CAM_MAX_PENDING`",
    ("tasks/store.TaskStore.request_cancel", Flaw.FILTER): "Among open tasks that were started, which are few",
}
