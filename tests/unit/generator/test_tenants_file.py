"""The file of tenants that have something of their own."""

from decimal import Decimal

import pytest
from pcf_generator.tenants_file import BadTenantsError, Entry, read_tenants

WHOLE = """
tenants:
  contoso: {day_usd: 20.10, queued: 300, running: 10, weight: 2}
  fabrikam: {weight: 0.5}
  "0": {}
"""


def written(path, text):
    path.write_text(text)
    return path


@pytest.fixture
def file(tmp_path):
    return tmp_path / "tenants.yaml"


def test_everything_may_be_said_and_nothing_must(file):
    entries = read_tenants(written(file, WHOLE))
    assert Entry(day_usd=Decimal("20.10"), queued=300, running=10, weight=2.0) == entries["contoso"]
    assert (20_100_000, None) == (entries["contoso"].day_micros, entries["fabrikam"].day_micros)
    assert (0.5, Entry()) == (entries["fabrikam"].weight, entries["0"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "should be a mapping with `tenants`"),
        ("[]", "should be a mapping with `tenants`"),
        ("others: {}", "others: there is no such setting"),
        ("tenants: {Contoso: {}}", "'Contoso' is no tenant"),
        ("tenants: {contoso/x: {}}", "'contoso/x' is no tenant"),
        ("tenants: {contoso: {queue: 3}}", "tenant 'contoso' queue: there is no such setting"),
        ("tenants: {contoso: {queued: 0}}", "tenant 'contoso' queued: should be greater than or equal to 1"),
        ("tenants: {contoso: {running: 1.5}}", "tenant 'contoso' running: should be a valid integer"),
        ("tenants: {contoso: {weight: 0}}", "tenant 'contoso' weight: should be greater than or equal to 0.01"),
        ("tenants: {contoso: {weight: .inf}}", "tenant 'contoso' weight: should be"),
        ("tenants: {contoso: {day_usd: -1}}", "tenant 'contoso' day_usd: should be greater than or equal to 0"),
        ("tenants: {contoso: {day_usd: 0.0000001}}", "should be no finer than a millionth of a dollar"),
        ("tenants: {contoso: 3}", "tenant 'contoso'"),
        ("tenants: {", "line 1: "),
    ],
)
def test_what_is_wrong_is_said_with_its_place(file, text, said):
    with pytest.raises(BadTenantsError) as refused:
        read_tenants(written(file, text))
    assert str(refused.value).startswith(str(file))
    assert said in str(refused.value)


def test_everything_that_is_wrong_is_said(file):
    with pytest.raises(BadTenantsError, match=r"(?s)'ada' queued.*'bob' running"):
        read_tenants(written(file, "tenants: {ada: {queued: 0}, bob: {running: 0}}"))


def test_a_file_that_is_no_text_is_refused(file):
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTenantsError, match="is no text"):
        read_tenants(file)


def test_a_file_that_is_not_there_is_refused(file):
    with pytest.raises(BadTenantsError, match="cannot be read: No such file"):
        read_tenants(file)
