"""What lies between two regions: the copy of each object, the name that makers use, and who is told."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tests.drills.doors import Door, Doors
from tests.servers.s3 import S3

__all__ = ["Copying", "follow_record", "webhook"]

_EVERY_S = 0.2


@dataclass(slots=True)
class Copying:
    """As S3's own replication does it: each new object, a moment later."""

    bucket: str
    of: S3
    to: S3
    copied: set[str] = field(default_factory=set)
    _stopping: threading.Event = field(default_factory=threading.Event)

    def work(self) -> None:
        """In a thread of its own, until `stop` or the end of the bucket."""
        while not self._stopping.wait(_EVERY_S):
            # Nothing comes out of a bucket that is gone.
            with suppress(BotoCoreError, ClientError):
                self.once()

    def once(self) -> None:
        for page in self.of.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket):
            for each in page.get("Contents", ()):
                name = each["Key"]
                if name not in self.copied:
                    content = self.of.client.get_object(Bucket=self.bucket, Key=name)["Body"].read()
                    self.to.client.put_object(Bucket=self.bucket, Key=name, Body=content, ChecksumAlgorithm="SHA256")
                    self.copied.add(name)

    def stop(self) -> None:
        self._stopping.set()


async def follow_record(record: Path, doors: Doors, door: Callable[[str], Door], stopping: asyncio.Event) -> None:
    """New connections go where the record says, as clients of a DNS name do; `door` gives that of a target."""
    while not stopping.is_set():
        target = await asyncio.to_thread(record.read_text)
        doors.open[:] = [door(target.strip())]
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), _EVERY_S)


@contextmanager
def webhook() -> Iterator[tuple[str, list[str]]]:
    """A receiver on loopback: its URL, and what it was told."""
    told: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["text"])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
