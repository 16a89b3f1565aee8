"""The figures since counting began, as Prometheus scrapes them."""

from __future__ import annotations

from chalice.app import Blueprint, Response
from pymongo.errors import PyMongoError

from chalicelib.api.authorizer import authorize
from chalicelib.api.endpoint import STORE_RETRY_SECONDS, failure, principal
from chalicelib.api.permissions import check
from chalicelib.container import current
from chalicelib.errors import ApiError, Unavailable
from chalicelib.logs import logger

routes = Blueprint(__name__)


@routes.route("/metrics", methods=["GET"], authorizer=authorize)
def metrics() -> Response:
    """Not in an envelope: Prometheus expects a format of its own, of which its library takes what is asked for. It may
    be read by whoever may read the same figures as JSON.
    """
    from chalicelib.api.exposition import Exposition, encoder  # noqa: PLC0415 - nobody else pays for the library

    request = routes.current_request
    encode, content_type = encoder(str(request.headers.get("accept", "")))
    try:
        check(principal(request), "get_stats")
        body = encode(Exposition(current().stats.totals()))
    except ApiError as error:
        return failure(error)
    except PyMongoError:
        logger.exception("the store failed")
        return failure(Unavailable("the task store does not answer; try again", retry_after=STORE_RETRY_SECONDS))
    return Response(body.decode(), headers={"Content-Type": content_type})
