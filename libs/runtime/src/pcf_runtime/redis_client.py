"""A client for Redis or Valkey as a URL describes it: one server, Sentinel or Cluster, with or without TLS and ACL.

    redis://user:password@host:6379/0
    redis+sentinel://user:password@host1:26379,host2:26379/name-of-the-primary/0
    redis+cluster://user:password@host1:6379,host2:6379

`rediss` in place of `redis` is TLS; `?ca=/path/ca.pem` names the authority to trust, `?sentinel_password=…` is the
Sentinels' own.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff
from redis.credentials import CredentialProvider

from pcf_runtime.secret_text import SecretText

__all__ = ["BadRedisUrlError", "Client", "RedisUrl", "close", "connect"]

Client: TypeAlias = "Redis | RedisCluster"

_PORTS: Final = {"": 6379, "cluster": 6379, "sentinel": 26379}
_OPTIONS: Final = {"ca", "sentinel_password"}


class BadRedisUrlError(ValueError):
    """A text that is no such URL; the message never repeats it, for it may hold a password."""


@dataclass(frozen=True, slots=True)
class RedisUrl:
    """What a URL says."""

    topology: str
    """Empty, `sentinel` or `cluster`."""
    hosts: tuple[tuple[str, int], ...]
    is_tls: bool = False
    user: str = ""
    password: str = field(default="", repr=False)
    primary: str = ""
    """What the Sentinels call the primary."""
    database: int = 0
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def parse(cls, text: str) -> "RedisUrl":
        """From one of the forms at the top of this file; BadRedisUrlError."""
        parts = urlsplit(text)
        kind, _, topology = parts.scheme.partition("+")
        if kind not in {"redis", "rediss"} or topology not in _PORTS or not parts.netloc:
            raise BadRedisUrlError(
                "a Redis URL begins with redis://, rediss://, redis+sentinel:// or redis+cluster:// and names a host"
            )
        options = dict(parse_qsl(parts.query))
        if options.keys() - _OPTIONS:
            raise BadRedisUrlError(f"a Redis URL knows the options {', '.join(sorted(_OPTIONS))} and no other")
        account, _, hosts = parts.netloc.rpartition("@")
        user, _, password = account.partition(":")
        path = [unquote(part) for part in parts.path.split("/") if part]
        primary = path.pop(0) if topology == "sentinel" and path else ""
        if topology == "sentinel" and not primary:
            raise BadRedisUrlError("the URL of Sentinels names the primary in its path: redis+sentinel://host/primary")
        return cls(
            topology=topology,
            hosts=_hosts(hosts, topology),
            is_tls=kind == "rediss",
            user=unquote(user),
            password=unquote(password),
            primary=primary,
            database=_database(path, topology),
            options=options,
        )


def connect(url: RedisUrl, *, timeout_s: float, application: str, secret: SecretText | None = None) -> Client:
    """A client that connects on first use; each connection with user and password as `secret`, a URL, has them then."""
    common: dict[str, Any] = {
        **_account(url, secret),
        "socket_timeout": timeout_s,
        "socket_connect_timeout": timeout_s,
        "client_name": application,
        # Once more, for a pooled connection that the server has closed meanwhile; patience is for the caller.
        "retry": Retry(NoBackoff(), 1),
        **_tls(url),
    }
    if url.topology == "cluster":
        nodes = [ClusterNode(host, port) for host, port in url.hosts]
        return RedisCluster(startup_nodes=nodes, require_full_coverage=False, **common)
    if url.topology == "sentinel":
        # None is asked twice: there are others.
        once = Retry(NoBackoff(), 0)
        asked = {"socket_timeout": timeout_s, "socket_connect_timeout": timeout_s, "retry": once, **_tls(url)}
        if own := url.options.get("sentinel_password"):
            asked["password"] = own
        sentinels = Sentinel(  # type: ignore[no-untyped-call]
            list(url.hosts), sentinel_kwargs=asked, db=url.database, **common
        )
        primary: Redis = sentinels.master_for(url.primary)
        return primary
    host, port = url.hosts[0]
    return Redis(host=host, port=port, db=url.database, **common)


def _account(url: RedisUrl, secret: SecretText | None) -> dict[str, Any]:
    if secret is not None and url.password:
        return {"credential_provider": _Account(url, secret)}
    return {"username": url.user or None, "password": url.password or None}


class _Account(CredentialProvider):
    """User and password for a new connection."""

    def __init__(self, url: RedisUrl, secret: SecretText) -> None:
        self._url = url
        self._secret = secret

    def get_credentials(self) -> tuple[str] | tuple[str, str]:
        url = self._url
        return (url.user, url.password) if url.user else (url.password,)

    async def get_credentials_async(self) -> tuple[str] | tuple[str, str]:
        with suppress(BadRedisUrlError):  # the one before may still be good
            self._url = RedisUrl.parse(await self._secret.read())
        return self.get_credentials()


async def close(client: Client) -> None:
    """Closes every connection; redis-py leaves some open that it has forgotten."""
    await client.aclose()
    if isinstance(client, RedisCluster):
        # After a fault it is about to connect anew, and closes nothing.
        await client.nodes_manager.aclose()
        await client.nodes_manager.aclose("startup_nodes")
    elif isinstance(client.connection_pool, SentinelConnectionPool):
        for sentinel in client.connection_pool.sentinel_manager.sentinels:
            await sentinel.aclose()


def _tls(url: RedisUrl) -> dict[str, Any]:
    if not url.is_tls:
        return {}
    return {"ssl": True, "ssl_ca_certs": url.options.get("ca")}


def _hosts(text: str, topology: str) -> tuple[tuple[str, int], ...]:
    hosts = text.split(",")
    if len(hosts) > 1 and not topology:
        raise BadRedisUrlError("redis:// names one host; several are redis+sentinel:// or redis+cluster://")
    return tuple(_host(host, _PORTS[topology]) for host in hosts)


def _host(text: str, default_port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    try:
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadRedisUrlError("a port of the Redis URL is not a number up to 65535") from error
    if not host:
        raise BadRedisUrlError("the Redis URL names no host")
    return host, port or default_port


def _database(path: list[str], topology: str) -> int:
    if not path:
        return 0
    if len(path) > 1 or not path[0].isdecimal():
        raise BadRedisUrlError("the last part of a Redis URL's path is the number of a database")
    if topology == "cluster" and int(path[0]):
        raise BadRedisUrlError("a cluster has no databases but 0: leave the URL's path away")
    return int(path[0])
