"""`make autoscaler`: every load, at every phase of the controller's looks, with the costs that were measured.

Exits 1 if a promise is broken: enough pods within 60 s of a change, one turn for each change of the load at most, and
never fewer or more pods than allowed. Draws docs/pictures/autoscaler.svg.
"""

import sys
from pathlib import Path

from capacity import costs as measured
from capacity.assumptions import Assumptions
from capacity.autoscaler.cluster import Timing
from capacity.autoscaler.picture import picture
from capacity.autoscaler.scenes import AUTOSCALING, SCENES, costs_of, judged

_PICTURE = Path(__file__).parents[3] / "docs/pictures/autoscaler.svg"
_DRAWN = (0, 1, 3, 4)


def main() -> int:
    """Simulate, print, draw."""
    costs = measured.load()
    request_s = costs.cpu["gateway"].read * costs.correction("gateway")
    gateway = costs_of(request_s, Assumptions().pods["gateway"], costs.memory_mb["gateway"])
    print(f"A gateway: {gateway.cpu_s * 1e3:.2f} ms of CPU for a request, at most {gateway.most_per_s:.0f} a second.")
    print(f"\n{'load':<34} {'enough pods after':>18} {'turns':>6} {'pods':>8} {'refused':>8}")
    verdicts = [judged(scene, AUTOSCALING, gateway, Timing()) for scene in SCENES]
    for each in verdicts:
        served = f"{each.served_s:.0f} s" if each.scene.may_settle else "-"
        pods = f"{each.fewest}-{each.most}"
        print(f"{each.scene.name:<34} {served:>18} {each.turns:>6} {pods:>8} {each.refused:>8.2%}")
    drawn = [(each.scene.name, each.shown) for each in (verdicts[at] for at in _DRAWN)]
    _PICTURE.write_text(picture(drawn, most=AUTOSCALING.most, per_pod=100, from_s=240, to_s=1_440))
    faults = [fault for each in verdicts for fault in each.faults(AUTOSCALING)]
    for fault in faults:
        print(f"  FAULT {fault}")
    print("PROMISES ARE BROKEN" if faults else "all kept")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
