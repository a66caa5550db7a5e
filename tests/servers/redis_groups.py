"""Several Redis servers that belong together: a primary with a replica and sentinels, or a cluster."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from tests.servers.processes import until
from tests.servers.redis import Redis, running_redis

__all__ = ["Cluster", "Watched", "redis_cluster", "watched_redis"]

_NAME = "pcf"
_SENTINELS = 3
_SLOTS = 16_384
_CLUSTER = """cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout 2000
"""


@dataclass(frozen=True, slots=True)
class Watched:
    """A primary, its replica, and the sentinels that replace the one with the other."""

    primary: Redis
    replica: Redis
    sentinels: tuple[Redis, ...]

    @property
    def url(self) -> str:
        return f"redis+sentinel://{_hosts(self.sentinels)}/{_NAME}/0"

    def primary_port(self) -> int:
        """Where the sentinels send clients at the moment."""
        return int(self.sentinels[0].ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", _NAME)[1])


@dataclass(frozen=True, slots=True)
class Cluster:
    """Three nodes with a third of the keys each."""

    nodes: tuple[Redis, ...]

    @property
    def url(self) -> str:
        return f"redis+cluster://{_hosts(self.nodes)}"


@contextmanager
def watched_redis() -> Iterator[Watched]:
    """Returns when the sentinels know each other and the replica, so that a failover can begin."""
    with ExitStack() as stack:
        primary = running_redis(stack)
        replica = running_redis(stack, f"replicaof 127.0.0.1 {primary.port}")
        watching = (
            f"sentinel monitor {_NAME} 127.0.0.1 {primary.port} 2\n"
            f"sentinel down-after-milliseconds {_NAME} 1000\n"
            f"sentinel failover-timeout {_NAME} 5000"
        )
        sentinels = tuple(running_redis(stack, watching, common=False) for _ in range(_SENTINELS))
        for sentinel in sentinels:
            until(partial(_sees_all, sentinel), what="a sentinel knows the others and the replica")
        yield Watched(primary, replica, sentinels)


@contextmanager
def redis_cluster() -> Iterator[Cluster]:
    """Returns when every node says that the cluster serves."""
    with ExitStack() as stack:
        nodes = tuple(running_redis(stack, _CLUSTER) for _ in range(3))
        for index, node in enumerate(nodes):
            first, end = (_SLOTS * at // len(nodes) for at in (index, index + 1))
            node.ask("CLUSTER", "ADDSLOTSRANGE", first, end - 1)
            node.ask("CLUSTER", "SET-CONFIG-EPOCH", index + 1)
            node.ask("CLUSTER", "MEET", "127.0.0.1", nodes[0].port)
        for node in nodes:
            until(partial(_serves, node, len(nodes)), what="the cluster serves")
        yield Cluster(nodes)


def _hosts(servers: tuple[Redis, ...]) -> str:
    return ",".join(f"127.0.0.1:{server.port}" for server in servers)


def _sees_all(sentinel: Redis) -> bool:
    state: dict[str, str] = sentinel.ask("SENTINEL", "MASTER", _NAME)
    return (state["num-other-sentinels"], state["num-slaves"]) == (str(_SENTINELS - 1), "1")


def _serves(node: Redis, count: int) -> bool:
    said = node.ask("CLUSTER", "INFO").split()
    return {"cluster_state:ok", f"cluster_known_nodes:{count}"} <= set(said)
