"""Whose signature makes a release one of ours."""

from dataclasses import dataclass

from pcf_runtime.signed_note import BadKeyError, BadNoteError, Signer, Verifier, open_note, sign

from pcf_brain.domain.problem import BrokenReleaseError, Problem
from pcf_brain.domain.statement import NOTE, Statement, parse_statement

__all__ = ["BadKeyError", "Signer", "Trust", "signed"]


@dataclass(frozen=True, slots=True)
class Trust:
    """The keys that are trusted; with none, no signature is asked for, which only development may do."""

    verifiers: tuple[Verifier, ...] = ()

    @classmethod
    def parse(cls, text: str) -> "Trust":
        """Read verifiers with blanks between them: while a key is changed, the old and the new. Raises BadKeyError."""
        return cls(tuple(Verifier.parse(each) for each in text.split()))

    @property
    def asks(self) -> bool:
        return bool(self.verifiers)

    @property
    def names(self) -> str:
        return ", ".join(verifier.name for verifier in self.verifiers)

    def judge(self, note: bytes, *, digest: str) -> Statement:
        """Tell what was signed of the release of this digest. Raises BrokenReleaseError where it was not, or not so."""
        try:
            text = open_note(note.decode("utf-8"), *self.verifiers)
        except UnicodeDecodeError as error:
            raise BrokenReleaseError([Problem(NOTE, 0, "is not UTF-8 text")]) from error
        except BadNoteError as error:
            raise BrokenReleaseError([Problem(NOTE, 0, f"{error} (trusted: {self.names})")]) from error
        statement = parse_statement(text)
        if statement.digest != digest:
            raise BrokenReleaseError([Problem(NOTE, 0, f"signs another release: {statement.digest}")])
        return statement


def signed(statement: Statement, signer: Signer) -> bytes:
    return sign(statement.written(), signer).encode()
