"""Signs the state of the log's tree, and knows its own signatures again: C2SP checkpoints as signed notes, Ed25519."""

import base64
from collections.abc import Sequence
from dataclasses import replace

from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.merkle import fold
from pcf_runtime.signed_note import BadNoteError, Signer, Verifier, open_note, sign

from pcf_audit.domain.tree import Head

__all__ = ["ForeignCheckpointError", "Notary"]


class ForeignCheckpointError(ValueError):
    """A head whose checkpoint is not one of ours for it; says why."""


class Notary:
    """Signs with one key; `retired` are the public halves of those that it replaced."""

    def __init__(self, signer: Signer, *, origin: str, retired: Sequence[Verifier] = ()) -> None:
        self._signer = signer
        self._origin = origin
        self._verifiers = (signer.verifier, *retired)
        self._last_signed: Head | None = None

    @property
    def verifier(self) -> Verifier:
        """What others check the signatures with."""
        return self._verifiers[0]

    def sign(self, head: Head) -> Head:
        """The head with its checkpoint."""
        note = sign(Checkpoint(self._origin, head.size, head.root).text, self._signer)
        self._last_signed = replace(head, note=note)
        return self._last_signed

    def check_newest(self, head: Head) -> None:
        """`check` for a head that is to be grown on; quick when it is the one we signed last."""
        if head.size and head != self._last_signed:
            self.check(head)

    def check(self, head: Head) -> None:
        """ForeignCheckpointError unless the head agrees with itself and we signed it."""
        if len(head.frontier) != head.size.bit_count() or fold(head.frontier) != head.root:
            raise ForeignCheckpointError("the root is not that of the complete subtrees")
        try:
            text = open_note(head.note, *self._verifiers)
        except BadNoteError as error:
            raise ForeignCheckpointError(f"the checkpoint is not signed by this log: {error}") from error
        if text != Checkpoint(self._origin, head.size, head.root).text:
            raise ForeignCheckpointError("the checkpoint is signed for another size or root")
        if not _is_canonical(head.note):
            raise ForeignCheckpointError("the checkpoint's signature is not written as it was made")


def _is_canonical(note: str) -> bool:
    """Whether the signatures are in the one base64 form of their bytes: some decoders forgive another last letter."""
    _, _, signatures = note.rpartition("\n\n")
    encoded = [line.rpartition(" ")[2] for line in signatures.splitlines()]
    return all(base64.b64encode(base64.b64decode(text)).decode() == text for text in encoded)
