"""What is logged of a fault tells no secret that this process has used."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime

import pytest

from chalicelib.hiding import REMEMBERED, Memory
from chalicelib.logs import logger
from chalicelib.providers.base import Credentials
from tests.support.canary import Canary, mark

SECRET = mark("logged")


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the logger writes."""
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def test_a_fault_that_quotes_a_credential_is_logged_without_it(lines: io.StringIO) -> None:
    Credentials({"access_key_secret": SECRET})
    try:
        raise ValueError(f"no header may be {SECRET!r}")
    except ValueError:
        logger.exception("fault in an executor")
    told = lines.getvalue()
    assert Canary(secret=SECRET).found_in(told) == set()
    assert "no header may be '***'" in json.loads(told)["exception"]


def test_a_warning_that_quotes_a_credential_is_logged_without_it(lines: io.StringIO) -> None:
    Credentials({"security_token": SECRET})
    logger.warning("task will be retried", extra={"reason": f"no {SECRET}"})
    assert json.loads(lines.getvalue())["reason"] == "no ***"


def test_what_is_public_of_credentials_is_logged(lines: io.StringIO) -> None:
    Credentials({"role_arn": "arn:aws:iam::210987654321:role/cam-inventory"})
    logger.warning("arn:aws:iam::210987654321:role/cam-inventory")
    assert "role/cam-inventory" in lines.getvalue()


def test_the_secrets_used_last_are_remembered_and_short_ones_are_not() -> None:
    memory = Memory()
    memory.keep([mark("first"), "short"])
    assert memory.hide(mark("first")) == "***"
    memory.keep(mark(f"another {number}") for number in range(REMEMBERED - 1))
    memory.keep([mark("first")])
    memory.keep([mark("one more")])
    assert memory.hide(f"{mark('first')} short {mark('one more')}") == "*** short ***"
    assert memory.hide(mark("another 0")) == mark("another 0")


def test_half_a_character_which_no_stream_takes_is_logged_as_an_escape(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("cam-tasks"), "propagate", False)  # what is captured has to be told, too
    logger.warning("no region \ud800, 无此地域")
    written = lines.getvalue().encode()
    assert "无此地域".encode() in written
    assert json.loads(written)["message"] == "no region \ud800, 无此地域"


@pytest.mark.parametrize("text", ["404", "null", '{"level": "DEBUG"}'])
def test_a_message_that_could_be_read_as_json_stays_a_text(text: str, lines: io.StringIO) -> None:
    logger.info(text)
    assert json.loads(lines.getvalue())["message"] == text


def test_what_json_has_no_form_for_is_logged_as_text(lines: io.StringIO) -> None:
    moment = datetime(2026, 1, 2, tzinfo=UTC)
    logger.info("seen", extra={"at": moment, "by": {1: moment}, "many": 2**70})
    told = json.loads(lines.getvalue())
    assert (told["at"], told["by"], told["many"]) == (str(moment), {"1": str(moment)}, 2**70)
