"""The loop of the horizontal autoscaler: the largest recommendation, stabilised, at the allowed pace, within bounds.

horizontal.go: computeReplicasForMetrics, stabilizeRecommendationWithBehaviors, convertDesiredReplicasWithBehaviorRate.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from capacity.autoscaler.recommendation import Pod, recommended
from capacity.autoscaler.rules import Autoscaling, Behaviour, Policy

__all__ = ["SYNC_S", "Controller"]

SYNC_S = 15
"""--horizontal-pod-autoscaler-sync-period."""


@dataclass(slots=True)
class Controller:
    """Remembers what it recommended and how it scaled."""

    told: Autoscaling
    _recommended: list[tuple[float, int]] = field(default_factory=list)
    _scaled: list[tuple[float, int]] = field(default_factory=list)
    """When, and by how many pods, down below zero."""

    def decide(self, now_s: float, current: int, pods: Mapping[str, Sequence[Pod]]) -> int:
        """How many pods there are to be; `pods` by metric, each with what is known of it for that metric."""
        if not self.told.least <= current <= self.told.most:
            return min(max(current, self.told.least), self.told.most)
        if not self._recommended:
            # A controller that was just started takes nothing away at once.
            self._recommended.append((now_s, current))
        proposals = [
            recommended(target, pods[target.metric], current=current, now_s=now_s, tolerance=self.told.tolerance)
            for target in self.told.targets
        ]
        known = [each for each in proposals if each is not None]
        proposed = max(known, default=current)
        if len(known) < len(proposals) and proposed < current:
            # Whoever cannot see every metric takes nothing away.
            proposed = current
        decided = self._paced(now_s, current, self._stabilised(now_s, current, proposed))
        if decided != current:
            self._scaled.append((now_s, decided - current))
        return decided

    def _stabilised(self, now_s: float, current: int, proposed: int) -> int:
        """Up by no more than the least of the window of growth, down by no more than the most of that of shrinking."""
        longest = max(self.told.up.window_s, self.told.down.window_s)
        self._recommended = [(at, count) for at, count in self._recommended if at > now_s - longest]
        least = min((n for at, n in self._recommended if at > now_s - self.told.up.window_s), default=proposed)
        most = max((n for at, n in self._recommended if at > now_s - self.told.down.window_s), default=proposed)
        self._recommended.append((now_s, proposed))
        return min(max(current, min(least, proposed)), max(most, proposed))

    def _paced(self, now_s: float, current: int, wanted: int) -> int:
        told = self.told
        if wanted > current:
            limit = max(current, self._limit(now_s, current, told.up, sign=1))
            return min(wanted, limit, told.most)
        if wanted < current:
            limit = min(current, self._limit(now_s, current, told.down, sign=-1))
            return max(wanted, limit, told.least)
        return current

    def _limit(self, now_s: float, current: int, behaviour: Behaviour, *, sign: int) -> int:
        """How many pods the policies allow; the policy of the largest change counts, or of the smallest with Min."""
        if behaviour.select == "Disabled":
            return current
        proposals = [self._proposed(now_s, current, policy, sign) for policy in behaviour.policies]
        largest = (behaviour.select == "Max") == (sign > 0)
        return max(proposals) if largest else min(proposals)

    def _proposed(self, now_s: float, current: int, policy: Policy, sign: int) -> int:
        changed = sum(count for at, count in self._scaled if at > now_s - policy.period_s)
        began_with = current - changed
        if policy.kind == "Pods":
            return began_with + sign * policy.value
        share = began_with * (1 + sign * policy.value / 100)
        return math.ceil(share) if sign > 0 else int(share)
