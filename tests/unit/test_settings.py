"""Reading the environment."""

from __future__ import annotations

import pytest

from chalicelib.settings import SettingsError, load

QUEUES = {f"CAM_QUEUE_{lane}_URL": "https://queue" for lane in ("HIGH", "NORMAL", "LOW")}


def test_the_store_is_given_by_its_address_or_by_the_parameter_that_holds_it() -> None:
    by_address = load({**QUEUES, "CAM_MONGODB_URI": "mongodb://here"})
    by_parameter = load({**QUEUES, "CAM_MONGODB_URI_PARAMETER": "/cam/prod/mongodb-uri"})
    assert by_address.mongodb_uri is not None
    assert by_address.mongodb_uri.get_secret_value() == "mongodb://here"
    assert (by_parameter.mongodb_uri, by_parameter.mongodb_uri_parameter) == (None, "/cam/prod/mongodb-uri")


def test_everything_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"CAM_MONGODB_URI: .*CAM_MONGODB_URI_PARAMETER.*CAM_QUEUE_HIGH_URL"):
        load({})


def test_what_is_wrong_is_named_and_not_shown() -> None:
    with pytest.raises(SettingsError, match="CAM_BEAT_SECONDS") as caught:
        load({**QUEUES, "CAM_MONGODB_URI": "mongodb://u:secret@here", "CAM_BEAT_SECONDS": "-7"})
    assert "secret" not in str(caught.value)
    assert "-7" not in str(caught.value)
