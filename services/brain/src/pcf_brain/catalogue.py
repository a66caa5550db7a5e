"""The kinds of control of the current release, one by one and in pages."""

from collections.abc import Sequence
from dataclasses import dataclass

from pcf_runtime.errors import NotFound
from pcf_runtime.pagination import decode_token, encode_token, page_size

from pcf_brain.domain.capability import Capability
from pcf_brain.domain.release import FileEntry, Release
from pcf_brain.routing import capability_not_found

_DEFAULT_PAGE = 50
_LARGEST_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the kinds, by id."""

    capabilities: Sequence[Capability]
    next_token: str
    """Empty at the end."""


def page(release: Release, *, size: int, token: str) -> Page:
    """List kinds. A token holds the last id seen, so pages stay right when another release comes between."""
    limit = page_size(size, default=_DEFAULT_PAGE, maximum=_LARGEST_PAGE)
    after = str(decode_token(token, filter_="capabilities")["after"]) if token else ""
    rest = [each for capability_id, each in release.capabilities.items() if capability_id > after]
    shown = rest[:limit]
    more = len(rest) > limit
    next_token = encode_token({"after": shown[-1].capability_id}, filter_="capabilities") if more else ""
    return Page(shown, next_token)


def capability(release: Release, capability_id: str) -> Capability:
    found = release.capabilities.get(capability_id)
    if found is None:
        raise capability_not_found(release, capability_id)
    return found


def file_entry(release: Release, path: str) -> FileEntry:
    entry = release.files.get(path)
    if entry is None:
        raise NotFound("FILE_NOT_FOUND", f"{release.name} holds no such file.", metadata={"path": path})
    return entry
