"""Writing an object to S3 as it comes into being."""

from __future__ import annotations

import io
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART_BYTES = 8 * 1024 * 1024
"""S3 takes parts of 5 MiB and more, 10,000 at the most: an object may have 80 GB."""


class S3Writer:
    """A binary file that only grows. Holds one part in memory; what is not ended properly leaves nothing behind."""

    def __init__(self, client: S3Client, bucket: str, key: str, *, content_type: str) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._upload_id = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType=content_type)["UploadId"]
        self._parts: list[CompletedPartTypeDef] = []
        self._buffer = io.BytesIO()
        self.bytes_written = 0

    def write(self, data: bytes) -> int:
        self._buffer.write(data)
        self.bytes_written += len(data)
        if self._buffer.tell() >= PART_BYTES:
            self._send()
        return len(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if kind is not None:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._upload_id)
            return
        if self._buffer.tell() or not self._parts:
            self._send()
        self._client.complete_multipart_upload(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            MultipartUpload={"Parts": self._parts},
        )

    def _send(self) -> None:
        number = len(self._parts) + 1
        answer = self._client.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._upload_id,
            PartNumber=number,
            Body=self._buffer.getvalue(),
        )
        self._parts.append({"ETag": answer["ETag"], "PartNumber": number})
        self._buffer = io.BytesIO()
