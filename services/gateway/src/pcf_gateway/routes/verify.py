"""`/v1/verify/{sha256}`: whether a file was made here, and by which builds."""

from typing import Annotated, Final

from fastapi import FastAPI, Path

from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.direct_route import read
from pcf_gateway.documents.operations import describe
from pcf_gateway.resources.fields import Sha256
from pcf_gateway.resources.origins import FileVerification
from pcf_gateway.routes.artifacts import TAG

Hash = Annotated[Sha256, Path(description="SHA-256 of the file's bytes in hexadecimal, upper or lower case.")]
_PATH: Final = "/v1/verify/{sha256}"


class VerifyRoutes:
    """The builds behind a file."""

    def __init__(self, generator: GeneratorClient) -> None:
        self._generator = generator

    def add_to(self, app: FastAPI) -> None:
        read(app, _PATH, self.verify, **describe("verifyFile", "Tell where a file came from", tag=TAG))

    async def verify(self, sha256: Hash) -> FileVerification:
        """Tell whether any build made a file, known by its hash alone, and which did.

        A file that is unknown is an answer, no error. Builds are remembered for longer than their files may be kept.
        """
        return await self._generator.find_artifact(sha256.lower())
