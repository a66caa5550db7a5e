"""The generator's settings: safe defaults, and nonsense refused by name."""

import pytest
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.settings import ConfigurationError, load


def test_the_defaults_have_no_problem():
    assert [] == GeneratorSettings().problems()
    assert (50051, 9351, "127.0.0.1") == (
        GeneratorSettings().port,
        GeneratorSettings().metrics_port,
        GeneratorSettings().host,
    )


def test_values_come_from_the_environment(monkeypatch):
    monkeypatch.setenv("PCF_GENERATOR_CONCURRENCY", "9")
    monkeypatch.setenv("PCF_GENERATOR_BRAIN_TARGET", "dns:///brain:50052")
    settings = load(GeneratorSettings)
    assert (9, "dns:///brain:50052") == (settings.concurrency, settings.brain_target)


@pytest.mark.parametrize("name", ["LEASE_S", "STAGE_LIMIT_S", "BUILD_LIMIT_S"])
@pytest.mark.parametrize("value", ["0", "-1", "inf", "nan", "soon"])
def test_a_time_that_would_stop_every_build_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"PCF_GENERATOR_{name}", value)
    with pytest.raises(ConfigurationError, match=f"PCF_GENERATOR_{name}"):
        load(GeneratorSettings)


@pytest.mark.parametrize("name", ["CONCURRENCY", "QUEUE_LIMIT"])
def test_a_number_below_one_is_refused(monkeypatch, name):
    monkeypatch.setenv(f"PCF_GENERATOR_{name}", "0")
    with pytest.raises(ConfigurationError, match=f"PCF_GENERATOR_{name}"):
        load(GeneratorSettings)


def test_a_stage_that_may_take_longer_than_its_build_is_a_problem():
    (problem,) = GeneratorSettings(stage_limit_s=60, build_limit_s=30).problems()
    assert "PCF_GENERATOR_STAGE_LIMIT_S is longer than PCF_GENERATOR_BUILD_LIMIT_S." == problem


def test_production_needs_a_database_that_instances_share(monkeypatch):
    monkeypatch.setenv("PCF_ENV", "production")
    with pytest.raises(ConfigurationError, match="PCF_GENERATOR_DATABASE"):
        load(GeneratorSettings)


def test_every_setting_says_what_it_is_for():
    assert [] == [name for name, field in GeneratorSettings.model_fields.items() if not field.description]
