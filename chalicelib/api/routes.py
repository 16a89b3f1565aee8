"""Routes that say what they take and answer: the models that check a request are those of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from chalice.app import Blueprint, Request, Response
from pydantic import BaseModel
from pymongo.errors import PyMongoError

from chalicelib.access.roles import Role
from chalicelib.api.authorizer import authorize
from chalicelib.api.endpoint import STORE_RETRY_SECONDS, body, envelope, failure, principal, query
from chalicelib.api.limits import require_small
from chalicelib.api.permissions import check, required_role
from chalicelib.api.record import Acted, record
from chalicelib.errors import ApiError, InternalError, Unavailable
from chalicelib.logs import logger

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. ``view`` is given what ``query`` and ``body`` make of the request, in this order, then
    the parts of the path by name; what it returns (of ``Acted``: its ``data``) becomes the envelope's data, answered
    with ``status``.

    ``beside`` begins the names of query parameters that the view reads itself. ``accepts`` makes the model of a body
    that is parsed behind the view.
    """

    method: str
    path: str
    name: str
    view: Callable[..., Any]
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    status: int = 200
    beside: str | None = None
    accepts: Callable[[], type[BaseModel]] | None = None
    documented: bool = True

    @property
    def role(self) -> Role | None:
        """What a caller needs; None: anybody may."""
        return required_role(self.name)

    @property
    def shape(self) -> Any:
        """The type of the envelope's data."""
        returned = get_type_hints(self.view)["return"]
        return get_args(returned)[0] if get_origin(returned) is Acted else returned

    def answer(self, request: Request, path: dict[str, str]) -> Response:
        came, error = self._attempt(request, path)
        data = came.data if isinstance(came, Acted) else came
        response = failure(error) if error else envelope(0, "success", data, status=self.status)
        if self.method != "GET":
            record(request, self.name, path, came, status=response.status_code, code=error.code if error else 0)
        return response

    def _attempt(self, request: Request, path: dict[str, str]) -> tuple[Any, ApiError | None]:
        """The only place where an exception becomes an error to answer."""
        try:
            require_small(request)
            if self.role is not None:
                check(principal(request), self.name)
            given: list[BaseModel] = []
            if self.query is not None:
                given.append(query(request, self.query, ignore=self.beside))
            if self.body is not None:
                given.append(body(request, self.body))
            return self.view(*given, **path), None
        except ApiError as error:
            return None, error
        except PyMongoError:
            logger.exception("the store failed")
            return None, Unavailable("the task store does not answer; try again", retry_after=STORE_RETRY_SECONDS)
        except Exception:
            logger.exception("request failed")
            return None, InternalError("internal error; it has been logged")


class Routes(Blueprint):
    """A blueprint that keeps the operations it serves."""

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name)
        self.operations: list[Operation] = []

    @property
    def tenant(self) -> str:
        """Whose things the current request is about. Raises Unauthenticated."""
        return principal(self.current_request).tenant

    def operation(self, method: str, path: str, *, name: str | None = None, **options: Any) -> Callable[[View], View]:
        """Serve the decorated view; ``options`` are fields of ``Operation``."""

        def serve(view: View) -> View:
            served = Operation(method, path, name or view.__name__, view, **options)
            self.operations.append(served)

            def answered(**parts: str) -> Response:
                return served.answer(self.current_request, parts)

            guard = None if served.role is None else authorize
            self.route(path, methods=[method], name=served.name, authorizer=guard)(answered)
            return view

        return serve
