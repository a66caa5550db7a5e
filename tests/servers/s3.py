"""S3 on 127.0.0.1: moto, quick and without rights, or SeaweedFS, with keys and rights."""

import json
import os
import secrets
import tempfile
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.ports import free_port
from tests.servers.processes import Process
from tests.servers.programs import moto_server, weed

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

__all__ = ["READER", "S3", "WRITER", "Keys", "moto", "seaweed", "using"]

_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Keys:
    """What a client shows; `using` makes them those of the standard AWS chain."""

    access: str
    secret: str


WRITER = Keys("PCFWRITER", "writer-secret")
READER = Keys("PCFREADER", "reader-secret")
_ROOT = Keys("PCFROOT", "root-secret")


class S3:
    """A server that may be paused or killed."""

    def __init__(self, port: int, process: Process) -> None:
        self.port = port
        self.process = process
        self.endpoint = f"http://127.0.0.1:{port}"

    @cached_property
    def client(self) -> "S3Client":
        """A client with every right, past what is tested."""
        import boto3  # noqa: PLC0415 - half a second that most tests need not pay
        from botocore.config import Config  # noqa: PLC0415

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=_REGION,
            aws_access_key_id=_ROOT.access,
            aws_secret_access_key=_ROOT.secret,
            config=Config(proxies={}, s3={"addressing_style": "path"}),
        )

    def create_bucket(self, *, object_lock: bool = False) -> str:
        """The name of a new, empty bucket."""
        name = f"test-{secrets.token_hex(8)}"
        self.client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=object_lock)
        return name

    def url(self, bucket: str, *, prefix: str = "", endpoint: str = "") -> str:
        return f"s3://{bucket}/{prefix}?endpoint={endpoint or self.endpoint}&region={_REGION}"


@contextmanager
def using(keys: Keys) -> Iterator[None]:
    """Makes these the keys of the standard AWS chain, and keeps whoever runs the tests out of it."""
    wanted = {
        "AWS_ACCESS_KEY_ID": keys.access,
        "AWS_SECRET_ACCESS_KEY": keys.secret,
        "AWS_SESSION_TOKEN": "",
        "AWS_PROFILE": "",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    for name, value in wanted.items():
        _set(name, value)
    try:
        yield
    finally:
        for name, earlier in before.items():
            _set(name, earlier)


def _set(name: str, value: str | None) -> None:
    if value:
        os.environ[name] = value
    else:
        os.environ.pop(name, None)


@contextmanager
def moto(script: Path | None = None) -> Iterator[S3]:
    """In memory. It takes any key, and has what S3 has: conditions, versions, object lock.

    `script` starts it in another way: its Python runs that with the port.
    """
    with tempfile.TemporaryDirectory(prefix="pcf-moto-") as folder, using(_ROOT):
        port = free_port()
        line = [moto_server().with_name("python"), script] if script else [moto_server(), "-H", "127.0.0.1", "-p"]
        process = Process(*line, str(port), log=Path(folder, "log"))
        yield from _serving(port, process)


@contextmanager
def seaweed() -> Iterator[S3]:
    """On disk. WRITER may do all, READER may read, anybody else nothing."""
    with tempfile.TemporaryDirectory(prefix="pcf-seaweed-") as temporary:
        folder = Path(temporary)
        (folder / "data").mkdir()
        identities = [
            _identity(_ROOT, "Admin"),
            _identity(WRITER, "Read", "Write", "List", "Tagging"),
            _identity(READER, "Read", "List"),
        ]
        (folder / "s3.json").write_text(json.dumps({"identities": identities}))
        # Beside each port it takes the one 10,000 above for gRPC.
        master, volume, filer, s3 = (free_port(also=10_000) for _ in range(4))
        process = Process(
            weed(),
            "-logtostderr=true",
            "server",
            f"-dir={folder / 'data'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            f"-master.port={master}",
            f"-volume.port={volume}",
            f"-filer.port={filer}",
            "-volume.max=1000",  # each bucket takes several
            "-volume.preStopSeconds=0",
            "-master.volumeSizeLimitMB=64",
            "-filer",
            "-s3",
            f"-s3.port={s3}",
            f"-s3.config={folder / 's3.json'}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            f"-s3.localSocket={folder / 's3.sock'}",
            f"-filer.localSocket={folder / 'filer.sock'}",
            log=folder / "log",
        )
        yield from _serving(s3, process)


def _identity(keys: Keys, *actions: str) -> dict[str, object]:
    credentials = [{"accessKey": keys.access, "secretKey": keys.secret}]
    return {"name": keys.access, "credentials": credentials, "actions": actions}


def _serving(port: int, process: Process) -> Iterator[S3]:
    server = S3(port, process)
    try:
        process.wait_until(lambda: _answers(server.endpoint))
        yield server
    finally:
        # SeaweedFS takes half a minute to end in order.
        process.kill()


def _answers(endpoint: str) -> bool:
    """Anything but a refused connection, be it that the key is missing."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(endpoint, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        with error:
            return error.code < 500
    except OSError:
        return False
