"""Files on their way to become a release."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pcf_brain.domain.document import Document

REFERENCE_LCID = "1033"
"""Texts in English: every other language has exactly their keys."""

_IN_CAPABILITY = re.compile(r"capabilities/([^/]+)/")
_LEXICON = re.compile(r"intent/lexicon/([^/]+)\.yaml")


@dataclass(frozen=True, slots=True)
class Draft:
    """The files as read; the documents are those of them that parse."""

    paths: frozenset[str]
    documents: Mapping[str, Document]

    @property
    def capability_ids(self) -> list[str]:
        """Names of the folders under capabilities/, whether or not they are complete."""
        found = (_IN_CAPABILITY.match(path) for path in self.paths)
        return sorted({match[1] for match in found if match})

    @property
    def languages(self) -> list[str]:
        """Languages with a lexicon: those a prompt may be in."""
        found = (_LEXICON.fullmatch(path) for path in self.paths)
        return sorted(match[1] for match in found if match)

    def value(self, path: str) -> Any:
        """Tell what a document says; None if there is no such document of sound shape."""
        document = self.documents.get(path)
        return document.value if document else None

    def matching(self, pattern: str) -> Iterator[Document]:
        """Find documents by path, sorted; each star stands for one folder or file name."""
        form = re.compile(re.escape(pattern).replace(r"\*", "[^/]*"))
        for path in sorted(self.documents):
            if form.fullmatch(path):
                yield self.documents[path]

    def without(self, paths: Collection[str]) -> "Draft":
        return replace(self, documents={path: each for path, each in self.documents.items() if path not in paths})


def capability_path(capability_id: str) -> str:
    return f"capabilities/{capability_id}/capability.yaml"


def reference_strings_path(capability_id: str) -> str:
    return f"capabilities/{capability_id}/strings/{REFERENCE_LCID}.yaml"


def examples_path(capability_id: str) -> str:
    return f"capabilities/{capability_id}/examples.yaml"


def behaviour_path(capability_id: str) -> str:
    return f"capabilities/{capability_id}/behaviour.yaml"
