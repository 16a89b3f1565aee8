"""Which asset types an account may list: each is asked for once, all of them within the time an HTTP request has."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor
from enum import StrEnum
from typing import NamedTuple

from chalicelib.accounts.model import Account
from chalicelib.errors import AccessDenied, CloudUnavailable, InvalidCredentials, RetryableError, TaskError
from chalicelib.providers.base import GLOBAL, Cloud, Identity, Provider, Sleep
from chalicelib.providers.kinds import expand
from chalicelib.providers.retry import with_retries

SECONDS = 20.0
"""For everything together. API Gateway gives up after 29."""
THREADS = 8
IDENTITY_TRIES = 3
LONGEST_WAIT_SECONDS = 2.0

NOT_IN_TIME = "the cloud did not answer in time"
NO_TURN = "no time is left to wait for a turn to call the cloud"
NO_REGION = "the account has no region to try it in"


class Status(StrEnum):
    ALLOWED = "allowed"
    DENIED = "denied"
    UNKNOWN = "unknown"


class Permission(NamedTuple):
    """If an account may list a type. ``region`` is where that was tried, "" for nowhere; ``reason`` is not given for
    what is allowed.
    """

    asset_type: str
    status: Status
    region: str
    reason: str = ""


class AccountTest(NamedTuple):
    """What calling the cloud with an account's credentials showed: an identity or the error, and what it may list."""

    identity: Identity | None
    error: str
    permissions: tuple[Permission, ...]


def unexamined(account: Account, provider: Provider, reason: str) -> AccountTest:
    """For an account whose cloud cannot be called."""
    places = _places(account, provider, None)
    return AccountTest(None, reason, tuple(_unknown(name, place, reason) for name, place in places.items()))


class Patience:
    """How much of some ``seconds`` is left."""

    def __init__(self, seconds: float = SECONDS, *, sleep: Sleep = time.sleep) -> None:
        self._end = time.monotonic() + seconds
        self._sleep = sleep

    @property
    def left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def sleep(self, seconds: float) -> None:
        """Raises CloudUnavailable in place of a wait that is longer than what is left."""
        if seconds > self.left:
            raise CloudUnavailable(NO_TURN)
        self._sleep(seconds)


def examined(cloud: Cloud, account: Account, provider: Provider, patience: Patience) -> AccountTest:
    """Ask the cloud who we are and then for each type, in the account's first region or else the cloud's first.

    ``cloud`` is to be connected without retries: only the identity is asked for more than once. What is not answered
    within the ``patience`` is unknown; its thread ends by itself when the SDK's own does.
    """
    pool = ThreadPoolExecutor(THREADS, thread_name_prefix="permissions")
    identity, error = None, ""
    try:
        asked = pool.submit(
            with_retries, cloud.identify, sleep=patience.sleep, attempts=IDENTITY_TRIES, longest=LONGEST_WAIT_SECONDS
        )
        try:
            identity = asked.result(patience.left)
        except (InvalidCredentials, RetryableError) as problem:
            return unexamined(account, provider, problem.message)
        except TimeoutError:
            return unexamined(account, provider, NOT_IN_TIME)
        except TaskError as problem:
            error = problem.message
        places = _places(account, provider, identity)
        probes = [
            (name, place, pool.submit(_probed, cloud, name, place, error or NO_REGION))
            for name, place in places.items()
        ]
        return AccountTest(identity, error, tuple(_answer(*probe, patience) for probe in probes))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _places(account: Account, provider: Provider, identity: Identity | None) -> dict[str, str]:
    """The types of the account in the provider's order, and where each is to be tried: "" where that is not known."""
    wanted = set(expand(provider, account.asset_types))
    region = next(iter(account.regions or (identity.regions if identity else ())), "")
    return {
        name: GLOBAL if name in provider.global_types else region for name in provider.asset_types if name in wanted
    }


def _probed(cloud: Cloud, asset_type: str, region: str, without_region: str) -> Permission:
    if not region:
        return _unknown(asset_type, region, without_region)
    try:
        cloud.probe(region, asset_type)
    except AccessDenied as refusal:
        return Permission(asset_type, Status.DENIED, region, refusal.message)
    except TaskError as problem:
        return _unknown(asset_type, region, problem.message)
    return Permission(asset_type, Status.ALLOWED, region)


def _answer(asset_type: str, region: str, probe: Future[Permission], patience: Patience) -> Permission:
    try:
        return probe.result(patience.left)
    except TimeoutError:
        return _unknown(asset_type, region, NOT_IN_TIME)


def _unknown(asset_type: str, region: str, reason: str) -> Permission:
    return Permission(asset_type, Status.UNKNOWN, region, reason)
