"""Every naughty string in every text field of every REST operation."""

import json
import random
import re
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from tests.batteries.asking import Answer, ask, faults_of, settled
from tests.batteries.battery import SEED, naughty_strings
from tests.batteries.operations import Field, fields
from tests.batteries.product import Product

_SAMPLE = 4
_OF_TEXTS = 20
_TEXTS_OF_MAKERS = ("prompt", "display_name", "description", "publisher_display_name")
_EVERYWHERE = ("X-Request-Id", "X-Request-Timeout", "Authorization")
_AN_ID = re.compile(r"[A-Za-z0-9._:@-]{1,100}")
_TELLING = 12
"""So long a string must be for its being in a log to say that it came from us."""

pytestmark = pytest.mark.xdist_group("batteries")
_kept: list[Answer] = []


@pytest.fixture
async def answers(http: httpx.AsyncClient) -> list[Answer]:
    """Asked once; reads come before what makes the audit log longer."""
    if not _kept:
        done = (await settled(http, {"prompt": "a 5-star rating"}))["id"]
        asking = (await settled(http, {"prompt": "a control"}))["id"]

        def known(field: Field) -> Mapping[str, str]:
            return {"build_id": asking if field.operation == "answerBuild" else done}

        found = sorted(fields((await http.get("/openapi.json")).json()), key=lambda each: each.method == "POST")
        _kept.extend(await ask(http, [(field, text) for field in found for text in _texts(field)], known=known))
    return _kept


async def test_no_string_in_any_field_gets_an_answer_that_is_none(answers: list[Answer]):
    faults = [(str(each.field), each.text, fault) for each in answers for fault in faults_of(each)]

    assert [] == faults[:20], f"{len(faults)} in all, seed {SEED}"
    assert len({each.field.operation for each in answers}) >= 26


@pytest.mark.parametrize("field", _TEXTS_OF_MAKERS)
async def test_text_that_is_taken_comes_back_as_it_was(answers: list[Answer], field: str):
    taken = [
        (each.text, _found(each.response.json(), field))
        for each in answers
        if each.field.operation == "createBuild" and each.field.name[-1] == field
        if each.response is not None and each.response.status_code == httpx.codes.ACCEPTED
    ]

    assert taken, f"seed {SEED}"
    assert [] == [pair for pair in taken if pair[0] != pair[1]], f"seed {SEED}"


async def test_no_string_is_in_a_log(answers: list[Answer], served: Product):
    said = served.logs()
    # What may be a request's id is one wherever it was sent as such, and stands in its lines.
    texts = {each.text for each in answers if len(each.text.strip()) >= _TELLING and not _AN_ID.fullmatch(each.text)}
    told = [text for text in texts if text in said or json.dumps(text)[1:-1] in said]

    assert [] == told, f"seed {SEED}"
    assert "request finished" in said


def _texts(field: Field) -> list[str]:
    """All; but what every operation has is read before any route is looked for, so of those one gets all."""
    if field.operation == "createBuild" and field.name[-1] in _TEXTS_OF_MAKERS:
        return naughty_strings(_OF_TEXTS)
    texts = naughty_strings(_SAMPLE)
    if field.name[0] in _EVERYWHERE and field.operation != "listBuilds":
        return random.Random(SEED).sample(texts, 1)
    return texts


def _found(build: Any, field: str) -> str:
    return str(build["prompt"] if field == "prompt" else build["options"][field])
