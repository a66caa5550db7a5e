"""Secrets never come out of the log, wherever they were planted."""

import io
import json
import logging
from typing import NoReturn
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_runtime import logs
from pcf_runtime.redaction import REDACTED, Redactor
from pcf_runtime.settings import ServiceSettings
from pydantic import SecretStr

SECRETS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=8, max_size=40).filter(
    lambda text: text == text.strip() and len(set(text)) > 4
)


class DemoSettings(ServiceSettings):
    token: SecretStr = SecretStr("")
    url: SecretStr = SecretStr("")


class Written:
    """What one logger of this process writes."""

    def __init__(self, secrets: list[str]) -> None:
        self.stream = io.StringIO()
        root = logging.getLogger()
        before, level = list(root.handlers), root.level
        logs.configure(service="demo", stream=self.stream, secrets=secrets)
        (handler,) = [each for each in root.handlers if each not in before]
        root.handlers[:], root.level = before, level
        self.log = logging.Logger("canary")  # noqa: LOG001 - of its own, so that no handler of the tests gets a line
        self.log.addHandler(handler)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]


def planted(secret: str) -> RuntimeError:
    """An error that was raised while another was handled; each holds the secret."""
    try:
        _fail(secret)
    except RuntimeError as error:
        return error


def _fail(secret: str) -> NoReturn:
    try:
        int(f"{secret} is no number")
    except ValueError as error:
        raise RuntimeError(f"cannot use {secret!r}", {"key": secret}) from error
    raise AssertionError


def flat(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.items() for part in each for text in flat(part)]
    if isinstance(value, list):
        return [text for each in value for text in flat(each)]
    return [str(value)]


@given(SECRETS)
def test_a_known_secret_comes_out_nowhere(secret: str):
    settings = DemoSettings(token=SecretStr(secret), url=SecretStr(f"postgresql://u:{quote(secret, safe='')}@h/d"))
    written = Written(settings.secrets())
    written.log.warning("plain %s", secret)
    written.log.warning("fields", extra={"pcf.reason": secret, "pcf.more": [secret]})
    written.log.error("error", exc_info=planted(secret))
    written.log.warning("settings %s", settings.url.get_secret_value())
    written.log.warning("password %s", quote(secret, safe=""))
    assert 5 == len(written.lines)
    for form in {secret, quote(secret, safe=""), repr(secret)[1:-1], json.dumps(secret)[1:-1]}:
        assert not [text for line in written.lines for text in flat(line) if form in text]
        assert form not in written.text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("key pcfb_01ABC_secretsecret refused", f"key {REDACTED} refused"),
        ("authorization: Bearer abc.def", f"authorization: Bearer {REDACTED}"),
        ("Incorrect API key provided: sk-proj-abcdefghijklmnop.", f"Incorrect API key provided: {REDACTED}."),
        ("redis://user:pa/ss@host:1/0 away", f"redis://{REDACTED}@host:1/0 away"),
        ("redis://:hunter2@host", f"redis://{REDACTED}@host"),
        ("with AKIAIOSFODNN7EXAMPLE", f"with {REDACTED}"),
        ("token eyJhbGciOi.eyJzdWIi.c2ln end", f"token {REDACTED} end"),
        ("password=hunter2 user=x", f"password={REDACTED} user=x"),
        ("x-api-key: hunter2 and api_key=hunter2", f"x-api-key: {REDACTED} and api_key={REDACTED}"),
        ("?X-Amz-Signature=0a1b&x=1", f"?X-Amz-Signature={REDACTED}&x=1"),
        ("-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----.", f"{REDACTED}."),
    ],
)
def test_what_looks_like_a_credential_goes(text: str, left: str):
    assert left == Redactor().redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/prefix is not reached",
        "http://127.0.0.1:4317/v1 is away, mail me@example.org",
        "the Bearer of news",
        "build 01J0000000000000000000000 risk-adjusted",
    ],
)
def test_other_texts_stay(text: str):
    assert text == Redactor().redact(text)


def test_a_short_secret_makes_no_holes():
    assert "a build of abc" == Redactor(["b", "abc"]).redact("a build of abc")


def test_a_line_with_a_credential_in_it_stays_json():
    written = Written([])
    written.log.warning('he said "Bearer abcdef\\y" and "password=hunter2"', extra={"pcf.url": "redis://u:p@h"})
    (line,) = written.lines
    assert f'he said "Bearer {REDACTED}\\y" and "password={REDACTED}"' == line["message"]
    assert {"url": f"redis://{REDACTED}@h"} == line["pcf"]
