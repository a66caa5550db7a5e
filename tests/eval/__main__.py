"""Runs the prompts and prints the scorecard; exits with 1 when a model does worse than the engine alone."""

import argparse
import asyncio
import os
import random
import sys
from collections.abc import Sequence
from pathlib import Path

from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.compiler.toolchain import Toolchain, find_toolchain
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.manifest.types import manifest_types
from pcf_generator.models.answers import Candidate
from pcf_generator.models.breakers import LocalBreakers
from pcf_generator.models.candidates import open_candidates
from pcf_generator.models.catalogue import BadCatalogueError, read_catalogue
from pcf_generator.models.considered import ConsideredModel
from pcf_generator.models.money import Price, Tally
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.models.policy import Policy
from pcf_generator.models.remembered import Unremembered
from pcf_generator.models.router import Router
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Model
from pcf_runtime.testing import FakeClock

from tests.eval.cases import BRAIN, ROOT, Case, easy_cases, hard_cases
from tests.eval.reciting import Reciting
from tests.eval.scorecard import Scores, is_right, misses, table
from tests.eval.trial import OnceCompiler, attempt
from tests.unit.generator.doubles.knowledge import read_release
from tests.unit.generator.doubles.purse import MemoryPurse

LIMIT_S = 27.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument("--catalogue", type=Path, default=os.environ.get("CATALOGUE") or None)
    parser.add_argument("--providers", default=os.environ.get("PROVIDERS", ""))
    asked = parser.parse_args()
    try:
        candidates = _candidates(asked.catalogue, asked.providers)
    except BadCatalogueError as error:
        print("\n".join(error.problems), file=sys.stderr)
        return 2
    return asyncio.run(_evaluate(candidates, read_release(BRAIN), _compiler()))


async def _evaluate(candidates: Sequence[Candidate], knowledge: Knowledge, compiler: Compiler | None) -> int:
    names = ", ".join(f"{each.provider.provider}/{each.provider.model}" for each in candidates)
    purse = MemoryPurse()
    policy = Policy()
    chance = random.SystemRandom()
    router = Router(candidates, purse, policy=policy, breakers=LocalBreakers(policy.breaker), chance=chance)
    engine = OfflineEngine()
    considered = ConsideredModel(engine, Unremembered(router), models=names, limit_s=LIMIT_S).for_build(
        _nobodys_build(), float("inf")
    )
    is_worse = False
    for title, cases in (("Prompts the engine settles", easy_cases()), ("Prompts it cannot", hard_cases())):
        alone = await _scores("offline", cases, engine, knowledge, compiler, MemoryPurse())
        before = len(purse.settled)
        asked = await _scores(f"offline, {names}", cases, considered, knowledge, compiler, purse, settled=before)
        print(table(title, alone, asked))
        print(misses(asked), flush=True)
        is_worse |= sum(map(is_right, asked.trials)) < sum(map(is_right, alone.trials))
    await router.aclose()
    for candidate in candidates:
        await candidate.provider.aclose()
    return int(is_worse)


async def _scores(
    reader: str,
    cases: Sequence[Case],
    model: Model,
    knowledge: Knowledge,
    compiler: Compiler | None,
    purse: MemoryPurse,
    *,
    settled: int = 0,
) -> Scores:
    """One after another: what is measured is one maker's wait."""
    trials = [await attempt(case, model, knowledge, compiler) for case in cases]
    return Scores(reader, trials, sum(map(Tally.of, purse.settled[settled:]), Tally()))


def _candidates(catalogue: Path | None, providers: str) -> Sequence[Candidate]:
    if catalogue is None:
        return [Candidate(Reciting([*easy_cases(), *hard_cases()]), Price(3_000_000, 15_000_000), LIMIT_S)]
    return open_candidates(read_catalogue(catalogue).preferring(providers))


def _compiler() -> Compiler | None:
    found = find_toolchain(ROOT / ".compilers")
    if not isinstance(found, Toolchain):
        return None
    return OnceCompiler(NativeCompiler(found, manifest_types=manifest_types))


def _nobodys_build() -> Build:
    now = FakeClock().now()
    return Build("evaluation", "", BuildOptions(), "maker", BuildState.RUNNING, now, now)


if __name__ == "__main__":
    sys.exit(main())
