"""What an error of OpenAI's SDK amounts to, for OpenAI and Azure OpenAI."""

import httpx2
import openai

from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.providers.transport import AnswerTooLargeError
from pcf_generator.models.providers.verdicts import refused

__all__ = ["failure"]


def failure(provider: str, error: Exception) -> ModelFailure:
    match error:
        case openai.APIStatusError():
            return refused(provider, error.status_code, error.body, error.response.headers)
        case openai.APITimeoutError():
            return ModelFailure(FailureKind.TIMEOUT, f"{provider} did not go on in time")
        case openai.APIConnectionError() if isinstance(error.__cause__, AnswerTooLargeError):
            return ModelFailure(FailureKind.SERVER, f"{provider} sent more than an answer can be")
        case openai.APIConnectionError() if isinstance(error.__cause__, httpx2.UnsupportedProtocol):
            return ModelFailure(FailureKind.REQUEST, f"the base URL of {provider} is none")
        case openai.APIConnectionError():
            return ModelFailure(FailureKind.NETWORK, f"the connection to {provider} failed")
        case openai.APIError():
            return refused(provider, 200, error.body, {})
        case _:
            return ModelFailure(FailureKind.SERVER, f"what {provider} sent is not its protocol")
