"""Which models read prompts follows from the settings alone."""

import base64
from contextlib import AsyncExitStack

import pytest
import yaml
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.language_models import open_readers
from pcf_generator.models.considered import ConsideredModel
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.ports.model import Brief
from pcf_generator.settings import GeneratorSettings
from pcf_generator.shared_results import NoIndex
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

from tests.unit.generator.doubles.asks import reads
from tests.unit.generator.doubles.purse import MemoryPurse

KEY = base64.b64encode(bytes(32)).decode()
GERMAN = "Sterne zum Bewerten von Hotels"


@pytest.fixture
def catalogue(tmp_path):
    """One model that reads a script."""
    script = tmp_path / "script.yaml"
    script.write_text(yaml.safe_dump({"answers": [{"match": "Sterne", "answer": dict(reads("star-rating"))}]}))
    entry = {"provider": "scripted", "model": "parrot", "script": str(script), "input_price": 1.0, "output_price": 2.0}
    path = tmp_path / "models.yaml"
    path.write_text(yaml.safe_dump({"models": [entry]}))
    return path


@pytest.fixture
def build():
    now = FakeClock().now()
    return Build("b1", "", BuildOptions(), "maker", BuildState.RUNNING, now, now, tenant="contoso")


@pytest.fixture
async def opened(scene):
    """Opens the readers of some settings, and a purse."""
    async with AsyncExitStack() as stack:
        purse = MemoryPurse()

        async def open_with(**settings):
            given = GeneratorSettings(**settings)
            options = {"store": scene.store, "index": NoIndex(), "purse": purse, "registry": CollectorRegistry()}
            return await open_readers(given, stack, **options), purse

        yield open_with


async def test_without_a_catalogue_the_offline_engine_reads_alone(opened):
    readers, _ = await opened()
    assert (OfflineEngine, None) == (type(readers.model), readers.model_for)


async def test_with_one_its_models_are_named_and_paid_for(opened, catalogue, build, knowledge):
    readers, purse = await opened(models=catalogue)
    assert (ConsideredModel, "offline, scripted/parrot") == (type(readers.model), readers.model.name)
    read = await readers.model_for(build, float("inf")).interpret(Brief(GERMAN), knowledge=knowledge)
    assert ("star-rating", "scripted/parrot") == (read.kind, read.engine)
    assert {("contoso", "b1")} == {(call.payer.tenant, call.payer.build_id) for call in purse.calls.values()}
    assert [] == purse.reserved


@pytest.mark.parametrize(("settings", "calls"), [({}, 2), ({"cache_key": KEY}, 1)], ids=["no key", "a key"])
async def test_with_a_key_answers_are_kept(opened, catalogue, build, knowledge, settings, calls):
    readers, purse = await opened(models=catalogue, **settings)
    for _ in range(2):
        await readers.model_for(build, float("inf")).interpret(Brief(GERMAN), knowledge=knowledge)
    assert calls == len(purse.settled)


async def test_who_has_no_time_left_asks_nobody(opened, catalogue, build, knowledge):
    readers, purse = await opened(models=catalogue)
    asked = await readers.model_for(build, 0.0).interpret(Brief(GERMAN), knowledge=knowledge)
    assert ("kind", "PCF-LLM-004", {}) == (asked.question_id, asked.unanswered, purse.calls)
