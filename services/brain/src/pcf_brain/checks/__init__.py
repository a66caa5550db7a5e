"""What must hold before a set of files is served as a release.

Each module judges one thing and yields problems; none stops at the first. `run` is the one list of them.
Checks of meaning look only at documents of sound shape, so that a misspelt key is told only once.
"""

from pcf_brain.checks import behaviour, capabilities, examples, layout, rules, shapes, strings
from pcf_brain.checks.draft import Draft
from pcf_brain.domain.problem import Problem

_MEANINGS = (capabilities.check, strings.check, examples.check, behaviour.check, rules.check)


def run(draft: Draft) -> tuple[Draft, list[Problem]]:
    """Judge the files: the draft with only the sound documents, and all that is wrong."""
    problems = list(layout.check(draft))
    shape_problems = list(shapes.check(draft))
    sound = draft.without({problem.path for problem in shape_problems})
    meanings = [problem for check in _MEANINGS for problem in check(sound)]
    return sound, [*problems, *shape_problems, *meanings]
