"""The Redis of a region, which follows the other's so that it is warm when it is needed. Without it all is slower."""

import asyncio
from pathlib import Path
from typing import Final

from pcf_runtime.redis_client import BadRedisUrlError, RedisUrl, close, connect
from redis.exceptions import RedisError

__all__ = ["promote"]

_CALL_S: Final = 5.0


async def promote(file: Path) -> str:
    """Have the Redis whose URL stands in a file follow nobody; what is wrong, or nothing."""
    try:
        url = RedisUrl.parse((await asyncio.to_thread(file.read_text)).strip())
    except (OSError, BadRedisUrlError) as error:
        return f"{file}: {error}"
    client = connect(url, timeout_s=_CALL_S, application="pcf-ops")
    try:
        await client.execute_command("REPLICAOF", "NO", "ONE")
    except (RedisError, OSError, TimeoutError) as error:
        return f"the Redis of {file}: {type(error).__name__}"
    finally:
        await close(client)
    return ""
