"""API Gateway's part on this machine: asks the service's authorizer who a caller is, and remembers its word for as long
as the deployed gateway does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from chalice.app import Chalice, Response
from chalice.config import Config
from chalice.local import LocalGateway, LocalGatewayAuthorizer, LocalGatewayException

from chalicelib.api.authorizer import NOT_CHECKED, NOTHING_SHOWN, REASON
from chalicelib.api.endpoint import failure
from chalicelib.api.headers import beside_the_service
from chalicelib.clock import Clock, utc_now
from chalicelib.container import current
from chalicelib.errors import ApiError, Unauthenticated, Unavailable
from chalicelib.logs import logger
from chalicelib.settings import cors_origin

Event = dict[str, Any]


class Refused(LocalGatewayException):
    """Carries what the gateway answers in place of the service."""

    def __init__(self, error: ApiError) -> None:
        answer: Response = failure(error)
        super().__init__(beside_the_service(cors_origin()) | dict(answer.headers), answer.body.encode())
        self.CODE = answer.status_code


class Doorkeeper(LocalGatewayAuthorizer):
    """With authentication off, nobody is asked for anything."""

    def __init__(self, app: Chalice, *, clock: Clock) -> None:
        super().__init__(app)
        self._clock = clock
        self._lock = Lock()
        self._remembered: dict[str, tuple[datetime, Event]] = {}

    def authorize(self, raw_path: str, lambda_event: Event, lambda_context: Any) -> tuple[Event, Any]:
        """Raises Refused."""
        route = self._route_for_event(lambda_event)
        if route is None or route.authorizer is None or current().settings.authentication == "off":
            return lambda_event, lambda_context
        token = lambda_event["headers"].get("authorization")
        if not token:
            raise Refused(Unauthenticated(NOTHING_SHOWN))
        arn = self._arn_builder.build_arn(lambda_event["requestContext"]["httpMethod"], raw_path)
        word = self._word(route.authorizer, token, arn, lambda_context)
        if not self._check_can_invoke_view_function(arn, word):
            raise Refused(Unauthenticated(word["context"][REASON]))
        lambda_event["requestContext"]["authorizer"] = {**word["context"], "principalId": word["principalId"]}
        return lambda_event, lambda_context

    def _word(self, authorizer: Any, token: str, arn: str, context: Any) -> Event:
        now = self._clock()
        with self._lock:
            self._remembered = {known: it for known, it in self._remembered.items() if it[0] > now}
            if token in self._remembered:
                return self._remembered[token][1]
        event = {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}
        try:
            word: Event = authorizer(event, context)
        except Exception:
            logger.exception("the authorizer failed")
            raise Refused(Unavailable(NOT_CHECKED, retry_after=5)) from None
        with self._lock:
            self._remembered[token] = now + timedelta(seconds=authorizer.config.ttl_seconds), word
        return word


class Gateway(LocalGateway):
    """One for all connections."""

    def __init__(self, app: Chalice, config: Config, *, clock: Clock = utc_now) -> None:
        super().__init__(app, config)
        self._authorizer = Doorkeeper(app, clock=clock)
