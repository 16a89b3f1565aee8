"""The progress of parents that have fanned out: the weighted one of their children."""

from __future__ import annotations

from collections.abc import Iterable

from pymongo.collection import Collection

from chalicelib.tasks.context import Progress
from chalicelib.tasks.documents import Document
from chalicelib.tasks.model import TaskStatus

Run = tuple[str, int]
"""A parent's id and generation."""


def of_children(tasks: Collection[Document], parents: Iterable[Run]) -> dict[Run, Progress]:
    """In one round trip; with the message of a child that runs. A child that failed or was cancelled counts for as far
    as it came.
    """
    wanted = set(parents)
    if not wanted:
        return {}
    running = {"$eq": ["$status", TaskStatus.RUNNING.value]}
    groups = tasks.aggregate(
        [
            {"$match": {"parent_id": {"$in": sorted({parent_id for parent_id, _ in wanted})}}},
            {
                "$group": {
                    "_id": {"parent": "$parent_id", "generation": "$generation"},
                    "done": {"$sum": {"$multiply": ["$weight", "$progress"]}},
                    "weight": {"$sum": "$weight"},
                    "message": {"$max": {"$cond": [running, "$message", ""]}},
                }
            },
        ]
    )
    found = {
        (group["_id"]["parent"], group["_id"]["generation"]): Progress(
            int(group["done"] / group["weight"]), group["message"]
        )
        for group in groups
    }
    return {parent: found[parent] for parent in wanted if parent in found}
