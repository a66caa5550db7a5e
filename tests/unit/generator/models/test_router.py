"""One question to several providers: who is asked, how often, and what comes of it."""

import asyncio

import pytest
from pcf_generator.models.calls import Usage
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import DayCaps
from pcf_generator.models.router import NoAnswer

from tests.unit.generator.doubles.providers import Says, ToldProvider, fails, hangs, now
from tests.unit.generator.doubles.purse import MemoryPurse


async def test_the_preferred_provider_answers(desk):
    first, second = ToldProvider("first"), ToldProvider("second")
    at = desk(first, second)
    answer = await at.ask()
    assert ({"answer": "yes"}, "first", 1) == (answer.value, answer.provider, answer.attempts)
    assert (Usage(100, 10), 120) == (answer.usage, answer.cost_micros)
    assert [] == second.asked


@pytest.mark.parametrize("kind", [each.value for each in FailureKind])
async def test_whatever_one_provider_lacks_another_makes_good(desk, kind):
    at = desk(ToldProvider("first", [fails(kind)]), ToldProvider("second"))
    assert "second" == (await at.ask()).provider


@pytest.mark.parametrize("kind", [each.value for each in FailureKind if each not in {"not_json", "schema", "cut_off"}])
async def test_another_provider_is_asked_without_a_pause(desk, kind):
    second = ToldProvider("second")
    began = now()
    await desk(ToldProvider("first", [fails(kind)]), second).ask()
    assert [began] == second.times


@pytest.mark.parametrize(
    ("kind", "attempts", "code"),
    [
        ("timeout", 3, "PCF-LLM-004"),
        ("rate_limited", 4, "PCF-LLM-005"),
        ("network", 4, "PCF-LLM-001"),
        ("server", 4, "PCF-LLM-001"),
        ("not_json", 3, "PCF-LLM-002"),
        ("schema", 3, "PCF-LLM-003"),
        ("cut_off", 2, "PCF-LLM-003"),
        ("auth", 1, "PCF-LLM-001"),
        ("quota", 1, "PCF-LLM-001"),
        ("content_filter", 1, "PCF-LLM-001"),
        ("request", 1, "PCF-LLM-001"),
    ],
)
async def test_a_single_provider_is_asked_as_often_as_the_table_says(desk, kind, attempts, code):
    only = ToldProvider("only", [fails(kind)])
    at = desk(only)
    with pytest.raises(NoAnswer) as told:
        await at.ask(within_s=120)
    assert (attempts, code) == (len(only.asked), told.value.code)
    assert (("only", "m", FailureKind(kind)),) * attempts == told.value.failures


async def test_pauses_grow_with_full_jitter_and_the_same_seed_gives_the_same_ones(desk):
    runs = []
    for seed in (1, 1, 2):
        only = ToldProvider("only", [fails("server")])
        with pytest.raises(NoAnswer):
            await desk(only, seed=seed).ask(within_s=120)
        runs.append([later - earlier for earlier, later in zip(only.times, only.times[1:], strict=False)])
    assert runs[0] == pytest.approx(runs[1])
    assert runs[0] != pytest.approx(runs[2])
    assert all(0 <= pause <= most + 1e-6 for run in runs for pause, most in zip(run, (0.5, 1.0, 2.0), strict=True))


async def test_a_pause_that_a_provider_asks_for_is_kept_when_there_is_no_other(desk):
    only = ToldProvider("only", [fails("rate_limited", retry_after_s=7.0), Says()])
    await desk(only).ask()
    assert 7.0 <= only.times[1] - only.times[0] <= 7.5 + 1e-6


async def test_a_pause_that_does_not_fit_is_not_waited_for(desk):
    only = ToldProvider("only", [fails("rate_limited", retry_after_s=31.0)])
    began = now()
    with pytest.raises(NoAnswer) as told:
        await desk(only).ask(within_s=30)
    assert ("PCF-LLM-005", began) == (told.value.code, now())


async def test_who_asked_for_a_pause_is_left_alone_by_the_next_question(desk):
    first = ToldProvider("first", [fails("rate_limited", retry_after_s=5.0), Says()])
    at = desk(first, ToldProvider("second"))
    assert ["second", "second"] == [(await at.ask()).provider for _ in range(2)]
    await asyncio.sleep(5)
    assert "first" == (await at.ask()).provider


async def test_no_pause_is_kept_for_longer_than_a_minute(desk):
    first = ToldProvider("first", [fails("rate_limited", retry_after_s=86_400.0), Says()])
    at = desk(first, ToldProvider("second"))
    await at.ask()
    await asyncio.sleep(60)
    assert "first" == (await at.ask()).provider


async def test_everything_ends_by_the_deadline(desk):
    at = desk(ToldProvider("first", [hangs()]), ToldProvider("second", [hangs()]), linger_s=0.0)
    began = now()
    with pytest.raises(NoAnswer) as told:
        await at.ask(within_s=30)
    assert ("PCF-LLM-004", 30.0) == (told.value.code, pytest.approx(now() - began, abs=0.1))
    assert ["first", "second"] == [provider for provider, _, _ in told.value.failures]


async def test_without_time_nobody_is_asked(desk):
    first = ToldProvider("first")
    with pytest.raises(NoAnswer) as told:
        await desk(first).ask(within_s=0.01)
    assert ("PCF-LLM-004", []) == (told.value.code, first.asked)


async def test_an_answer_of_no_use_is_asked_for_again_with_what_is_wrong(desk):
    first = ToldProvider("first", [Says('{"answer": 7}'), Says()])
    answer = await desk(first).ask()
    correction = first.asked[1].correction
    assert ({"answer": "yes"}, 2, None) == (answer.value, answer.attempts, first.asked[0].correction)
    assert '{"answer": 7}' == correction.answer
    assert 'answer: the value is not of type "string"' in correction.faults
    assert Usage(200, 20) == answer.usage


async def test_whoever_asks_may_find_faults_of_its_own(desk):
    first = ToldProvider("first", [Says('{"answer": "blue"}'), Says('{"answer": "red"}')])
    answer = await desk(first).ask(repair=lambda value: [] if value["answer"] == "red" else ["the answer must be red"])
    assert {"answer": "red"} == answer.value
    assert "the answer must be red" in first.asked[1].correction.faults


async def test_one_that_is_no_use_three_times_is_left_for_another_that_starts_afresh(desk):
    first, second = ToldProvider("first", [Says("no")]), ToldProvider("second")
    assert "second" == (await desk(first, second).ask()).provider
    assert (3, [None]) == (len(first.asked), [call.correction for call in second.asked])


async def test_a_question_is_corrected_twice_in_all(desk):
    providers = [ToldProvider(name, [Says("no")]) for name in ("first", "second", "third")]
    with pytest.raises(NoAnswer) as told:
        await desk(*providers).ask()
    assert [3, 1, 1] == [len(each.asked) for each in providers]
    assert "PCF-LLM-002" == told.value.code


async def test_a_refused_key_is_not_tried_again_until_its_file_changes(desk):
    stamps = ["old"]
    first = ToldProvider("first", [fails("auth"), Says()])
    at = desk(first, ToldProvider("second"), key_stamp=lambda: stamps[0])
    assert ["second"] * 3 == [(await at.ask()).provider for _ in range(3)]
    assert 1 == len(first.asked)
    stamps[0] = "new"
    assert "first" == (await at.ask()).provider


@pytest.mark.parametrize("kind", ["auth", "quota"])
async def test_a_refused_key_or_quota_is_tried_again_after_a_while(desk, kind):
    at = desk(ToldProvider("first", [fails(kind), Says()]), ToldProvider("second"))
    await at.ask()
    await asyncio.sleep(300)
    assert "first" == (await at.ask()).provider


async def test_an_ill_provider_is_passed_over_and_found_well_again(desk):
    first = ToldProvider("first", [*[fails("server")] * 5, Says()])
    at = desk(first, ToldProvider("second"))
    assert ["second"] * 8 == [(await at.ask()).provider for _ in range(8)]
    assert (5, "open") == (len(first.asked), at.seen.breakers["first"])
    await asyncio.sleep(15)
    assert ("first", "closed") == ((await at.ask()).provider, at.seen.breakers["first"])


@pytest.mark.parametrize("kind", ["content_filter", "schema", "not_json", "cut_off", "request"])
async def test_what_is_no_illness_opens_no_circuit(desk, kind):
    first = ToldProvider("first", [fails(kind)])
    at = desk(first, ToldProvider("second"))
    for _ in range(20):
        await at.ask()
    assert "closed" == at.seen.breakers["first"]


async def test_too_little_time_is_not_held_against_a_provider(desk):
    at = desk(ToldProvider("first", [Says(after_s=5)]))
    for _ in range(6):
        with pytest.raises(NoAnswer):
            await at.ask(within_s=1)
    assert "closed" == at.seen.breakers["first"]


async def test_at_the_cap_nobody_is_asked(desk):
    first = ToldProvider("first")
    at = desk(first, purse=MemoryPurse(DayCaps(10)))
    with pytest.raises(Exception, match="cap is reached"):
        await at.ask()
    assert ([], [], [("first", "unsent")]) == (first.asked, at.purse.reserved, at.seen.calls)


async def test_a_circuit_that_lets_one_through_gets_it_back_at_the_cap(desk):
    """Else nobody would be let through for as long as a lost call is waited for."""
    first = ToldProvider("first", [fails("server")])
    at = desk(first, purse=MemoryPurse())
    for _ in range(2):
        with pytest.raises(NoAnswer):
            await at.ask()
    await asyncio.sleep(15)
    at.purse.caps = DayCaps(0)
    with pytest.raises(Exception, match="cap is reached"):
        await at.ask()
    assert await at.breakers.admit("first/m")


def test_a_model_that_is_there_twice_is_refused(desk):
    with pytest.raises(ValueError, match="azure/m"):
        desk(ToldProvider("azure"), ToldProvider("azure"))


async def test_what_is_seen_holds_no_text(desk):
    at = desk(ToldProvider("first", [Says("no"), Says()]))
    await at.ask()
    assert [("first", "not_json"), ("first", "answered")] == at.seen.calls
    assert [("INTERPRET_INTENT", 120)] * 2 == [(spent.purpose, spent.cost_micros) for spent in at.seen.spendings]
    assert "rating" not in repr(at.seen)


async def test_operators_are_told_of_what_waits_for_them(desk, caplog):
    caplog.set_level("INFO")
    await desk(
        ToldProvider("first", [fails("auth")]), ToldProvider("second", [fails("server")]), ToldProvider("third")
    ).ask()
    assert [("WARNING", "first/m", "auth"), ("INFO", "second/m", "server")] == [
        (record.levelname, getattr(record, "pcf.model"), getattr(record, "pcf.kind")) for record in caplog.records
    ]
