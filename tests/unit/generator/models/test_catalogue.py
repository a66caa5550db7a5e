"""The catalogue of models: what it says, and a clear sentence for everything that is wrong with it."""

from pathlib import Path

import pytest
import yaml
from pcf_generator.models.catalogue import BadCatalogueError, Catalogue, read_catalogue


@pytest.fixture
def write(tmp_path: Path):
    (tmp_path / "key").write_text("sk-secret\n")
    (tmp_path / "script.yaml").write_text("answers: [{answer: {}}]")

    def write_(content: object) -> Path:
        path = tmp_path / "models.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
        return path

    return write_


@pytest.fixture
def entry(tmp_path: Path):
    def entry_(provider: str = "openai", **more: object) -> dict[str, object]:
        needed = {
            "scripted": {"script": str(tmp_path / "script.yaml")},
            "azure": {"base_url": "https://x.openai.azure.com/", "api_version": "2025-04-01-preview"},
        }
        key = {} if provider == "scripted" else {"key_file": str(tmp_path / "key")}
        plain = {"provider": provider, "model": "m-1", "input_price": 3, "output_price": 15.25}
        return {**plain, **key, **needed.get(provider, {}), **more}

    return entry_


def problems(path: Path) -> tuple[str, ...]:
    with pytest.raises(BadCatalogueError) as caught:
        read_catalogue(path)
    return tuple(problem.removeprefix(f"{path}: ") for problem in caught.value.problems)


def test_models_stand_in_the_order_of_the_file(write, entry):
    catalogue = read_catalogue(write({"models": [entry("anthropic"), entry(), entry("azure"), entry("scripted")]}))
    assert ["anthropic", "openai", "azure", "scripted"] == [model.provider for model in catalogue.entries]


@pytest.mark.parametrize(
    ("price", "micros"), [(3, 3_000_000), (0.1, 100_000), ("0.075", 75_000), (0.000001, 1), (0, 0), (19.99, 19_990_000)]
)
def test_prices_are_whole_micro_dollars(write, entry, price, micros):
    (model,) = read_catalogue(write({"models": [entry(input_price=price)]})).entries
    assert micros == model.input_price_micros_per_mtok


def test_what_is_left_out_is_what_the_provider_usually_has(write, entry):
    openai, azure, anthropic = read_catalogue(write({"models": [entry(), entry("azure"), entry("anthropic")]})).entries
    assert [("responses", "m-1"), ("chat", ""), (None, "m-1")] == [
        (model.api, model.answers_as) for model in (openai, azure, anthropic)
    ]
    assert "https://x.openai.azure.com" == azure.base_url


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"provider": "mistral"}, "model 1: provider should be one of anthropic, azure, openai, scripted"),
        ({"model": ""}, "model 1: model String should have at least 1 character"),
        ({"model": 5}, "model 1: model should be a valid string"),
        ({"input_price": -1}, "model 1: input_price should be greater than or equal to 0"),
        ({"input_price": "free"}, "model 1: input_price should be a number"),
        ({"input_price": 0.0000001}, "model 1: input_price should be no finer than a millionth of a dollar"),
        ({"input_price": True}, "model 1: input_price "),
        ({"output_price": float("nan")}, "model 1: output_price "),
        ({"max_output_tokens": 0}, "model 1: max_output_tokens should be greater than or equal to 1"),
        ({"max_output_tokens": "many"}, "model 1: max_output_tokens should be a valid integer"),
        ({"timeout_s": 0}, "model 1: timeout_s should be greater than 0"),
        ({"timeout_s": float("inf")}, "model 1: timeout_s "),
        ({"base_url": "api.example.com"}, "model 1: base_url should be a URL such as https://host/path"),
        ({"base_url": "ftp://example.com"}, "model 1: base_url should be a URL"),
        ({"base_url": "https://example.com:port"}, "model 1: base_url should be a URL"),
        ({"base_url": "https://user:canary@example.com"}, "model 1: base_url should hold no credentials"),
        ({"provider": []}, "model 1: provider should be one of anthropic, azure, openai, scripted"),
        ({"proxy": "nowhere"}, "model 1: proxy should be a URL"),
        ({"ca_file": "/nowhere/ca.pem"}, "model 1: ca_file: /nowhere/ca.pem cannot be read: No such file"),
        ({"ca_file": __file__}, f"model 1: ca_file: {__file__} holds no certificates in PEM"),
        ({"api": "batch"}, "model 1: api should be 'responses' or 'chat'"),
        ({"key_file": "/nowhere/key"}, "model 1: /nowhere/key cannot be read: No such file or directory"),
        ({"key_file": None}, "model 1: openai needs key_file"),
        ({"script": "/nowhere/script"}, "model 1: script is for scripted alone"),
        ({"temperature": 0}, "model 1: there is no setting temperature"),
    ],
)
def test_a_bad_value_is_named_with_its_place(write, entry, change, sentence):
    (problem,) = problems(write({"models": [{**entry(), **change}]}))
    assert problem.startswith(sentence)


@pytest.mark.parametrize(
    ("provider", "missing", "sentence"),
    [
        ("azure", "base_url", "model 1: azure needs base_url"),
        ("azure", "api_version", "model 1: azure needs api_version"),
        ("anthropic", "key_file", "model 1: anthropic needs key_file"),
        ("scripted", "script", "model 1: scripted needs script"),
        ("openai", "model", "model 1: model is missing"),
        ("openai", "provider", "model 1: provider is missing"),
        ("openai", "input_price", "model 1: input_price is missing"),
    ],
)
def test_what_a_provider_needs_must_be_there(write, entry, provider, missing, sentence):
    without = {name: value for name, value in entry(provider).items() if name != missing}
    assert (sentence,) == problems(write({"models": [without]}))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("models:\n  - {provider: openai\n", "line 3: "),
        ("", "should be a mapping with `models`"),
        ("- a", "should be a mapping with `models`"),
        ("{}", "models is missing"),
        ("models: []", "models: List should have at least 1 item"),
        ("models: [5]", "model 1: should be a valid dictionary"),
        ("!!python/object/apply:os.system ['true']", "line 1: "),
    ],
)
def test_a_file_that_is_no_catalogue_says_why(write, content, sentence):
    assert problems(write(content))[0].startswith(sentence)


def test_everything_that_is_wrong_is_said_at_once(write, entry):
    found = problems(write({"models": [entry(timeout_s=0), entry(base_url="x")], "limits": {"hedge": 1}, "more": 1}))
    assert [
        "model 1: timeout_s should be greater than 0",
        "model 2: base_url should be a URL such as https://host/path",
        "limits: there is no setting hedge",
        "there is no setting more",
    ] == list(found)


def test_a_model_may_be_there_once(write, entry):
    (problem,) = problems(write({"models": [entry(), entry("azure"), entry(timeout_s=5)]}))
    assert "openai m-1 is there 2 times; each model may be there once" == problem


@pytest.mark.parametrize("key", ["", "\n", "two words", "sk-canary\nsk-canary"])
def test_a_bad_key_is_named_by_its_file_alone(write, entry, tmp_path, key):
    path = write({"models": [entry()]})
    (tmp_path / "key").write_text(key)
    (problem,) = problems(path)
    assert problem.startswith(f"model 1: {tmp_path / 'key'} ")
    assert "canary" not in problem


@pytest.fixture
def catalogue(write, entry) -> Catalogue:
    models = [entry("openai"), entry("anthropic"), entry("openai", model="m-2"), entry("azure")]
    return read_catalogue(write({"models": models}))


@pytest.mark.parametrize(
    ("providers", "models"),
    [
        ("", ["openai m-1", "anthropic m-1", "openai m-2", "azure m-1"]),
        (" , ", ["openai m-1", "anthropic m-1", "openai m-2", "azure m-1"]),
        ("azure", ["azure m-1"]),
        ("anthropic, openai", ["anthropic m-1", "openai m-1", "openai m-2"]),
        ("azure,azure", ["azure m-1"]),
    ],
)
def test_one_setting_picks_and_orders_by_provider(catalogue, providers, models):
    chosen = catalogue.preferring(providers)
    assert models == [f"{model.provider} {model.model}" for model in chosen.entries]


def test_a_provider_that_the_catalogue_has_not_is_named(catalogue):
    with pytest.raises(BadCatalogueError, match="no model of scripted; it has models of anthropic, azure, openai"):
        catalogue.preferring("openai,scripted")


@pytest.mark.parametrize(
    ("url", "is_exposed"),
    [
        ("http://models.internal/v1", True),
        ("http://10.0.0.1", True),
        ("https://models.internal/v1", False),
        ("http://127.0.0.1:8080", False),
        ("http://[::1]:8080", False),
        ("http://localhost", False),
        (None, False),
    ],
)
def test_production_sends_nothing_in_clear(write, entry, url, is_exposed):
    catalogue = read_catalogue(write({"models": [entry(base_url=url)]}))
    expected = ["model 1: base_url is not https, which production does not allow"] if is_exposed else []
    assert expected == list(catalogue.problems(environment="production"))
    assert [] == list(catalogue.problems(environment="staging"))


def test_production_does_not_answer_from_a_script(write, entry):
    catalogue = read_catalogue(write({"models": [entry("scripted")]}))
    assert ["model 1: scripted answers are not for production"] == list(catalogue.problems(environment="production"))


def test_a_proxys_password_is_in_no_repr(write, entry):
    (model,) = read_catalogue(write({"models": [entry(proxy="http://user:canary@proxy:3128")]})).entries
    assert "http://user:canary@proxy:3128" == model.proxy
    assert "canary" not in repr(model)
