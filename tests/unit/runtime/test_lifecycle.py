"""The command line, and an application's life in this process."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pcf_runtime.lifecycle import Command, main, run_until_signal
from pcf_runtime.settings import ServiceSettings
from pcf_runtime.starting import CannotStartError


def signal_self():
    os.kill(os.getpid(), signal.SIGTERM)


async def test_an_application_is_entered_and_left_on_a_signal():
    life = []

    @asynccontextmanager
    async def app() -> AsyncIterator[None]:
        life.append("entered")
        signal_self()
        try:
            yield
        finally:
            life.append("left")

    await run_until_signal(app)
    assert life == ["entered", "left"]


async def test_an_error_of_the_application_is_not_hidden():
    @asynccontextmanager
    async def app() -> AsyncIterator[None]:
        raise RuntimeError("no such table")
        yield

    with pytest.raises(RuntimeError, match="no such table"):
        await run_until_signal(app)


def run(arguments: list[str], app: Any = None):
    with pytest.raises(SystemExit) as ended:
        main(service="demo", settings=ServiceSettings, app=app, arguments=arguments)
    return ended.value.code


def test_check_config_prints_and_starts_nothing(capsys: pytest.CaptureFixture[str]):
    assert run(["check-config"]) == 0
    assert '"host": "127.0.0.1"' in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["check-config"], ["serve"], []])
def test_settings_that_cannot_be_understood_are_told_in_sentences(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("PCF_PORT", "many")
    assert run(arguments) == 1
    error = capsys.readouterr().err
    assert error.startswith("PCF_PORT should be a valid integer")
    assert "Traceback" not in error


def test_unsafe_settings_start_nothing(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PCF_ENV", "production")
    monkeypatch.setenv("PCF_REFLECTION", "true")
    assert run([]) == 1
    assert capsys.readouterr().err == "PCF_REFLECTION is on, which production does not allow.\n"


def test_help_names_the_commands(capsys: pytest.CaptureFixture[str]):
    assert run(["--help"]) == 0
    output = capsys.readouterr().out
    assert "pcf-demo" in output
    assert "check-config" in output


def command(answer: int | CannotStartError):
    def run(settings: ServiceSettings, asked: Any) -> int:
        if isinstance(answer, CannotStartError):
            raise answer
        return answer + len(settings.host) + asked.days

    return Command(
        help="Sweep the floor.", run=run, arguments=lambda parser: parser.add_argument("--days", type=int, default=0)
    )


def run_command(arguments: list[str], answer: int | CannotStartError = 0):
    with pytest.raises(SystemExit) as ended:
        main(
            service="demo",
            settings=ServiceSettings,
            app=None,
            arguments=arguments,
            commands={"sweep": command(answer)},
        )
    return ended.value.code


def test_a_command_of_the_service_gets_the_settings_and_its_arguments():
    assert run_command(["sweep", "--days", "30"]) == len("127.0.0.1") + 30


def test_a_command_that_cannot_work_says_so_in_one_sentence(capsys: pytest.CaptureFixture[str]):
    assert run_command(["sweep"], CannotStartError("The broom is gone.")) == 1
    assert capsys.readouterr().err == "The broom is gone.\n"


def test_help_explains_the_commands_of_the_service(capsys: pytest.CaptureFixture[str]):
    assert run_command(["--help"]) == 0
    assert "Sweep the floor." in capsys.readouterr().out
