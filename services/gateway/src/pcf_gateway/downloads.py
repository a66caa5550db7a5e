"""The responses that carry an artifact, or say something about one."""

import re
from collections.abc import AsyncGenerator
from typing import Any, Final
from urllib.parse import quote

from fastapi import Response

from pcf_gateway.clients.artifacts import Download
from pcf_gateway.ranges import ByteRange, etag
from pcf_gateway.resources.builds import Artifact
from pcf_gateway.streamed import StreamedResponse

_PLAIN_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
HEADERS_DOCUMENTED: Final[dict[str, Any]] = {
    "ETag": {"description": "SHA-256 of the whole file, in quotes.", "schema": {"type": "string"}},
    "Accept-Ranges": {"description": "bytes", "schema": {"type": "string"}},
    "Content-Disposition": {"description": "The name to save it under.", "schema": {"type": "string"}},
}


def whole(download: Download) -> Response:
    return _streamed(download, status=200, length=download.artifact.size_bytes, extra={})


def part(download: Download, wanted: ByteRange) -> Response:
    content_range = f"bytes {wanted.first}-{wanted.last}/{download.artifact.size_bytes}"
    return _streamed(download, status=206, length=wanted.length, extra={"Content-Range": content_range})


def redirected(download: Download) -> Response:
    """To where the bytes are: once, for the URL is this client's and holds for a short while."""
    headers = {"Location": download.link, "Cache-Control": "no-store"}
    return Response(status_code=307, headers=headers)


def head(artifact: Artifact) -> Response:
    return Response(
        headers={**_headers(artifact), "Content-Length": str(artifact.size_bytes)},
        media_type=artifact.media_type,
    )


def not_modified(artifact: Artifact) -> Response:
    return Response(status_code=304, headers=_headers(artifact))


def _streamed(download: Download, *, status: int, length: int, extra: dict[str, str]) -> Response:
    return StreamedResponse(
        _pieces(download),
        status_code=status,
        media_type=download.artifact.media_type,
        headers={**_headers(download.artifact), **extra, "Content-Length": str(length)},
        close=download.close,
    )


async def _pieces(download: Download) -> AsyncGenerator[bytes, None]:
    async for chunk in download.chunks:
        yield chunk


def _headers(artifact: Artifact) -> dict[str, str]:
    return {
        "ETag": etag(artifact.sha256),
        "Accept-Ranges": "bytes",
        "Content-Disposition": _disposition(artifact.filename),
        # To be kept by the client, and asked for again by its ETag.
        "Cache-Control": "private, no-cache",
    }


def _disposition(filename: str) -> str:
    if _PLAIN_NAME.fullmatch(filename):
        return f'attachment; filename="{filename}"'
    return f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
