"""API keys, as administrators see them; the secret is in one answer only."""

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from pcf_gateway.auth.scopes import Scope
from pcf_gateway.resources.builds import Input
from pcf_gateway.resources.fields import Id, Moment, Resource, Time, whole
from pcf_gateway.resources.patterns import NO_CONTROLS, Matching

LONGEST_NAME: Final = 100


def _different(scopes: list[Scope]) -> list[Scope]:
    if len(set(scopes)) < len(scopes):
        raise PydanticCustomError("unique", "must not name a scope twice")
    return scopes


class NewKey(Input):
    """A key to be made."""

    name: Annotated[
        str, Field(max_length=LONGEST_NAME), Matching(NO_CONTROLS, "not be empty or hold control characters")
    ]
    scopes: Annotated[
        list[Scope],
        Field(min_length=1, max_length=10, json_schema_extra={"uniqueItems": True}, description="What it allows."),
        AfterValidator(_different),
    ]
    expire_time: Moment | None = Field(default=None, description="When it stops working. Default: never.")


class NewRotation(Input):
    """How a key is to be replaced."""

    overlap_s: Annotated[int, Field(ge=0, le=30 * 86_400), BeforeValidator(whole)] = Field(
        default=86_400, description="For how many seconds the old key works beside the new one."
    )


class Key(Resource):
    """A key without its secret."""

    id: Id
    name: str
    scopes: list[Scope]
    state: Literal["active", "expired", "revoked"]
    create_time: Time
    created_by: str = Field(description="The actor who made it.")
    expire_time: Time | None
    revoke_time: Time | None
    last_use_time: Time | None = Field(description="When it was last used, within an hour.")


class MadeKey(Resource):
    """A key that was just made, and the only sight of its secret."""

    key: Key
    secret: str = Field(description="The whole key, to be sent as a credential. It cannot be had again.")


class KeyPage(Resource):
    """Some of the tenant's keys."""

    keys: list[Key]
    next_page_token: str | None = Field(description="Token of the next page; null at the end.")
