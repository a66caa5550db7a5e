"""Whose audit events a caller may read."""

import pytest
from pcf_gateway.auth.principal import EVERYBODY, Principal
from pcf_gateway.auth.scopes import SCOPES


@pytest.mark.parametrize(
    ("tenant", "scopes", "of_all"),
    [
        ("default", SCOPES, True),
        ("default", ("admin",), True),
        ("default", [scope for scope in SCOPES if scope != "admin"], False),
        ("contoso", SCOPES, False),
    ],
)
def test_only_the_operators_administrators_read_every_tenant_s(tenant, scopes, of_all):
    assert of_all is Principal("ann", tenant, frozenset(scopes)).of_all_tenants


def test_everybody_may_where_nobody_is_asked():
    assert EVERYBODY.of_all_tenants
