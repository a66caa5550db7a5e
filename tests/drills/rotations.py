"""What the drill of rotation changes, each until the old one is worth nothing."""

import asyncio
import json
import ssl
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from cryptography import x509

from tests.drills.database_account import DatabaseAccount
from tests.drills.issuer import Issuer
from tests.drills.model_account import ModelAccount
from tests.drills.product import Product
from tests.drills.rest_client import Answer, Connection
from tests.drills.rest_load import Crowd

__all__ = [
    "Desk",
    "certificate",
    "model_key",
    "more",
    "password",
    "service_certificates",
    "signing_key",
    "trusting_anybody",
]

_BETWEEN = 60
"""So many requests end between two changes."""
_OVERLAP_S = 4
_UNDER_WAY = 10
"""So many questions end before the last that was begun with the old key is sure to have."""
_WITHIN_S = 30.0
_SERVICES = 3
"""With a database: gateway, generator, audit."""
_SERVING = ("generator", "brain", "audit")
"""Whom others call with a certificate."""


class Desk:
    """An administrator, who works with the key that he rotates."""

    def __init__(self, running: Product, secret: str) -> None:
        self._running = running
        self.secret = secret

    async def rotate(self) -> None:
        """From one moment to the next everybody has the new key; the old one works no more after the overlap."""
        old = self.secret
        body = json.dumps({"overlap_s": _OVERLAP_S}).encode()
        made = await self.ask("POST", f"/v1/keys/{old.split('_')[1]}:rotate", old, body)
        if made.status != 201:
            raise RuntimeError(f"the key was not rotated: {made.status} {made.body!r}")
        self.secret = json.loads(made.body)["secret"]
        await self.refused(old)

    async def refused(self, credential: str) -> None:
        """Returns when nobody is let in with it."""
        async with asyncio.timeout(_WITHIN_S):
            while (await self.ask("GET", "/v1/builds", credential)).status != 401:
                await asyncio.sleep(0.1)

    async def ask(self, method: str, path: str, credential: str, body: bytes = b"") -> Answer:
        connection = Connection(self._running.edge.port, trusting_anybody())
        try:
            return await connection.ask(method, path, body=body, headers={"authorization": f"Bearer {credential}"})
        finally:
            connection.close()


async def certificate(running: Product) -> None:
    """Returns when a client that trusts the newest one alone is let in."""
    running.edge.certificates.rotate()
    async with asyncio.timeout(_WITHIN_S):
        while True:
            with suppress(ssl.SSLCertVerificationError):
                _, writer = await asyncio.open_connection(
                    "127.0.0.1", running.edge.port, ssl=running.edge.trusting, server_hostname="localhost"
                )
                writer.transport.abort()
                return
            await asyncio.sleep(0.02)


async def service_certificates(running: Product) -> None:
    """Of all services at once; returns when every instance and every balancer has its own in use."""
    for each in running.certificates.values():
        each.rotate()
    async with asyncio.timeout(_WITHIN_S):
        for name, instances in running.instances.items():
            wanted = running.certificates[name].newest
            for instance in instances if name in _SERVING else ():
                while await _shown(instance.port) != wanted:
                    await asyncio.sleep(0.1)
        for caller, each in running.balancers.items():
            number = f"{running.certificates[caller].newest.serial_number:x}"
            while number not in await asyncio.to_thread(each.serial_numbers):
                await asyncio.sleep(0.1)


async def _shown(port: int) -> x509.Certificate:
    """What a server says it is, before it asks who comes."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting_anybody())
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.transport.abort()
    return x509.load_der_x509_certificate(shown)


async def signing_key(desk: Desk, provider: Issuer, crowd: Crowd) -> None:
    """It signs with a key at once that no gateway has seen; returns when the one before is believed no more."""
    old = provider.token()
    provider.rotate()
    await more(crowd)
    provider.forget()
    await desk.refused(old)


async def model_key(account: ModelAccount) -> None:
    """The old key is revoked as soon as questions that were under way have ended."""
    account.rotate()
    wanted = account.asked + _UNDER_WAY
    async with asyncio.timeout(_WITHIN_S):
        while account.asked < wanted:
            await asyncio.sleep(0.02)
    account.revoke()


async def password(database: DatabaseAccount, files: Sequence[Path]) -> None:
    """Returns when each service has made a connection with the new one."""
    changed = await asyncio.to_thread(database.rotate, files)
    async with asyncio.timeout(_WITHIN_S):
        while await asyncio.to_thread(database.connected_since, changed) < _SERVICES:
            await asyncio.sleep(0.1)


async def more(crowd: Crowd) -> None:
    """Returns when some more requests have ended."""
    wanted = crowd.tally.total + _BETWEEN
    async with asyncio.timeout(_WITHIN_S):
        while crowd.tally.total < wanted:
            await asyncio.sleep(0.01)


def trusting_anybody() -> ssl.SSLContext:
    """Which certificate is shown is looked at in `certificate`."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
