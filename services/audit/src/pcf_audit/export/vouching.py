"""Whether a checkpoint in the archive is one of ours, of just this tree."""

from pcf_runtime.merkle import Frontier

from pcf_audit.domain.tree import Head
from pcf_audit.notary import ForeignCheckpointError, Notary

__all__ = ["head_of", "vouches"]


def head_of(tree: Frontier, note: str = "") -> Head:
    """The tree's state, for a notary to sign or to check: no transaction ended here."""
    return Head(tree.size, tree.size, tree.root(), tree.hashes, note=note, record_time_ns=0)


def vouches(notary: Notary, tree: Frontier, note: bytes) -> bool:
    try:
        notary.check(head_of(tree, note.decode()))
    except (ForeignCheckpointError, UnicodeDecodeError):
        return False
    return True
