"""Texts of the API that people read: Chinese as the API promises, English by setting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Texts:
    """One language. Fields in braces are filled with ``str.format``."""

    task_submitted: str
    syncing_region: str
    discovering_region: str
    exporting: str
    completed: str
    failed: str
    cancelled: str


TEXTS = {
    "zh-CN": Texts(
        task_submitted="任务已提交，正在执行中",
        syncing_region="正在同步地域 {region}",
        discovering_region="正在发现地域 {region}",
        exporting="正在导出 {done}/{total}",
        completed="任务已完成",
        failed="任务失败",
        cancelled="任务已取消",
    ),
    "en": Texts(
        task_submitted="Task submitted, now being carried out",
        syncing_region="Syncing region {region}",
        discovering_region="Discovering region {region}",
        exporting="Exporting {done}/{total}",
        completed="Task completed",
        failed="Task failed",
        cancelled="Task cancelled",
    ),
}
