"""Prompts that the offline engine cannot settle end in a control, with each provider through its own SDK.

The providers are served on the wire by a fake; everything else is the product, from the call to the files.
"""

import base64
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from pcf.audit.v1 import audit_pb2
from pcf.generator.v1 import generator_pb2 as pb

from tests.servers.model_apis import Asked, ModelApis, model_apis

PROVIDERS = ["anthropic", "azure", "openai"]
MODELS = {"anthropic": "claude-test", "azure": "gpt-deployment", "openai": "gpt-test"}
GERMAN = "Gäste sollen sieben große Sterne vergeben, das Ergebnis ist Pflicht"
FRENCH = "Un interrupteur avec les mots Marche et Arrêt"
SURE = "I need a 5-star rating control for product reviews"
SECRET = "sk-canary-5c1d77e0"
CACHE_KEY = base64.b64encode(bytes(range(32))).decode()

Told = Mapping[str, object]
READ: Mapping[str, tuple[Told, Told]] = {
    "Sterne": ({"kind": "star-rating", "required": True}, {"maxStars": 7, "size": "large"}),
    "interrupteur": ({"kind": "toggle"}, {"onLabel": "Marche", "offLabel": "Arrêt"}),
    "gleaming": ({"kind": "star-rating"}, {"filledColor": "#8A6D00"}),
}
"""What the fake models read in a prompt that holds a word."""


def answer(asked: Asked) -> Mapping[str, Any]:
    """As a good model does: every field of the shape, null where the prompt says nothing."""
    intent, spec = next(told for word, told in READ.items() if word in asked.text)
    fields = asked.schema["properties"]
    if is_about_intent(asked):
        return {name: _empty(shape) for name, shape in fields.items()} | {"confidence": 0.97, **intent}
    pieces = json.loads(asked.text)["notUnderstood"]
    values = {name: spec.get(name) for name in fields["parameters"]["properties"]}
    return {"parameters": values, "covers": [piece["number"] for piece in pieces], "unmapped": []}


def is_about_intent(asked: Asked) -> bool:
    """By its shape: not every provider takes the name of a schema."""
    return "kind" in asked.schema["properties"]


def _empty(shape: Mapping[str, Any]) -> object:
    return [] if shape.get("type") == "array" else None


@pytest.fixture
async def apis() -> Any:
    async with model_apis() as serving:
        serving.answer(answer)
        yield serving


@pytest.fixture
def catalogue(tmp_path: Path, apis: ModelApis) -> Callable[..., Path]:
    """A catalogue of these providers at the fake."""

    def write(*providers: str) -> Path:
        (tmp_path / "key").write_text(SECRET)
        entries = [
            {
                "provider": provider,
                "model": MODELS[provider],
                "key_file": str(tmp_path / "key"),
                "base_url": apis.url(provider),
                "input_price": 3.0,
                "output_price": 15.0,
                **({"api_version": "2024-10-21"} if provider == "azure" else {}),
            }
            for provider in providers
        ]
        path = tmp_path / "models.yaml"
        path.write_text(yaml.safe_dump({"models": entries}))
        return path

    return write


@pytest.fixture
def start(start_brain: Any, start_audit: Any, start_generator: Any) -> Any:
    """The three services, the generator with these settings; a client of it, and the audit log."""

    @asynccontextmanager
    async def started(**settings: object) -> Any:
        async with (
            start_brain() as brain,
            start_audit() as (audit, log),
            start_generator(brain=brain, audit=audit, **settings) as generator,
        ):
            yield generator, log

    return started


async def built(generator: Any, prompt: str, language: str = "") -> tuple[pb.Build, Mapping[str, Any]]:
    build = await generator.settled(await generator.create(prompt, options=pb.BuildOptions(language=language)))
    assert pb.Build.STATE_SUCCEEDED == build.state, build
    return build, json.loads(await generator.download(build, "report"))


@pytest.mark.slow
@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(("prompt", "language"), [(GERMAN, "de"), (GERMAN, ""), (FRENCH, "fr"), (FRENCH, "")])
async def test_a_prompt_in_any_language_ends_in_a_control(start, catalogue, apis, provider, prompt, language):
    async with start(models=catalogue(provider)) as (generator, _):
        build, report = await built(generator, prompt, language)
        source = await generator.download(build, "source")
    word = next(word for word in READ if word in prompt)
    intent, values = READ[word]
    spec = report["specification"]
    assert intent["kind"] == build.result.capability_id
    assert values.items() <= spec["capabilities"]["customizations"].items()
    assert bool(intent.get("required")) == spec["required"]
    assert f"{spec['componentName']}/index.ts" in zipfile.ZipFile(io.BytesIO(source)).namelist()
    assert [(True, provider), (False, provider)] == [(is_about_intent(a), a.provider) for a in apis.requests]
    assert [] == apis.misunderstood


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_the_report_and_the_ledger_agree_with_the_providers_bill(start, catalogue, apis, provider):
    async with start(models=catalogue(provider)) as (generator, _):
        _, report = await built(generator, GERMAN, "de")
        usage = await generator.stub.GetUsage(pb.GetUsageRequest())
    told = report["madeBy"]["model"]
    billed = (sum(b.input_tokens for b in apis.bill), sum(b.output_tokens for b in apis.bill))
    assert f"offline, {provider}/{MODELS[provider]}" == told["name"]
    assert billed == (told["inputTokens"], told["outputTokens"])
    assert billed == (usage.total.input_tokens, usage.total.output_tokens)
    assert float(told["costUsd"]) > 0


async def test_switching_the_provider_is_one_setting(start, catalogue, apis):
    path = catalogue(*PROVIDERS)
    for provider in PROVIDERS:
        apis.requests.clear()
        async with start(models=path, providers=provider) as (generator, _):
            await built(generator, GERMAN, "de")
        assert {provider} == {asked.provider for asked in apis.requests}


async def test_what_the_engine_is_sure_of_asks_nobody(start, catalogue, apis):
    async with start(models=catalogue("openai")) as (generator, _):
        _, report = await built(generator, SURE)
    assert [] == apis.requests
    assert "offline" == report["madeBy"]["model"]["name"]


async def test_another_provider_stands_in(start, catalogue, apis):
    apis.fault("server_500", provider="anthropic")
    async with start(models=catalogue("anthropic", "openai")) as (generator, _):
        _, report = await built(generator, GERMAN, "de")
    assert "offline, openai/gpt-test" == report["madeBy"]["model"]["name"]


async def test_the_same_question_is_asked_once(start, catalogue, apis):
    """Another build, of another version, to the same words: the answers are there, and cost nothing more."""
    async with start(models=catalogue("openai"), cache_key=CACHE_KEY) as (generator, _):
        await built(generator, GERMAN, "de")
        request = pb.BuildOptions(language="de", version="2.0.0")
        again = await generator.settled(await generator.create(GERMAN, options=request))
        report = json.loads(await generator.download(again, "report"))
    assert 2 == len(apis.requests)
    assert [True, True] == [call["fromCache"] for call in report["madeBy"]["model"]["calls"]]
    assert "0.000000" == report["madeBy"]["model"]["costUsd"]


async def test_in_a_total_outage_what_is_sure_is_built_and_the_report_says_so(start, catalogue, apis):
    apis.fault("auth")
    async with start(models=catalogue(*PROVIDERS)) as (generator, log):
        first, report = await built(generator, "7 star rating, gleaming")
        events = await log.until(first, "artifact.downloaded")
    assert ["gleaming"] == report["understood"]["notUnderstood"]
    assert "PCF-LLM-001" == report["madeBy"]["model"]["calls"][0]["failed"]
    assert 1 == len(report["madeBy"]["model"]["notes"])
    told = [e.details["models_failed"] for e in events if "models_failed" in e.details]
    assert ["PCF-LLM-001"] == told


async def test_a_build_of_an_outage_is_no_precedent(start, catalogue, apis):
    """The same brief fares better once a model answers."""
    apis.fault("server_500", times=20)
    async with start(models=catalogue("openai"), stage_limit_s=3.0) as (generator, _):
        _, without = await built(generator, "7 star rating, gleaming")
        apis.heal()
        _, with_it = await built(generator, "7 star rating, gleaming")
    assert ["gleaming"] == without["understood"]["notUnderstood"]
    assert [] == with_it["understood"]["notUnderstood"]


async def test_in_a_total_outage_what_is_unclear_is_asked(start, catalogue, apis):
    apis.fault("auth")
    async with start(models=catalogue("openai")) as (generator, log):
        asking = await generator.settled(await generator.create("something with stars or a toggle"))
        events = await log.until(asking, "build.asked")
        unread = await generator.settled(await generator.create(GERMAN, options=pb.BuildOptions(language="de")))
    assert (pb.Build.STATE_NEEDS_INPUT, "PCF-INT-002") == (asking.state, asking.question.code)
    assert "could not be asked" in asking.question.text
    assert "PCF-LLM-001" == events[-1].details["models_failed"]
    assert (pb.Build.STATE_FAILED, "PCF-LLM-001") == (unread.state, unread.problem.code)


async def test_no_secret_and_no_word_of_the_maker_is_where_it_has_no_place(start, catalogue, apis, tmp_path):
    """Keys are in headers alone, the prompt in its own message alone, and neither on disk in clear by our doing."""
    async with start(models=catalogue(*PROVIDERS), cache_key=CACHE_KEY) as (generator, log):
        build, _ = await built(generator, GERMAN, "de")
        artifacts = [await generator.download(build, kind) for kind in ("source", "report")]
        events = await log.until(build, "artifact.downloaded")
    for asked in apis.requests:
        assert SECRET == asked.key
        assert SECRET not in json.dumps(asked.body)
        assert "Gäste" not in f"{asked.instructions}{asked.schema}"
        assert "Gäste" in asked.text
    assert [] == [event.type for event in events if SECRET in repr(event)]
    assert [events[0]] == [event for event in events if "Gäste" in repr(event)]
    assert audit_pb2.Event.OUTCOME_SUCCEEDED == events[-1].outcome
    assert SECRET.encode() not in b"".join(artifacts)
    stored = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "key"]
    assert [] == [path for path in stored if SECRET.encode() in path.read_bytes()]
