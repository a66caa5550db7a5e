"""What the same prompts come to when nothing is disturbed: the hashes that every drill compares with."""

from collections.abc import Mapping, Sequence

from tests.drills.judge import artifacts_of
from tests.drills.load import Makers
from tests.drills.world import databases, world
from tests.servers.postgres import Postgres

__all__ = ["undisturbed"]


async def undisturbed(server: Postgres, asked: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """By prompt, the hash of each file, made by one generator on databases of its own."""
    with world(*databases(server), generators=1) as calm:
        await calm.ready()
        made = await Makers(calm.targets, asked, makers=6, seed=0).work(builds=len(asked))
    return {each.prompt: artifacts_of(each.build) for each in made if each.build}
