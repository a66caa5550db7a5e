"""The same question gets the same answer, and who reads the stores along learns nothing of it."""

import base64
from dataclasses import replace

import pytest
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.models.answers import Answer, NoAnswer
from pcf_generator.models.calls import Call, Usage
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import Payer
from pcf_generator.models.remembered import Remembered, Unremembered
from pcf_generator.ports.journal import Checkpoint
from pcf_generator.shared_results import NoIndex
from pcf_runtime.sealing import BadSealingKeyError

SECRET = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(32)).decode()
CALL = Call("INTERPRET_INTENT", "Say which.", '{"prompt": "Sterne für Contoso"}', "intent", {"type": "object"}, 100)
PAYER = Payer("contoso", "b1")


class CountingRouter:
    """Another answer each time, as language models give."""

    def __init__(self):
        self.answers = 0
        self.fault = None

    async def ask(self, call, payer, *, ends_at, repair=None):
        if self.fault:
            raise self.fault
        self.answers += 1
        return Answer({"kind": f"kind for Contoso {self.answers}"}, "openai", "gpt-5.1", Usage(10, 5), 77, 2)


class MemoryStore:
    """The store's side of `DurableAnswers`."""

    def __init__(self):
        self.kept = {}
        self.is_away = False

    async def recall(self, input_hash):
        self._look()
        return self.kept.get(input_hash)

    async def remember(self, result, *, tenant):
        self._look()
        return self.kept.setdefault(result.input_hash, result)

    def _look(self):
        if self.is_away:
            raise StoreUnavailable


class MemoryIndex:
    def __init__(self):
        self.kept = {}

    async def find(self, input_hash):
        return self.kept.get(input_hash)

    async def keep(self, shared):
        self.kept[shared.input_hash] = shared


@pytest.fixture
def router():
    return CountingRouter()


@pytest.fixture
def store():
    return MemoryStore()


@pytest.fixture
def ask(router, store):
    async def ask(call=CALL, *, release="releases/1", secret=SECRET, models="openai/gpt-5.1", index=None):
        asks = Remembered(router, store, index or NoIndex(), secret=secret, models=models)
        return await asks.ask(call, PAYER, release=release, ends_at=1e9)

    return ask


async def test_the_same_question_gets_the_same_answer_and_costs_nothing_more(ask, router):
    first, second = await ask(), await ask()
    assert (first.value, 1) == (second.value, router.answers)
    assert (Usage(10, 5), 77, False) == (first.usage, first.cost_micros, first.cached)
    assert (Usage(), 0, 0, True) == (second.usage, second.cost_micros, second.attempts, second.cached)
    assert ("openai", "gpt-5.1") == (second.provider, second.model)


@pytest.mark.parametrize(
    "other",
    [
        {"call": replace(CALL, text='{"prompt": "Sterne"}')},
        {"call": replace(CALL, instructions="Say what.")},
        {"call": replace(CALL, schema={"type": "array"})},
        {"call": replace(CALL, purpose="GENERATE_SPEC")},
        {"release": "releases/2"},
        {"models": "openai/gpt-5.1, azure/gpt-5.1"},
        {"secret": OTHER},
    ],
    ids=lambda other: next(iter(other)),
)
async def test_another_question_models_release_or_key_is_asked_anew(ask, router, other):
    await ask()
    await ask(**other)
    assert 2 == router.answers


async def test_who_asks_at_the_same_time_gets_the_first_answer_too(ask, store):
    """Another instance kept its answer while this one was still waiting for its own."""
    first = await ask()
    kept, store.kept = store.kept, {}
    [(name, content)] = kept.items()

    async def late(result, *, tenant):
        assert name == result.input_hash
        return content

    store.remember = late
    second = await ask()
    assert first.value == second.value
    assert (77, False) == (second.cost_micros, second.cached)


async def test_what_is_kept_tells_nothing(ask, store):
    await ask()
    [(name, kept)] = store.kept.items()
    # Words that chance does not write: what is sealed is another text each time.
    everything = f"{name} {kept.content} {base64.b64decode(kept.content)!r}"
    assert [] == [word for word in ("Sterne", "Contoso", "kind for", "gpt-5.1", "INTERPRET") if word in everything]


async def test_a_name_cannot_be_made_without_the_secret(ask, store):
    await ask()
    await ask(secret=OTHER)
    assert 2 == len(store.kept)


@pytest.mark.parametrize("content", ["", "no base64!", base64.b64encode(b"\x01" + bytes(60)).decode()])
async def test_what_somebody_changed_counts_for_nothing(ask, store, router, content):
    await ask()
    store.kept = {name: Checkpoint(name, content) for name in store.kept}
    assert {"kind": "kind for Contoso 2"} == (await ask()).value


async def test_an_answer_under_another_name_counts_for_nothing(ask, store):
    await ask()
    [(_, kept)] = store.kept.items()
    await ask(release="releases/2")
    store.kept = {name: Checkpoint(name, kept.content) for name in store.kept}
    assert not (await ask(release="releases/2")).cached


async def test_a_near_index_spares_the_store(ask, store, router):
    index = MemoryIndex()
    await ask(index=index)
    store.is_away = True
    assert (await ask(index=index)).cached
    assert 1 == router.answers


async def test_a_store_that_has_it_fills_the_index(ask):
    await ask()
    index = MemoryIndex()
    await ask(index=index)
    assert 1 == len(index.kept)


async def test_without_the_store_it_is_asked_anew(ask, store, router):
    store.is_away = True
    await ask()
    await ask()
    assert 2 == router.answers


async def test_no_answer_is_not_kept(ask, store, router):
    router.fault = NoAnswer(FailureKind.SERVER)
    with pytest.raises(NoAnswer):
        await ask()
    router.fault = None
    assert {} == store.kept
    assert not (await ask()).cached


async def test_without_a_key_nothing_is_kept(router):
    asks = Unremembered(router)
    for _ in range(2):
        await asks.ask(CALL, PAYER, release="releases/1", ends_at=1e9)
    assert 2 == router.answers


def test_a_key_that_is_none(router, store):
    with pytest.raises(BadSealingKeyError):
        Remembered(router, store, NoIndex(), secret="short", models="")


async def test_another_tenant_s_answer_is_not_given():
    router, store = CountingRouter(), MemoryStore()
    remembered = Remembered(router, store, NoIndex(), secret=SECRET, models="models")
    answers = [
        await remembered.ask(CALL, Payer(tenant, "b1"), release="r1", ends_at=0)
        for tenant in ("default", "contoso", "fabrikam", "contoso")
    ]
    assert [False, False, False, True] == [answer.cached for answer in answers]
    assert (3, 3) == (router.answers, len(store.kept))
