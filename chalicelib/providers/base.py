"""What a cloud must offer to be inventoried: the contract of every package in ``providers``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from chalicelib.errors import Throttled
from chalicelib.hiding import USED

Sleep = Callable[[float], None]
Pace = Callable[[str, str], None]
"""Called with a region and an action before every call of a cloud; returns when the call may be made."""


GLOBAL = "global"
"""The region of what belongs to none."""


PUBLIC_CREDENTIALS = frozenset({"role_arn"})
"""Names of what may be shown: without it nobody could tell which role is wrong."""


class Credentials(Mapping[str, str]):
    """Secrets of one account by name (``access_key_id``, ``access_key_secret``, …). Its repr shows no value, and the
    log hides them.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = dict(values)
        USED.keep(self.secrets)

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"Credentials({', '.join(self._values)})"

    @property
    def secrets(self) -> frozenset[str]:
        """The values that no text may show."""
        return frozenset(value for name, value in self._values.items() if value and name not in PUBLIC_CREDENTIALS)


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one account of a cloud.

    ``endpoint`` overrides the cloud's public addresses (``http://127.0.0.1:4566``): tests and private clouds. ``pace``
    keeps the calls of all sessions on the account within the cloud's limits. ``throttled`` is told of each call that
    the cloud refused all the same.
    """

    account_id: int
    credentials: Credentials
    endpoint: str | None = None
    pace: Pace = lambda region, action: None
    throttled: Callable[[], None] = lambda: None

    @contextmanager
    def calling(self, region: str, action: str) -> Iterator[None]:
        """Around every call of the cloud, and what makes errors of its answer; begins when the call may be made."""
        self.pace(region, action)
        try:
            yield
        except Throttled:
            self.throttled()
            raise


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """One resource as a listing showed it, normalised.

    ``created_at`` is RFC 3339 UTC as text, or None where the cloud does not say. ``relations`` maps a kind to the
    native ids this asset refers to (``{"vpc": ("vpc-1",)}``): which of a family they are, a listing cannot tell.
    ``attributes`` is the cloud's own item, JSON types only, without the fields that change by themselves.
    """

    native_id: str
    name: str = ""
    status: str = ""
    zone: str = ""
    created_at: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    ips: tuple[str, ...] = ()
    relations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    attributes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a listing.

    ``next_token`` resumes the listing behind this page and is None on the last one. ``total`` is the size of the
    whole listing where the cloud gives one. ``probe`` tells of a page that was asked for only to see that nothing
    follows a short one; any other that is empty and the last breaks what the page before has promised.
    """

    assets: tuple[ListedAsset, ...]
    next_token: str | None
    total: int | None = None
    probe: bool = field(default=False, compare=False)

    @property
    def is_bare_end(self) -> bool:
        """Whether nothing speaks for this to be the end but that there is nothing on it."""
        return not self.assets and self.next_token is None and self.total is None and not self.probe


class Identity(NamedTuple):
    """Who the cloud says we are: ``principal`` (an ARN or the like) and the ``regions`` the account can use."""

    principal: str
    regions: tuple[str, ...]


class Cloud(Protocol):
    """A session on one account. Every method may raise the provider errors of ``chalicelib.errors``."""

    def regions(self) -> list[str]:
        """Ids of all regions the account can use."""
        ...

    def pages(self, region: str, asset_type: str, *, start: str | None = None) -> Iterator[Page]:
        """List one scope page by page, from the beginning or from a page's ``next_token``."""
        ...

    def probe(self, region: str, asset_type: str) -> None:
        """Call the cloud as the first page of a listing does; raises AccessDenied when the account may not."""
        ...

    def identify(self) -> Identity:
        """Call the cloud with the account's credentials and say what it saw."""
        ...


class Provider(Protocol):
    """One cloud. Implementations are modules' ``PROVIDER`` objects; they import their SDK inside ``connect``."""

    @property
    def name(self) -> str: ...

    @property
    def asset_types(self) -> tuple[str, ...]:
        """Names of the asset types that can be listed, in the order a full sync takes them. A family's members have
        a dotted name (``lb.clb``).
        """
        ...

    @property
    def global_types(self) -> frozenset[str]:
        """Those that belong to no region: they are listed once, with ``GLOBAL`` for a region."""
        ...

    @property
    def unsupported(self) -> Mapping[str, str]:
        """Why the cloud has nothing for a kind that others have."""
        ...

    @property
    def calls_per_second(self) -> int:
        """How often one action may be called in one region on behalf of an account; well below what the cloud
        allows, as others call it, too.
        """
        ...

    @property
    def credential_fields(self) -> tuple[frozenset[str], ...]:
        """The sets of credential names that are each enough to connect; the first is the usual one."""
        ...

    @property
    def optional_credentials(self) -> frozenset[str]:
        """Names that may be given beside a full set (a session token, an external id)."""
        ...

    def connect(self, connection: Connection, *, sleep: Sleep = time.sleep) -> Cloud:
        """A session; nothing is called yet. ``sleep`` is how it waits between tries: it may raise to end them."""
        ...
