"""What the gateway says about itself."""

from typing import Literal

from pydantic import Field

from pcf_gateway.resources.fields import Resource


class Health(Resource):
    """The process runs and answers."""

    status: Literal["ok"]


class Readiness(Resource):
    """Whether requests can be served, and if not, what is waited for."""

    ready: bool
    waiting_for: dict[str, str] = Field(description="Name of what is missing, and why.")
    away: dict[str, str] = Field(description="Name of what was there and is not now, and why; the rest is served.")
