"""`/v1/keys`: the API keys of the caller's tenant, for its administrators. Only there while authentication is on."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import FastAPI, Header, Path
from pcf_runtime import request_context

from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_desk import KeyDesk, Wanted
from pcf_gateway.auth.key_store import StoredKey
from pcf_gateway.documents.operations import describe
from pcf_gateway.idempotency import request_id
from pcf_gateway.resources.fields import Ulid
from pcf_gateway.resources.keys import Key, KeyPage, MadeKey, NewKey, NewRotation
from pcf_gateway.routes.parameters import DEFAULT_PAGE, MAX_PAGE, IdempotencyText, PageSize, PageToken

TAG: Final = "keys"
_KeyId = Annotated[Ulid, Path(description="The key's id, a ULID.")]
_Once = Annotated[
    IdempotencyText | None,
    Header(
        alias="Idempotency-Key",
        description="Lets the request make one key at most: sent again, it is refused, for the secret is told once.",
        examples=["ci-key-2026"],
    ),
]


class KeyRoutes:
    """The desk as resources."""

    def __init__(self, desk: KeyDesk) -> None:
        self._desk = desk

    def add_to(self, app: FastAPI) -> None:
        app.get("/v1/keys", **describe("listKeys", "List keys", "BAD_PAGE_TOKEN", tag=TAG))(self.list_keys)
        documented = describe("createKey", "Make a key", "KEY_MADE_BEFORE", tag=TAG, reads_body=True, changes=True)
        app.post("/v1/keys", status_code=201, **documented)(self.create_key)
        documented = describe("revokeKey", "Revoke a key", "KEY_NOT_FOUND", tag=TAG, changes=True)
        app.post("/v1/keys/{key_id:segment}:revoke", **documented)(self.revoke_key)
        refusals = ("KEY_NOT_FOUND", "KEY_ENDED", "KEY_MADE_BEFORE")
        documented = describe("rotateKey", "Replace a key", *refusals, tag=TAG, reads_body=True, changes=True)
        app.post("/v1/keys/{key_id:segment}:rotate", status_code=201, **documented)(self.rotate_key)

    async def list_keys(self, page_size: PageSize = DEFAULT_PAGE, page_token: PageToken = None) -> KeyPage:
        """List the tenant's keys, newest first, also those that work no more."""
        tenant = request_context.current().tenant
        page = await self._desk.list_keys(tenant, limit=min(page_size, MAX_PAGE), token=page_token or "")
        return KeyPage(keys=[self._key(each) for each in page.keys], next_page_token=page.next_token)

    async def create_key(self, new: NewKey, once: _Once = None) -> MadeKey:
        """Make a key for the caller's tenant. Its secret is in this answer and nowhere else."""
        who = request_context.current()
        wanted = Wanted(new.name, new.scopes, new.expire_time)
        asked = _asked(once, "createKey")
        return self._made(*await self._desk.create(wanted, tenant=who.tenant, actor=who.actor, request_id=asked))

    async def revoke_key(self, key_id: _KeyId) -> Key:
        """Let a key work no more; every gateway knows within seconds. No body is read. Safe to repeat."""
        who = request_context.current()
        return self._key(await self._desk.revoke(key_id, tenant=who.tenant, actor=who.actor))

    async def rotate_key(self, key_id: _KeyId, rotation: NewRotation, once: _Once = None) -> MadeKey:
        """Make a key of the same name, scopes and lifetime, and let the old one expire after the overlap."""
        who = request_context.current()
        made = await self._desk.rotate(
            key_id,
            tenant=who.tenant,
            actor=who.actor,
            overlap=timedelta(seconds=rotation.overlap_s),
            request_id=_asked(once, f"rotateKey {key_id}"),
        )
        return self._made(*made)

    def _made(self, stored: StoredKey, key: ApiKey) -> MadeKey:
        return MadeKey(key=self._key(stored), secret=key.text)

    def _key(self, stored: StoredKey) -> Key:
        return Key.model_validate(
            {
                "id": stored.key_id,
                "name": stored.name,
                "scopes": list(stored.scopes),
                "state": self._desk.state(stored),
                "create_time": stored.create_time,
                "created_by": stored.created_by,
                "expire_time": stored.expire_time,
                "revoke_time": stored.revoke_time,
                "last_use_time": stored.last_use_time,
            }
        )


def _asked(once: str | None, operation: str) -> str | None:
    return None if once is None else request_id(once, operation=operation)
