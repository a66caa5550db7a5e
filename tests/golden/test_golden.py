"""Every kind of control, byte for byte: whatever changes a generated file shows here.

A difference that is meant is taken over by `make golden`.
"""

import difflib

SHOWN_LINES = 60


def difference(path, wanted, made):
    """A file's difference for people; empty when there is none."""
    if wanted == made:
        return []
    if wanted is None or made is None:
        return [f"{path}: {'is new' if wanted is None else 'is missing'}"]
    before, after = (content.decode("utf-8", "backslashreplace").splitlines() for content in (wanted, made))
    lines = list(difflib.unified_diff(before, after, f"golden/{path}", f"made/{path}", lineterm="", n=2))
    more = [f"… and {len(lines) - SHOWN_LINES} lines more"] if len(lines) > SHOWN_LINES else []
    return [*lines[:SHOWN_LINES], *more] or [f"{path}: the ends of its lines differ"]


def test_gives_the_golden_files(made, wanted, case):
    golden, built = wanted(case), made[case]
    found = [
        line
        for path in sorted(golden.keys() | built.keys())
        for line in difference(path, golden.get(path), built.get(path))
    ]

    assert not found, "\n".join(["`make golden` takes this over:", *found])


def test_every_kind_has_a_case(made, brain_folder):
    kinds = {path.parent.name for path in brain_folder.glob("capabilities/*/capability.yaml")}

    assert kinds == made.keys()
