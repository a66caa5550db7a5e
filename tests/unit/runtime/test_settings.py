"""Settings from the environment and from files."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest
from pcf_runtime.settings import ConfigurationError, Port, ServiceSettings, check_config, load
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import SettingsConfigDict

Setenv = Callable[[str, str], None]


class DemoSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PCF_DEMO_")

    port: Port = 50059
    token: SecretStr = SecretStr("")
    limit: int = Field(default=5, gt=0)
    names: tuple[str, ...] = ()
    rules: str = ""
    rules_file: str = ""

    def problems(self):
        found = super().problems()
        if self.environment == "production" and not self.token.get_secret_value():
            found.append("PCF_DEMO_TOKEN is empty, which production does not allow.")
        return found


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch):
    for name in [name for name in os.environ if name.startswith("PCF_")]:
        monkeypatch.delenv(name)
    return monkeypatch.setenv


def refused():
    with pytest.raises(ConfigurationError) as caught:
        load(DemoSettings)
    return caught.value.problems


def test_defaults_need_no_environment():
    settings = load(DemoSettings)
    assert (settings.environment, settings.host, settings.port) == ("development", "127.0.0.1", 50059)


def test_a_variable_sets_its_field(environment: Setenv):
    environment("PCF_ENV", "staging")
    environment("PCF_DEMO_LIMIT", "7")
    environment("PCF_DEMO_NAMES", '["a", "b"]')
    settings = load(DemoSettings)
    assert (settings.environment, settings.limit, settings.names) == ("staging", 7, ("a", "b"))


def test_reflection_is_on_in_development_only(environment: Setenv):
    assert load(DemoSettings).reflection
    environment("PCF_ENV", "staging")
    assert not load(DemoSettings).reflection


def test_tests_can_set_fields_by_name():
    assert DemoSettings(environment="staging", port=0).environment == "staging"


def test_settings_do_not_change():
    with pytest.raises(ValueError, match="frozen"):
        load(DemoSettings).limit = 6


def test_a_file_gives_a_secret_without_its_line_end(environment: Setenv, tmp_path: Path):
    (tmp_path / "token").write_text("s3cret\n")
    environment("PCF_DEMO_TOKEN_FILE", str(tmp_path / "token"))
    assert load(DemoSettings).token.get_secret_value() == "s3cret"


def test_any_field_can_come_from_a_file(environment: Setenv, tmp_path: Path):
    (tmp_path / "names").write_text('["a"]')
    environment("PCF_DEMO_NAMES_FILE", str(tmp_path / "names"))
    assert load(DemoSettings).names == ("a",)


def test_a_variable_and_a_file_for_one_setting_are_a_conflict(environment: Setenv, tmp_path: Path):
    (tmp_path / "token").write_text("one")
    environment("PCF_DEMO_TOKEN_FILE", str(tmp_path / "token"))
    environment("PCF_DEMO_TOKEN", "other")
    assert refused() == ["PCF_DEMO_TOKEN and PCF_DEMO_TOKEN_FILE are both set; keep one of them."]


def test_a_setting_called_file_is_a_setting_of_its_own(environment: Setenv):
    environment("PCF_DEMO_RULES_FILE", "/etc/rules")
    assert (load(DemoSettings).rules, load(DemoSettings).rules_file) == ("", "/etc/rules")


def test_a_missing_file_is_named(environment: Setenv):
    environment("PCF_DEMO_TOKEN_FILE", "/nowhere/token")
    assert refused() == ["PCF_DEMO_TOKEN_FILE names /nowhere/token, which is not a file that can be read."]


def test_each_bad_value_is_one_readable_sentence(environment: Setenv):
    environment("PCF_ENV", "prod")
    environment("PCF_DEMO_PORT", "70000")
    environment("PCF_DEMO_LIMIT", "many")
    assert refused() == [
        "PCF_ENV should be 'development', 'staging' or 'production'; it is 'prod'.",
        "PCF_DEMO_PORT should be less than or equal to 65535; it is '70000'.",
        "PCF_DEMO_LIMIT should be a valid integer, unable to parse string as an integer; it is 'many'.",
    ]


class StrictSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PCF_STRICT_")

    pin: SecretStr = Field(min_length=4)
    low: int = 1
    high: int = 2

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.low > self.high:
            raise ValueError("PCF_STRICT_LOW is above PCF_STRICT_HIGH.")
        return self


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "PCF_STRICT_PIN is not set and has no default."),
        ({"PIN": "123"}, "PCF_STRICT_PIN should have at least 4 items after validation, not 3."),
        ({"PIN": "1234", "LOW": "3"}, "PCF_STRICT_LOW is above PCF_STRICT_HIGH."),
    ],
)
def test_no_sentence_gives_a_secret_away(environment: Setenv, values: dict[str, str], problem: str):
    for name, value in values.items():
        environment(f"PCF_STRICT_{name}", value)
    with pytest.raises(ConfigurationError) as caught:
        load(StrictSettings)
    assert caught.value.problems == [problem]


def test_a_value_that_should_be_json_and_is_not_is_said(environment: Setenv):
    environment("PCF_DEMO_NAMES", "a,b")
    assert refused() == ["PCF_DEMO_NAMES should be JSON."]


def test_unsafe_settings_do_not_load(environment: Setenv):
    environment("PCF_ENV", "production")
    environment("PCF_DEMO_REFLECTION", "true")
    environment("PCF_DEMO_METRICS_PORT", "50059")
    assert refused() == [
        "PCF_DEMO_PORT and PCF_DEMO_METRICS_PORT are the same port.",
        "PCF_DEMO_REFLECTION is on, which production does not allow.",
        "PCF_DEMO_TOKEN is empty, which production does not allow.",
    ]


@pytest.mark.parametrize(
    ("endpoint", "is_refused"),
    [("http://10.0.0.7:4317", True), ("http://127.0.0.1:4317", False), ("https://collector:4317", False)],
)
def test_production_sends_traces_in_clear_to_its_own_machine_only(endpoint: str, is_refused: bool):
    settings = DemoSettings(environment="production", otlp_endpoint=endpoint, token=SecretStr("t"))
    assert is_refused == any("PCF_DEMO_OTLP_ENDPOINT is http://" in problem for problem in settings.problems())


def test_a_description_masks_secrets(environment: Setenv):
    environment("PCF_DEMO_TOKEN", "s3cret")
    described = load(DemoSettings).describe()
    assert described["token"] == "**********"
    assert described["limit"] == 5


def test_check_config_prints_what_holds(environment: Setenv, capsys: pytest.CaptureFixture[str]):
    environment("PCF_DEMO_TOKEN", "s3cret")
    assert check_config(load(DemoSettings)) == 0
    output = capsys.readouterr()
    assert json.loads(output.out)["port"] == 50059
    assert "s3cret" not in output.out
    assert output.err == ""


def test_check_config_tells_problems_and_typing_errors(environment: Setenv, capsys: pytest.CaptureFixture[str]):
    environment("PCF_DEMO_LIMITT", "7")
    assert check_config(DemoSettings(environment="production")) == 1
    assert capsys.readouterr().err.splitlines() == [
        "PCF_DEMO_TOKEN is empty, which production does not allow.",
        "PCF_DEMO_LIMITT is not a setting of this service.",
    ]


def test_a_variable_of_a_later_version_does_not_keep_a_service_down(environment: Setenv):
    environment("PCF_DEMO_NOT_YET_KNOWN", "7")
    assert load(DemoSettings).limit == 5


def test_every_setting_says_what_it_is_for():
    described = {name: field.description for name, field in ServiceSettings.model_fields.items()}
    assert all(described.values()), described
