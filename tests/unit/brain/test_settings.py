from pathlib import Path

import pytest
from pcf_brain.settings import BrainSettings
from pcf_runtime.settings import ConfigurationError, load


def test_in_development_the_folder_of_the_checkout_is_followed():
    settings = load(BrainSettings)
    told = (settings.folder, settings.poll_interval_s, settings.port, settings.metrics_port)
    assert told == (Path("ai-brain"), 2.0, 50052, 9352)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_elsewhere_the_folder_is_read_once(monkeypatch: pytest.MonkeyPatch, environment: str):
    monkeypatch.setenv("PCF_ENV", environment)
    assert load(BrainSettings).poll_interval_s == 0


def test_polling_can_be_asked_for_anywhere(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PCF_ENV", "production")
    monkeypatch.setenv("PCF_BRAIN_POLL_INTERVAL_S", "30")
    assert load(BrainSettings).poll_interval_s == 30


@pytest.mark.parametrize(
    ("name", "value"),
    [("PCF_BRAIN_RELEASES_KEPT", "0"), ("PCF_BRAIN_CACHE_BYTES", "-1"), ("PCF_BRAIN_POLL_INTERVAL_S", "-1")],
)
def test_what_makes_no_sense_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load(BrainSettings)
