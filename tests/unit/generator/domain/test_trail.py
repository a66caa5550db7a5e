"""A routing decision as the audit log keeps it."""

from pcf_generator.domain.trail import Outcome, Route


def test_a_route_is_told_with_its_files_and_cost():
    entry = Route("RENDER_STRINGS", "releases/abc", (("strings/1033.yaml", "5e" * 32),), 1200, 5000, 1).entry()

    assert ("route.decided", Outcome.SUCCEEDED) == (entry.type, entry.outcome)
    assert entry.details == {
        "task": "RENDER_STRINGS",
        "release": "releases/abc",
        "files": "strings/1033.yaml@5e5e5e5e5e5e",
        "estimated_tokens": "1200",
        "token_budget": "5000",
        "cache_hits": "1",
    }


def test_many_files_are_cut_to_what_the_log_takes():
    files = tuple((f"capabilities/some-kind/file-{n}.yaml", "5e" * 32) for n in range(200))

    assert 2000 == len(Route("TASK", "releases/abc", files, 1, 1, 0).entry().details["files"])
