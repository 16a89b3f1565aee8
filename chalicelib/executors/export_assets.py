"""``export_assets``: a file of the inventory, with a link to fetch it by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BeforeValidator, Field

from chalicelib.assets.choice import MOST_TAGS, AssetChoice
from chalicelib.assets.filter import AssetFilter
from chalicelib.assets.model import Asset
from chalicelib.assets.sheets import FORMATS, MOST_XLSX_ROWS, Format
from chalicelib.assets.upload import S3Writer
from chalicelib.clock import rfc3339
from chalicelib.errors import FatalError, InvalidRequest, RetryableError
from chalicelib.executors.scopes import subjects_of
from chalicelib.executors.services import Services
from chalicelib.providers.names import Text
from chalicelib.tasks.context import TaskContext
from chalicelib.tasks.executor import RunResult, TaskParams

PAGE = 500


def _alias(value: Any) -> Any:
    return "xlsx" if value == "excel" else value


class ExportParams(AssetChoice, TaskParams):
    """Which assets, as in ``GET /assets``; without a condition all. ``json`` is one object a line."""

    tags: Annotated[dict[Text, Text], Field(max_length=MOST_TAGS, default_factory=dict)]
    format: Annotated[Format, BeforeValidator(_alias)] = "csv"

    def subjects(self) -> tuple[str, ...]:
        return subjects_of(
            self.provider,
            self.account_id,
            [self.region] if self.region else [],
            [self.type] if self.type else [],
        )


class ExportAssets:
    params = ExportParams
    max_retry = 3
    deduplicate = False

    def __init__(self, services: Services) -> None:
        self._services = services

    def admit(self, params: ExportParams, tenant: str) -> None:
        if self._services.exports is None:
            raise InvalidRequest("exports are not set up: set CAM_EXPORT_BUCKET")

    def run(self, params: ExportParams, context: TaskContext) -> RunResult:
        exports = self._services.exports
        if exports is None:
            raise FatalError("exports are not set up: set CAM_EXPORT_BUCKET")
        chosen = params.model_dump(exclude={"format"})
        which = AssetFilter(context.tenant, **chosen)
        total = self._services.assets.count(which)
        if params.format == "xlsx" and total > MOST_XLSX_ROWS:
            raise FatalError(f"a worksheet holds {MOST_XLSX_ROWS} rows and there are {total}: export csv or json")
        form = FORMATS[params.format]
        key = f"{context.tenant}/{context.task_id}/assets.{form.extension}"
        try:
            with S3Writer(exports.client, exports.bucket, key, content_type=form.content_type) as sink:
                count = form.write(self._read(which, total, context), sink)
            link = exports.client.generate_presigned_url(
                "get_object", Params={"Bucket": exports.bucket, "Key": key}, ExpiresIn=exports.link_seconds
            )
        except (BotoCoreError, ClientError) as error:
            raise RetryableError(f"the export could not be stored: {type(error).__name__}") from None
        expires = exports.clock() + timedelta(seconds=exports.link_seconds)
        return {
            "format": params.format,
            "count": count,
            "bytes": sink.bytes_written,
            "url": link,
            "expires_at": rfc3339(expires),
            "key": key,
        }

    def _read(self, which: AssetFilter, total: int, context: TaskContext) -> Iterator[Asset]:
        """All assets of the filter, telling at each page how far it is."""
        context.check()
        for done, asset in enumerate(self._services.assets.stream(which, at_once=PAGE), start=1):
            yield asset
            if done % PAGE == 0 or done == total:
                context.check()
                said = self._services.texts.exporting.format(done=done, total=total)
                context.report(100 * done / max(total, 1), said)
