"""The API as its callers meet it: every answer is an envelope, whose data is what counts."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from camcli import __version__
from camcli.errors import NotTheService, Refused, Unreachable
from camcli.profiles import API_PATH, Access

if TYPE_CHECKING:
    import httpx

Row = Mapping[str, Any]

TIMEOUT_SECONDS = 30
LARGEST_PAGE = 100
PASSING = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""What the same request may not meet a little later."""
HINTS = {
    HTTPStatus.UNAUTHORIZED: "sign in with `cam login`, or set CAM_API_KEY",
    HTTPStatus.FORBIDDEN: "`cam whoami` tells your role; `cam login` takes another key",
}


class Listing:
    """The rows of a list, read page by page by cursor as they are asked for. ``total`` is known with the first page;
    None where the service does not count. ``cut``: more followed the last row that was asked for.
    """

    def __init__(self, pages: Iterator[Row], name: str, most: int | None) -> None:
        self.total: int | None = None
        self.cut = False
        self._pages = pages
        self._name = name
        self._most = most

    def __iter__(self) -> Iterator[Row]:
        given = 0
        for page in self._pages:
            if page.get("total") is not None:
                self.total = page["total"]
            for row in page[self._name]:
                if given == self._most:
                    return
                yield row
                given += 1
            if given == self._most:
                self.cut = page.get("next_cursor") is not None
                return


class Service:
    """A session on one service. Raises Unreachable, NotTheService and Refused."""

    def __init__(self, access: Access, *, timeout: float = TIMEOUT_SECONDS) -> None:
        import httpx  # noqa: PLC0415 - `cam --help` does without

        self.access = access
        headers = {"User-Agent": f"cam/{__version__}", "Accept": "application/json"}
        if access.key:
            headers["Authorization"] = f"Bearer {access.key}"
        elif name := _login_name():
            headers["X-Cam-User"] = name
        self._faults = httpx.HTTPError, httpx.InvalidURL
        self._http = httpx.Client(timeout=timeout, headers=headers, trust_env=not access.loopback)

    def __enter__(self) -> Service:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._http.close()

    def get(self, path: str, /, **query: Any) -> Any:
        """A parameter that is None is left out."""
        return self._call("GET", path, params=_parameters(query))

    def post(self, path: str, body: Mapping[str, Any] | None = None, **headers: str) -> Any:
        return self._call("POST", path, json={} if body is None else body, headers=headers)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        return self._call("PUT", path, json=body)

    def delete(self, path: str, /, **query: Any) -> Any:
        return self._call("DELETE", path, params=_parameters(query))

    def listing(self, path: str, name: str, /, *, most: int | None = None, **query: Any) -> Listing:
        """A list that is paged by cursor, ``most`` rows of it at the most."""
        return Listing(self._by_cursor(path, min(most or LARGEST_PAGE, LARGEST_PAGE), query), name, most)

    def listing_by_offset(self, path: str, name: str, /, *, most: int | None = None, **query: Any) -> Listing:
        return Listing(self._by_offset(path, name, query), name, most)

    def document(self) -> Row:
        """The OpenAPI document."""
        answer = self._send("GET", f"{self.access.url}/openapi.json")
        document = _json(answer)
        if not answer.is_success or not isinstance(document, dict) or "paths" not in document:
            raise self._stranger(answer)
        return document

    def _by_cursor(self, path: str, limit: int, query: Mapping[str, Any]) -> Iterator[Row]:
        cursor = None
        while True:
            page = self.get(path, **query, limit=limit, cursor=cursor)
            yield page
            cursor = page["next_cursor"]
            if cursor is None:
                return

    def _by_offset(self, path: str, name: str, query: Mapping[str, Any]) -> Iterator[Row]:
        offset = 0
        while True:
            page = self.get(path, **query, limit=LARGEST_PAGE, offset=offset)
            yield page
            offset += LARGEST_PAGE
            if offset >= page["total"] or not page[name]:
                return

    def _call(self, method: str, path: str, **options: Any) -> Any:
        answer = self._send(method, f"{self.access.url}{API_PATH}{path}", **options)
        envelope = _json(answer)
        if not isinstance(envelope, dict) or "code" not in envelope or "msg" not in envelope:
            if answer.status_code in PASSING:
                raise Unreachable(f"{self.access.url} is not ready: HTTP {answer.status_code}")
            raise self._stranger(answer)
        if answer.is_success and envelope["code"] == 0:
            return envelope["data"]
        raise _refusal(answer, str(envelope["msg"]), envelope["code"])

    def _send(self, method: str, url: str, **options: Any) -> httpx.Response:
        try:
            return self._http.request(method, url, **options)
        except self._faults as error:
            raise Unreachable(
                f"nothing answers at {self.access.url} ({_reason(error)}): start the service with `make run`, "
                "or say where it is with CAM_URL or `cam login`"
            ) from None

    def _stranger(self, answer: httpx.Response) -> NotTheService:
        return NotTheService(
            f"what answers at {self.access.url} is not this service (HTTP {answer.status_code}): check CAM_URL, "
            "or `cam login` with another address"
        )


def part(name: str) -> str:
    """A piece of a path that cannot become another path."""
    return quote(name, safe="")


def _refusal(answer: httpx.Response, message: str, code: int) -> Refused | Unreachable:
    if answer.status_code in PASSING:
        return Unreachable(message, retry_after=_seconds(answer.headers.get("Retry-After")))
    hint = HINTS.get(HTTPStatus(answer.status_code)) if answer.status_code in HINTS else None
    return Refused(f"{message}: {hint}" if hint else message, code=code, status=answer.status_code)


def _seconds(header: str | None) -> float | None:
    try:
        return float(header) if header else None
    except ValueError:
        return None


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _reason(error: Exception) -> str:
    """In the words of the operating system where there are some."""
    return str(error).partition("] ")[2].lower() or str(error).lower() or type(error).__name__


def _parameters(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in query.items() if value is not None}


def _login_name() -> str | None:
    """Who is at the keyboard, as far as a header can carry it."""
    with suppress(KeyError, OSError, ImportError):
        name = getpass.getuser()
        return name if name.isascii() and name.isprintable() else None
    return None
