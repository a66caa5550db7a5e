"""The generator's settings: safe defaults, and nonsense refused by name."""

import base64

import pytest
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.settings import ConfigurationError, load

KEY = base64.b64encode(bytes(32)).decode()


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


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_where_several_instances_run_they_need_a_database_to_share(monkeypatch, environment):
    monkeypatch.setenv("PCF_ENV", environment)
    with pytest.raises(ConfigurationError, match=f"PCF_GENERATOR_DATABASE_URL is not set.*{environment} needs"):
        load(GeneratorSettings)
    monkeypatch.setenv("PCF_GENERATOR_DATABASE_URL", "postgresql://generator:secret@db/builds")
    assert [] == [problem for problem in GeneratorSettings().problems() if "DATABASE" in problem]


def test_the_password_of_the_database_is_shown_to_nobody(monkeypatch):
    monkeypatch.setenv("PCF_GENERATOR_DATABASE_URL", "postgresql://generator:secret@db/builds")
    assert "secret" not in repr((GeneratorSettings(), GeneratorSettings().describe()))


@pytest.mark.parametrize(("environment", "usd"), [("development", 5), ("staging", 1), ("production", 0)])
def test_a_tenant_s_cap_of_a_day_is_low_unless_it_is_set(environment, usd):
    assert usd * 1_000_000 == GeneratorSettings(environment=environment).tenant_day_micros


def test_production_asks_no_language_model_before_somebody_has_said_what_that_may_cost(tmp_path):
    def told(**values):
        problems = GeneratorSettings(models=tmp_path / "models.yaml", **values).problems()
        return [problem for problem in problems if "TENANT_DAY_USD" in problem]

    assert [] == told(environment="staging")
    assert [] == told(environment="production", tenant_day_usd=20)
    expected = "PCF_GENERATOR_TENANT_DAY_USD is not set; production spends nothing that nobody allowed."
    assert [expected] == told(environment="production")


@pytest.mark.parametrize(
    ("values", "count"),
    [({}, 1), ({"cache_key": KEY}, 0), ({"environment": "staging"}, 0), ({"models": None}, 0)],
    ids=["no key", "a key", "staging", "no models"],
)
def test_production_keeps_what_language_models_answer(tmp_path, values, count):
    settings = GeneratorSettings(**{"environment": "production", "models": tmp_path / "models.yaml", **values})
    told = [problem for problem in settings.problems() if "PCF_GENERATOR_CACHE_KEY" in problem]
    assert count == len(told)


def test_a_cap_is_read_to_the_micro_dollar(monkeypatch):
    monkeypatch.setenv("PCF_GENERATOR_TENANT_DAY_USD", "0.100001")
    assert 100_001 == load(GeneratorSettings).tenant_day_micros


@pytest.mark.parametrize("value", ["-1", "inf", "nan", "0.0000001", "1000001", "five"])
def test_what_is_no_amount_of_money_is_refused(monkeypatch, value):
    monkeypatch.setenv("PCF_GENERATOR_TENANT_DAY_USD", value)
    with pytest.raises(ConfigurationError, match="PCF_GENERATOR_TENANT_DAY_USD"):
        load(GeneratorSettings)


def test_every_setting_says_what_it_is_for():
    assert [] == [name for name, field in GeneratorSettings.model_fields.items() if not field.description]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"artifacts_url": "bucket/prefix"}, "PCF_GENERATOR_ARTIFACTS_URL: a bucket is written as s3://"),
        ({"artifacts_url": "s3://key:secret@bucket"}, "PCF_GENERATOR_ARTIFACTS_URL: credentials do not belong"),
        ({"presign_s": 60}, "PCF_GENERATOR_PRESIGN_S is about a bucket: set PCF_GENERATOR_ARTIFACTS_URL too."),
        ({"artifacts_days": 30}, "PCF_GENERATOR_ARTIFACTS_DAYS is about a bucket"),
        ({"redis_url": "redis://127.0.0.1:6379"}, "PCF_GENERATOR_CACHE_KEY is not set, and nothing goes to Redis"),
        ({"redis_url": "redis://127.0.0.1", "cache_key": "secret"}, "PCF_GENERATOR_CACHE_KEY: a sealing key is"),
        ({"cache_key": "secret"}, "PCF_GENERATOR_CACHE_KEY: a sealing key is"),
        ({"redis_url": "http://:secret@host", "cache_key": KEY}, "PCF_GENERATOR_REDIS_URL: a Redis URL begins with"),
    ],
)
def test_what_cannot_be_used_is_a_sentence_without_the_secret(values, told):
    (problem,) = GeneratorSettings(**values).problems()
    assert problem.startswith(told)
    assert "secret" not in problem


def test_bucket_and_redis_together_have_no_problem():
    settings = GeneratorSettings(
        artifacts_url="s3://bucket/prefix?region=eu-west-1",
        artifacts_days=30,
        presign_s=60,
        redis_url="rediss://user:secret@redis:6380/1",
        cache_key=KEY,
    )
    assert [] == settings.problems()
    assert [] == [text for text in map(str, settings.describe().values()) if KEY in text or "secret" in text]


def test_production_needs_artifacts_that_instances_share(monkeypatch):
    monkeypatch.setenv("PCF_ENV", "production")
    with pytest.raises(ConfigurationError, match="PCF_GENERATOR_ARTIFACTS_URL is not set"):
        load(GeneratorSettings)


@pytest.mark.parametrize(("name", "value"), [("PRESIGN_S", "604801"), ("PRESIGN_S", "-1"), ("CACHE_TTL_S", "0")])
def test_a_time_that_cannot_be_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"PCF_GENERATOR_{name}", value)
    with pytest.raises(ConfigurationError, match=f"PCF_GENERATOR_{name}"):
        load(GeneratorSettings)


@pytest.fixture
def models(tmp_path):
    (tmp_path / "key").write_text("sk-secret")
    path = tmp_path / "models.yaml"
    prices = f"model: m-1, input_price: 3, output_price: 15, key_file: {tmp_path}/key"
    path.write_text(
        f"models:\n  - {{provider: anthropic, {prices}}}\n"
        f"  - {{provider: openai, {prices}, base_url: 'http://models.internal/v1'}}\n"
    )
    return path


def test_a_catalogue_that_can_be_used_is_no_problem(models):
    assert [] == GeneratorSettings(models=models, providers="openai, anthropic").problems()


def test_an_empty_text_names_no_catalogue(monkeypatch):
    monkeypatch.setenv("PCF_GENERATOR_MODELS", "")
    assert load(GeneratorSettings).models is None


def test_production_asks_no_model_in_clear(monkeypatch, models):
    monkeypatch.setenv("PCF_ENV", "production")
    told = [text for text in GeneratorSettings(models=models).problems() if "MODELS" in text]
    assert ["PCF_GENERATOR_MODELS: model 2: base_url is not https, which production does not allow."] == told
    assert [] == [
        text for text in GeneratorSettings(models=models, providers="anthropic").problems() if "MODEL" in text
    ]


@pytest.mark.parametrize(
    ("providers", "told"),
    [
        ("azure", "PCF_GENERATOR_PROVIDERS: the catalogue has no model of azure; it has models of anthropic, openai."),
        ("openai,mistral", "PCF_GENERATOR_PROVIDERS: the catalogue has no model of mistral"),
    ],
)
def test_a_provider_that_cannot_be_asked_is_a_problem(models, providers, told):
    (problem,) = GeneratorSettings(models=models, providers=providers).problems()
    assert problem.startswith(told)


def test_a_catalogue_that_cannot_be_used_is_a_problem_without_the_key(models):
    (models.parent / "key").write_text("sk-secret sk-secret")
    told = GeneratorSettings(models=models).problems()
    assert 2 == len(told)
    assert all(problem.startswith(f"PCF_GENERATOR_MODELS: {models}: model ") for problem in told)
    assert "secret" not in "".join(told)


def test_providers_without_a_catalogue_are_a_problem():
    (problem,) = GeneratorSettings(providers="openai").problems()
    assert "PCF_GENERATOR_PROVIDERS is about language models: set PCF_GENERATOR_MODELS too." == problem


def test_a_tenant_may_queue_half_of_what_all_may_unless_it_is_said():
    assert (500, 1, 7) == (
        GeneratorSettings().usual_queued,
        GeneratorSettings(queue_limit=1).usual_queued,
        GeneratorSettings(tenant_queue_limit=7).usual_queued,
    )


def test_a_tenant_that_may_queue_more_than_all_may_is_a_problem(tmp_path):
    file = tmp_path / "tenants.yaml"
    file.write_text("tenants: {contoso: {queued: 30}, fabrikam: {queued: 10}}")
    assert [
        "PCF_GENERATOR_TENANT_QUEUE_LIMIT is more than PCF_GENERATOR_QUEUE_LIMIT.",
        "PCF_GENERATOR_TENANTS: tenant 'contoso' queued is more than PCF_GENERATOR_QUEUE_LIMIT.",
    ] == GeneratorSettings(queue_limit=20, tenant_queue_limit=21, tenants=file).problems()


def test_a_file_of_tenants_that_cannot_be_used_is_a_problem(tmp_path):
    (problem,) = GeneratorSettings(tenants=tmp_path / "none.yaml").problems()
    assert problem.startswith("PCF_GENERATOR_TENANTS: ")
    assert "cannot be read" in problem
