import gc
import weakref

import pytest
from pcf_brain.adapters.memory_cache import MemoryCache
from pcf_brain.domain.task import Task
from pcf_brain.loader import LoadedRelease
from pcf_brain.metrics import BrainMetrics
from pcf_brain.router import Answer, Router
from pcf_brain.routing import Question, question
from pcf_brain.shelf import Shelf
from prometheus_client import CollectorRegistry

_ASKED = Question(Task.RENDER_CONTROL, "lamp")


@pytest.fixture
def cache() -> MemoryCache:
    return MemoryCache(limit_bytes=1_000_000)


@pytest.fixture
def router(cache: MemoryCache, metrics: BrainMetrics) -> Router:
    return Router(Shelf(cache, metrics=metrics), metrics=metrics)


def _hits(answer: Answer) -> list[bool]:
    return [file.cache_hit for file in answer.files]


async def test_the_first_answer_comes_from_the_store(router: Router, loaded: LoadedRelease):
    assert _hits(await router.answer(loaded, _ASKED)) == [False, False]


async def test_the_second_answer_comes_from_the_cache(router: Router, loaded: LoadedRelease):
    await router.answer(loaded, _ASKED)
    assert _hits(await router.answer(loaded, _ASKED)) == [True, True]


async def test_both_hold_the_same_contents(router: Router, loaded: LoadedRelease):
    first, second = [await router.answer(loaded, _ASKED) for _ in range(2)]
    assert [file.content for file in first.files] == [file.content for file in second.files]


async def test_files_shared_with_another_task_are_told_as_hits(router: Router, loaded: LoadedRelease):
    await router.answer(loaded, Question(Task.GENERATE_SPEC, "lamp"))
    answer = await router.answer(loaded, Question(Task.MATCH_CAPABILITY, "lamp", "en"))
    assert _hits(answer) == [False, True]


async def test_an_answer_from_the_cache_is_made_once(router: Router, loaded: LoadedRelease):
    answers = [await router.answer(loaded, _ASKED) for _ in range(3)]
    assert answers[1] is answers[2]


async def test_without_room_in_the_cache_every_answer_comes_from_the_store(
    loaded: LoadedRelease, metrics: BrainMetrics
):
    router = Router(Shelf(MemoryCache(limit_bytes=0), metrics=metrics), metrics=metrics)
    assert [_hits(await router.answer(loaded, _ASKED)) for _ in range(3)] == [[False, False]] * 3


async def test_once_warmed_every_first_answer_comes_from_the_cache(
    cache: MemoryCache, metrics: BrainMetrics, loaded: LoadedRelease
):
    shelf = Shelf(cache, metrics=metrics)
    await shelf.warm(loaded)
    router = Router(shelf, metrics=metrics)
    answers = [await router.answer(loaded, question(task, capability_id="lamp", language="de")) for task in Task]
    assert all(all(_hits(answer)) for answer in answers)


async def test_answers_go_with_their_release(router: Router, loaded: LoadedRelease):
    passing = LoadedRelease(loaded.release, loaded.snapshot)
    for _ in range(2):
        answer = weakref.ref(await router.answer(passing, _ASKED))
    assert answer() is not None
    del passing
    gc.collect()
    assert answer() is None


async def test_tasks_hits_and_misses_are_counted(router: Router, loaded: LoadedRelease, registry: CollectorRegistry):
    for _ in range(3):
        await router.answer(loaded, _ASKED)
    counted = [
        registry.get_sample_value("pcf_brain_routed_tasks_total", {"task": "RENDER_CONTROL"}),
        registry.get_sample_value("pcf_brain_cache_lookups_total", {"result": "hit"}),
        registry.get_sample_value("pcf_brain_cache_lookups_total", {"result": "miss"}),
    ]
    assert counted == [3, 4, 2]
