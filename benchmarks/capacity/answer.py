"""`make capacity BUILDS="10 1000 1000000"`: pods, PostgreSQL, Redis and S3 for so many builds a day, side by side."""

import argparse
import sys

from capacity import costs as measured
from capacity.answers import USUAL, answer
from capacity.assumptions import Assumptions
from capacity.tables import text


def _assumed(assumed: Assumptions) -> str:
    return (
        f"the peak is {assumed.peak:g} times the mean, {assumed.looks:g} looks with each build;\n"
        f"{assumed.cpu_share:.0%} of what a pod requests and {assumed.requests_per_s:g} requests a second are used, "
        f"{assumed.least} to {assumed.most} pods;\n"
        f"builds are kept {assumed.days:g} days, audit events {assumed.audit_days:g}, {assumed.hot_days:g} in memory"
    )


def main() -> int:
    """Print the answers and what they assume."""
    usual = Assumptions()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("builds", nargs="*", type=float, help="builds a day")
    parser.add_argument("--peak", type=float, default=usual.peak, help="busiest minute, as a multiple of the mean")
    parser.add_argument("--looks", type=float, default=usual.looks, help="looks with each build")
    parser.add_argument("--reads", type=float, default=0.0, help="more looks a second")
    parser.add_argument("--days", type=float, default=usual.days, help="how long builds are kept")
    parser.add_argument("--audit-days", type=float, default=usual.audit_days, help="how long audit events are kept")
    asked = parser.parse_args()
    assumed = Assumptions(peak=asked.peak, looks=asked.looks, days=asked.days, audit_days=asked.audit_days)
    costs = measured.load()
    print(text([answer(each, costs, assumed, reads_per_s=asked.reads) for each in asked.builds or USUAL]))
    print(f"\nAssumed: {_assumed(assumed)}; {asked.reads:g} looks a second beside.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
