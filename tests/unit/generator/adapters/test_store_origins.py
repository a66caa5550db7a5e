"""BuildStore: which builds made a file."""

from dataclasses import replace

from pcf_generator.domain.build import Artifact

from tests.unit.generator.doubles.scenes import RESULT

SHA256 = RESULT.artifacts[0].sha256
OTHER = Artifact("report", "StarRating-report.json", "application/json", "ab" * 32, 7)


async def found(scene, sha256=SHA256, *, limit=20):
    builds, total = await scene.store.find_artifact(sha256, tenant="default", limit=limit)
    return [build.id for build in builds], total


async def test_a_file_that_no_build_made_is_not_found(scene):
    await scene.succeeded()
    assert ([], 0) == await found(scene, "00" * 32)


async def test_a_build_is_found_as_it_is_by_each_of_its_files(scene):
    made = await scene.succeeded(replace(RESULT, artifacts=(*RESULT.artifacts, OTHER)))
    for sha256 in (SHA256, OTHER.sha256):
        assert ([await scene.store.get(made.id, tenant="default")], 1) == await scene.store.find_artifact(
            sha256, tenant="default", limit=20
        )


async def test_builds_that_made_the_same_file_come_oldest_first_as_many_as_asked_for_and_all_counted(scene):
    made = [(await scene.succeeded()).id for _ in range(3)]
    await scene.succeeded(replace(RESULT, artifacts=(OTHER,)))
    assert (made, 3) == await found(scene)
    assert (made[:2], 3) == await found(scene, limit=2)


async def test_a_build_that_made_nothing_is_not_found(scene):
    for state in ("failed", "cancelled", "asking", "running"):
        await getattr(scene, state)()
    await scene.succeeded(replace(RESULT, artifacts=()))
    assert ([], 0) == await found(scene)


async def test_a_build_with_the_same_file_twice_is_one(scene):
    twice = (RESULT.artifacts[0], replace(OTHER, sha256=SHA256))
    made = await scene.succeeded(replace(RESULT, artifacts=twice))
    assert ([made.id], 1) == await found(scene)


async def test_another_instance_finds_it_too(scene):
    made = await scene.succeeded()
    builds, total = await (await scene.open()).find_artifact(SHA256, tenant="default", limit=20)
    assert ([made.id], 1) == ([build.id for build in builds], total)
