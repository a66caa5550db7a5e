"""What was heard of one answer until now, and what it amounts to when its stream has ended."""

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from pcf_generator.models.calls import Reply, Usage
from pcf_generator.models.failures import FailureKind, ModelFailure

__all__ = ["Ending", "Heard"]

_DATE: Final = re.compile(r"-(\d{4}-\d{2}-\d{2}|\d{8})")


class Ending(Enum):
    """Why the model stopped."""

    WHOLE = auto()
    LIMIT = auto()
    FILTERED = auto()


@dataclass(slots=True)
class Heard:
    """Fills while the stream is read.

    A stream that goes wrong in itself is still read to its end: only there it says what the provider bills.
    """

    provider: str
    asked_model: str
    """What the answer should name; empty if there is no telling, as with the deployments of Azure."""
    began: bool = False
    pieces: list[str] = field(default_factory=list)
    model: str = ""
    usage: Usage | None = None
    is_refused: bool = False
    """The model itself would not answer."""
    ending: Ending | None = None
    ended: bool = False
    """The end mark was read: the rest of the connection matters no more."""
    defect: str = ""
    """Why the answer cannot be trusted though it came to its end."""

    def add(self, piece: object) -> None:
        """One more piece of the answer; TypeError if it is no text."""
        if not isinstance(piece, str):
            raise TypeError("a piece of an answer is text")
        self.pieces.append(piece)

    def bill(self, input_tokens: object, output_tokens: object) -> None:
        """What the provider says it bills; TypeError if that is no count."""
        if not isinstance(input_tokens, int) or not isinstance(output_tokens, int):
            raise TypeError("tokens are counted in whole numbers")
        self.usage = Usage(max(0, input_tokens), max(0, output_tokens))

    def reply(self) -> Reply:
        """The answer; ModelFailure, with the tokens if the provider has told them."""
        usage = self.usage or Usage()
        text = "".join(self.pieces)
        if not self.ended:
            raise ModelFailure(FailureKind.NETWORK, f"the answer of {self.provider} broke off before its end")
        if fault := self._fault(text):
            kind, message = fault
            raise ModelFailure(
                kind,
                f"{self.provider} {message}",
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
            )
        return Reply(text, usage)

    def _fault(self, text: str) -> tuple[FailureKind, str] | None:
        if self.defect:
            return FailureKind.SERVER, self.defect
        if self.model and self.asked_model and not _is_version(self.model, self.asked_model):
            return FailureKind.REQUEST, "answered with a model that was not asked for"
        if self.ending is Ending.FILTERED:
            return FailureKind.CONTENT_FILTER, "filtered the answer, or the model refused it"
        if self.ending is Ending.LIMIT:
            return FailureKind.CUT_OFF, "stopped at the limit of tokens"
        if not text.strip():
            return FailureKind.NOT_JSON, "gave an empty answer"
        return None


def _is_version(model: str, asked: str) -> bool:
    """Providers answer with the dated name of what was asked for by its short one."""
    short = asked.removesuffix("-latest")
    return model in {asked, short} or (model.startswith(short) and bool(_DATE.fullmatch(model[len(short) :])))
