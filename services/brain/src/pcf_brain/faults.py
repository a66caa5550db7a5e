"""What several depots said, told as one."""

from collections.abc import Sequence

from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import StoreUnavailableError

Fault = BrokenReleaseError | StoreUnavailableError


def together(faults: Sequence[Fault]) -> Fault:
    """Make one error of all; while one depot is away, it may still hold what is right."""
    broken = [fault for fault in faults if isinstance(fault, BrokenReleaseError)]
    if len(broken) < len(faults):
        return StoreUnavailableError("; ".join(str(fault) for fault in faults))
    problems = [problem for fault in broken for problem in fault.problems]
    return BrokenReleaseError(problems, may_pass=any(fault.may_pass for fault in broken))
