"""What each tenant may have, as the file says it at the moment."""

import logging

import pytest
from pcf_generator.domain.share import Share
from pcf_generator.tenants import Tenants, Usual
from pcf_generator.tenants_file import BadTenantsError

USUAL = Usual(day_micros=5_000_000, queued=500, running=8)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tenants.yaml"
    path.write_text("tenants: {contoso: {day_usd: 7, queued: 3, running: 1, weight: 2}, fabrikam: {weight: 4}}")
    return path


def replaced(file, text):
    """As configuration is renewed: whole at any moment, under another inode."""
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def test_without_a_file_all_have_the_usual():
    tenants = Tenants(USUAL)
    assert (5_000_000, 500) == (tenants.of("contoso"), tenants.most_queued("contoso"))
    assert Share(running=8) == tenants.shares().of("contoso")


def test_a_tenant_has_what_the_file_says_and_the_usual_where_it_says_nothing(file):
    tenants = Tenants(USUAL, file)
    assert (7_000_000, 3) == (tenants.of("contoso"), tenants.most_queued("contoso"))
    assert (5_000_000, 500) == (tenants.of("fabrikam"), tenants.most_queued("fabrikam"))
    assert [Share(2, 1), Share(4, 8), Share(1, 8)] == [
        tenants.shares().of(tenant) for tenant in ("contoso", "fabrikam", "others")
    ]


def test_a_file_that_changed_is_read_again(file):
    tenants = Tenants(USUAL, file)
    assert 3 == tenants.most_queued("contoso")
    replaced(file, "tenants: {contoso: {queued: 4}}")
    assert (4, 5_000_000) == (tenants.most_queued("contoso"), tenants.of("contoso"))


@pytest.mark.parametrize("broken", ["tenants: {contoso: {queued: 0}}", "{", None])
def test_a_file_that_cannot_be_used_any_more_changes_nothing_and_is_logged_once(file, broken, caplog):
    tenants = Tenants(USUAL, file)
    if broken is None:
        file.unlink()
    else:
        replaced(file, broken)
    with caplog.at_level(logging.INFO):
        assert {3} == {tenants.most_queued("contoso") for _ in range(3)}
    assert [logging.ERROR] == [record.levelno for record in caplog.records]
    replaced(file, "tenants: {contoso: {queued: 5}}")
    assert 5 == tenants.most_queued("contoso")


def test_a_file_that_cannot_be_used_from_the_start_is_refused(file):
    file.write_text("tenants: 3")
    with pytest.raises(BadTenantsError):
        Tenants(USUAL, file)
