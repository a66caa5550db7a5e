"""`/` and `/docs`: the web page and the API's reference, as static files from this package."""

import hashlib
from collections.abc import Awaitable, Callable
from importlib import resources
from typing import Annotated, Final

from fastapi import FastAPI, Header, Response
from fastapi.routing import APIRoute

from pcf_gateway import ranges

_FILES: Final = {
    "/": ("index.html", "text/html"),
    "/docs": ("docs.html", "text/html"),
    "/web/page.css": ("page.css", "text/css"),
    "/web/page.js": ("page.js", "text/javascript"),
    "/web/key.js": ("key.js", "text/javascript"),
    "/web/verify.js": ("verify.js", "text/javascript"),
    "/web/docs.js": ("docs.js", "text/javascript"),
    "/web/icon.svg": ("icon.svg", "image/svg+xml"),
}
# Nothing from elsewhere, nothing inline, nothing in a frame.
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Endpoint = Callable[[str | None], Awaitable[Response]]


class PageRoutes:
    """Reads the files once; they are a few kilobytes."""

    def add_to(self, app: FastAPI) -> None:
        folder = resources.files("pcf_gateway").joinpath("web")
        for path, (name, media_type) in _FILES.items():
            content = folder.joinpath(name).read_bytes()
            app.router.add_api_route(
                path,
                _page(content, media_type),
                methods=["GET", "HEAD"],
                include_in_schema=False,
                # Not the strict one: links to a page may carry anything after the question mark.
                route_class_override=APIRoute,
            )


def _page(content: bytes, media_type: str) -> Endpoint:
    tag = ranges.etag(hashlib.sha256(content).hexdigest())
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Content-Security-Policy": _POLICY,
    }

    async def page(if_none_match: Annotated[str | None, Header()] = None) -> Response:
        if ranges.is_known(if_none_match, tag):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=media_type, headers=headers)

    return page
