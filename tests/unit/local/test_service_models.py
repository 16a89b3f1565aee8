"""What every session of botocore works out anew is worked out once in a process."""

from __future__ import annotations

from botocore.session import Session

from infra.local import service_models


def test_sessions_share_what_is_parsed() -> None:
    service_models.share()
    first, second = (Session().get_component("data_loader").load_service_model("sqs", "service-2") for _ in range(2))
    assert first is second


def test_sessions_share_what_events_are_called_today() -> None:
    service_models.share()
    first, second = (Session().get_component("event_emitter") for _ in range(2))
    names = [one._alias_event_name("before-call.elbv2.DescribeLoadBalancers") for one in (first, second)]
    assert names == ["before-call.elastic-load-balancing-v2.DescribeLoadBalancers"] * 2
    assert names[0] is names[1]
