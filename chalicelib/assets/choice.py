"""Which assets a caller means, as requests say it."""

from __future__ import annotations

from chalicelib.providers.names import AccountId, AssetTypeName, LongText, Moment, ProviderName, RegionId, Text
from chalicelib.strict import Strict

MOST_TAGS = 10


class AssetChoice(Strict):
    """``q`` is the beginning of a name, of a word in it, of a native id or of an address; ``type`` may be a family.
    ``refers_to`` is the native id of what the assets have a relation to.
    """

    provider: ProviderName | None = None
    account_id: AccountId | None = None
    region: RegionId | None = None
    type: AssetTypeName | None = None
    q: Text | None = None
    status: Text | None = None
    name: Text | None = None
    native_id: LongText | None = None
    ip: Text | None = None
    refers_to: LongText | None = None
    first_seen_since: Moment | None = None
    changed_since: Moment | None = None
    deleted: bool = False
