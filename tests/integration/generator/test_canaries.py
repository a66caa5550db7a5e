"""Secrets planted in prompts, keys and headers are looked for: logs, metrics, traces, Redis, Postgres, ZIPs."""

import base64
import io
import logging
import zipfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import yaml
from pcf.generator.v1 import generator_pb2 as pb
from redis import Redis as Client

from tests.servers.model_apis import Asked, model_apis
from tests.servers.otlp_receiver import receiving

IN_PROMPT = "canaryprompt4f21"
IN_KEY = "sk-canarykey9b70"
IN_HEADER = "canaryheader77aa"
PROMPT = f"7 star rating, gleaming {IN_PROMPT}"
SEAL = base64.b64encode(bytes(range(32))).decode()
METADATA = (("authorization", f"Bearer {IN_HEADER}"), ("x-api-key", IN_HEADER))


def answer(asked: Asked) -> Mapping[str, Any]:
    """A colour for what gleams; a kind that is not here for all else."""
    fields = asked.schema["properties"]
    if "kind" in fields:
        empty = {name: [] if shape.get("type") == "array" else None for name, shape in fields.items()}
        return empty | {"confidence": 0.97, "kind": "none"}
    values = dict.fromkeys(fields["parameters"]["properties"])
    return {"parameters": values | {"filledColor": "#8A6D00"}, "covers": [1], "unmapped": []}


@dataclass(frozen=True)
class Places:
    """Where a canary could have come to."""

    asked: list[Asked]
    everywhere: Mapping[str, bytes]


@pytest.fixture
async def places(
    start_brain: Any,
    start_audit: Any,
    start_generator: Any,
    builds_url: str,
    redis_server: Any,
    redis_url: str,
    tmp_path: Path,
    free_port: Any,
    caplog: pytest.LogCaptureFixture,
) -> AsyncIterator[Places]:
    """After one build that asked a model, and one that was refused."""
    caplog.set_level(logging.DEBUG)
    metrics = free_port()
    (tmp_path / "key").write_text(IN_KEY)
    async with model_apis() as apis, receiving() as receiver:
        apis.answer(answer)
        entry = {"provider": "openai", "model": "gpt-test", "key_file": str(tmp_path / "key"), "input_price": 3.0}
        entry |= {"base_url": apis.url("openai"), "output_price": 15.0}
        (tmp_path / "models.yaml").write_text(yaml.safe_dump({"models": [entry]}))
        settings = {
            "models": tmp_path / "models.yaml",
            "database_url": builds_url,
            "data_key": SEAL,
            "redis_url": redis_url,
            "cache_key": SEAL,
            "metrics_port": metrics,
            "otlp_endpoint": receiver.endpoint,
            "trace_sample": 1.0,
        }
        async with (
            start_brain() as brain,
            start_audit() as (audit, log),
            start_generator(brain=brain, audit=audit, **settings) as generator,
        ):
            request = pb.CreateBuildRequest(prompt=PROMPT)
            build = await generator.settled(await generator.stub.CreateBuild(request, metadata=METADATA))
            assert pb.Build.STATE_SUCCEEDED == build.state, build
            refused = await generator.create(f"a video player {IN_PROMPT}")
            assert pb.Build.STATE_FAILED == (await generator.settled(refused)).state
            kinds = [artifact.name.rpartition("/")[2] for artifact in build.result.artifacts]
            zips = {kind: await generator.download(build, kind) for kind in kinds if kind != "report"}
            await log.until(build, "artifact.downloaded")
            async with httpx.AsyncClient(trust_env=False) as http:
                counted = (await http.get(f"http://127.0.0.1:{metrics}/metrics")).content
        # By now the generator has closed, and sent all its spans.
        assert {"chat gpt-test", "postgresql create", "run build"} <= {each.span.name for each in receiver.spans}
        yield Places(
            apis.requests,
            {
                "logs": caplog.text.encode(),
                "log fields": repr([vars(record) for record in caplog.records]).encode(),
                "metrics": counted,
                "traces": b"".join(receiver.raw),
                "Redis": dump_of_redis(redis_server.port),
                "Postgres": await dump_of_postgres(builds_url),
                "audit": files_of_audit(tmp_path),
                **{f"ZIP {kind}": unpacked(content) for kind, content in zips.items()},
            },
        )


def dump_of_redis(port: int) -> bytes:
    with Client(port=port) as client:
        return b"\n".join(key + (client.dump(key) or b"") for key in client.scan_iter())


async def dump_of_postgres(url: str) -> bytes:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = [row["tablename"] for row in await connection.fetch(_TABLES)]
        rows = [await connection.fetch(f'SELECT each::text FROM "{table}" AS each') for table in tables]
    finally:
        await connection.close()
    return "\n".join(row[0] for table in rows for row in table).encode()


def files_of_audit(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("audit.db*"))


def unpacked(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"".join(name.encode() + archive.read(name) for name in archive.namelist())


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"


async def test_the_canaries_went_where_they_belong(places):
    """So that they could have been found: the key in a header, the prompt's words in their message."""
    assert 2 == len(places.asked)
    assert all(IN_KEY == asked.key for asked in places.asked)
    assert all(IN_PROMPT in asked.text for asked in places.asked)


@pytest.mark.parametrize("canary", [IN_PROMPT, IN_KEY, IN_HEADER])
async def test_they_are_found_nowhere_else(places, canary):
    assert all(places.everywhere.values()), "every place holds something"
    assert [] == [place for place, content in places.everywhere.items() if canary.encode() in content]
