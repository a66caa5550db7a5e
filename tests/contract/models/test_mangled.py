"""Whatever comes for an answer, it is one or a failure of a known kind: nothing else gets out of a provider."""

import json
import random

from pcf_generator.models.calls import Reply
from pcf_generator.models.failures import ModelFailure

ROUNDS = 120
ODD = (None, True, -1, 1.5, "", "text", [], {}, [None], {"type": "text"}, float("nan"))


def mangled(events: list[bytes], chance: random.Random) -> list[bytes]:
    changes = (_without_one, _one_more, _swapped, _bytes_changed, _value_changed, _value_changed, _value_changed)
    for _ in range(chance.randint(1, 3)):
        events = chance.choice(changes)(list(events), chance)
    return events


def _without_one(events, chance):
    events.pop(chance.randrange(len(events)))
    return events or [b"\n\n"]


def _one_more(events, chance):
    events.insert(chance.randrange(len(events)), chance.choice(events))
    return events


def _swapped(events, chance):
    one, other = chance.randrange(len(events)), chance.randrange(len(events))
    events[one], events[other] = events[other], events[one]
    return events


def _bytes_changed(events, chance):
    place = chance.randrange(len(events))
    broken = bytearray(events[place])
    for _ in range(chance.randint(1, 4)):
        broken[chance.randrange(len(broken))] = chance.randrange(256)
    events[place] = bytes(broken)
    return events


def _value_changed(events, chance):
    """Somewhere in an event stands another value, of another type."""
    place = chance.randrange(len(events))
    head, mark, data = events[place].partition(b"data: ")
    try:
        value = json.loads(data)
    except ValueError:
        return events
    events[place] = head + mark + json.dumps(_odd(value, chance)).encode() + b"\n\n"
    return events


def _odd(value, chance):
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(list(value))
        return {**value, name: _odd(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        return [_odd(value[0], chance), *value[1:]]
    return chance.choice(ODD)


async def test_whatever_comes_is_an_answer_or_a_failure(apis, opened, api, call):
    provider = opened(api, stall_s=1, first_token_s=1)
    chance = random.Random(f"mangled {api}")  # noqa: S311 - the same each time
    apis.mangle(lambda events: mangled(events, chance))
    ends: list[Reply | ModelFailure] = []
    for _ in range(ROUNDS):
        try:
            ends.append(await provider.complete(call, timeout_s=5))
        except ModelFailure as failure:
            ends.append(failure)
    assert ROUNDS == len(ends)
    assert {"Reply", "ModelFailure"} == {type(end).__name__ for end in ends}
