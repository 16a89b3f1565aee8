"""The routes of the inventory, and of health."""

from __future__ import annotations

import pytest

from chalicelib.container import Container, install
from chalicelib.settings import Settings
from infra.local.clouds.aliyun import FakeAliyun
from tests.api.conftest import Service


def test_assets_are_found_by_every_filter_and_read_one_by_one(service: Service, account: int, fake: FakeAliyun) -> None:
    service.finished("/tasks/sync-assets", {"provider": "aliyun", "asset_types": ["ecs", "vpc"]})
    in_shenzhen = len(fake.inventory.native_ids("ecs", "cn-shenzhen"))
    query = f"provider=aliyun&account_id={account}&region=cn-shenzhen&type=ecs"
    page = service.get(f"/assets?{query}&limit=3").data
    assert (page["total"], len(page["assets"])) == (in_shenzhen, 3)
    next_page = service.get(f"/assets?{query}&limit=3&offset=3").data
    assert not {asset["id"] for asset in page["assets"]} & {asset["id"] for asset in next_page["assets"]}

    asset = page["assets"][0]
    assert service.get(f"/assets/{asset['id']}").data == asset
    assert asset["native_id"] in fake.inventory.native_ids("ecs", "cn-shenzhen")
    assert asset["attributes"]["InstanceId"] == asset["native_id"]
    assert service.get(f"/assets?q={asset['native_id']}").data["assets"] == [asset]
    assert service.get("/assets?account_id=7").data == {"assets": [], "total": 0, "next_cursor": None}


def test_an_unknown_asset_answers_404_and_a_bad_query_400(service: Service) -> None:
    assert service.get("/assets/nothing").status == 404
    for query in ("limit=101", "provider=x", "account_id=a", "q=", "colour=red", "region[$gt]=a"):
        assert service.get(f"/assets?{query}").status == 400


def test_health_needs_nothing_and_ready_needs_store_and_queue(service: Service, settings: Settings) -> None:
    assert service.get("/ready").data == {"status": "ready"}
    for missing in (
        {"queue_normal_url": settings.queue_normal_url + "-gone"},
        {"mongodb_uri": "mongodb://127.0.0.1:9", "mongodb_timeout_seconds": 0.2},
    ):
        broken = Container(Settings.model_validate(settings.model_dump() | missing))
        install(broken)
        try:
            assert service.get("/health").data == {"status": "alive"}
            reply = service.get("/ready")
            assert (reply.status, reply.headers.get("Retry-After")) == (503, "5")
            assert "does not answer" in reply.error
        finally:
            broken.close()
            install(service.container)


def test_a_store_that_is_away_answers_503_and_says_when_to_come_back(service: Service, settings: Settings) -> None:
    away = {"mongodb_uri": "mongodb://127.0.0.1:9", "mongodb_timeout_seconds": 0.2}
    broken = Container(Settings.model_validate(settings.model_dump() | away))
    install(broken)
    try:
        reply = service.get("/tasks")
    finally:
        broken.close()
        install(service.container)
    assert (reply.status, reply.headers["Retry-After"]) == (503, "5")
    assert "127.0.0.1" not in reply.error


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_texts_are_in_the_language_of_the_settings(settings: Settings, language: str) -> None:
    texts = Container(Settings.model_validate(settings.model_dump() | {"language": language})).texts
    assert texts.syncing_region.format(region="cn-shenzhen") in (
        "正在同步地域 cn-shenzhen",
        "Syncing region cn-shenzhen",
    )
    assert texts.task_submitted == (
        "任务已提交，正在执行中" if language == "zh-CN" else "Task submitted, now being carried out"
    )
