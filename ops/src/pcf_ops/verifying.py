"""The main job at a region's own address, as `pcf-builder smoke` does it, and the word to stakeholders."""

import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

__all__ = ["notify", "smoke"]

_SMOKE_S = 90.0
_NOTIFY_S = 10.0
_PAUSE_S = 1.0


async def smoke(url: str, *, source_only: bool = False, within_s: float = _SMOKE_S) -> str:
    """Again and again until it succeeds, for services need a moment after a promotion; then what is wrong still.

    The key is that of `pcf-builder`: PCF_KEY or PCF_KEY_FILE.
    """
    wrong = "there was no time"
    try:
        async with asyncio.timeout(within_s):
            while wrong:
                wrong = await _once(url, ("--source-only",) if source_only else ())
                await asyncio.sleep(_PAUSE_S if wrong else 0)
    except TimeoutError:
        return f"after {within_s:g} s the smoke test still says: {wrong}"
    return ""


async def notify(file: Path | None, message: str) -> str:
    """POST `{"text": …}`, which Slack and its likes take, to the URL that stands in a file."""
    if file is None:
        return ""
    try:
        url = (await asyncio.to_thread(file.read_text)).strip()
        async with httpx.AsyncClient(timeout=_NOTIFY_S) as client:
            answer = await client.post(url, json={"text": message})
    except OSError as error:
        return f"{file} cannot be read ({error.strerror})"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        # Its words may hold the URL, which is a secret.
        return f"the webhook of {file} does not answer ({type(error).__name__})"
    return "" if answer.is_success else f"the webhook of {file} answers {answer.status_code}"


async def _once(url: str, options: Sequence[str]) -> str:
    line = (sys.executable, "-m", "pcf_cli", "smoke", "--url", url, *options)
    process = await asyncio.create_subprocess_exec(
        *line, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return "" if process.returncode == 0 else said.decode(errors="replace").strip()[-500:]
