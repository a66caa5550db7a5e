"""`/v1/usage`: what calls to language models cost, and what is left of today's cap."""

from datetime import date
from typing import Annotated, Final

from fastapi import FastAPI, Query

from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.fields import GivenDay
from pcf_gateway.resources.usage import UsagePage
from pcf_gateway.routes.parameters import DEFAULT_PAGE, MAX_PAGE, PageSize, PageToken

TAG: Final = "usage"
_First = Annotated[
    GivenDay | None, Query(alias="from", description="First day, in UTC; by default the first of the last day's month.")
]
_Last = Annotated[
    GivenDay | None,
    Query(alias="to", description="Last day, in UTC; by default today. Not before the first."),
]


class UsageRoutes:
    """The tenant's money."""

    def __init__(self, generator: GeneratorClient) -> None:
        self._generator = generator

    def add_to(self, app: FastAPI) -> None:
        documented = describe("getUsage", "Tell what language models cost", "BAD_PAGE_TOKEN", tag=TAG)
        app.get("/v1/usage", **documented)(self.get_usage)

    async def get_usage(
        self,
        first_day: _First = None,
        last_day: _Last = None,
        page_size: PageSize = DEFAULT_PAGE,
        page_token: PageToken = None,
    ) -> UsagePage:
        """Tell what the tenant's calls to language models cost, by day and model, and what is left of today's cap.

        Failed and abandoned calls are counted as well, with what the provider bills for them. A call belongs to the
        day it began on.
        """
        days: tuple[date | None, date | None] = (first_day, last_day)
        return await self._generator.get_usage(days, page_size=min(page_size, MAX_PAGE), page_token=page_token or "")
