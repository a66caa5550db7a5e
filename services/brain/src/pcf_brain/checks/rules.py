"""Every rule has an id of its own, in all files together."""

from collections.abc import Iterator

from pcf_brain.checks.draft import Draft
from pcf_brain.domain.problem import Problem


def check(draft: Draft) -> Iterator[Problem]:
    seen: dict[str, str] = {}
    for document in draft.matching("rules/*.yaml"):
        for index, rule in enumerate(document.value):
            if rule["id"] in seen:
                yield document.problem(f"the rule `{rule['id']}` stands in {seen[rule['id']]} too", [index, "id"])
            seen[rule["id"]] = document.path
