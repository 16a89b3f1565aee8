"""Models of AWS's services are parsed once in a process."""

from __future__ import annotations

from botocore.session import Session

from infra.local import service_models


def test_sessions_share_what_is_parsed() -> None:
    service_models.share()
    first, second = (Session().get_component("data_loader").load_service_model("sqs", "service-2") for _ in range(2))
    assert first is second
