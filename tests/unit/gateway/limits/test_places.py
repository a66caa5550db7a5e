"""How much may be under way at once."""

import pytest
from pcf_gateway.limits.places import Full, Places
from pcf_gateway.limits.rules import Rules

RULES = Rules.model_validate(dict.fromkeys(Rules.model_fields, 2))


def test_a_tenant_has_its_places_and_gets_them_back():
    places = Places("requests", in_all=0)
    places.enter("contoso", RULES)
    places.enter("contoso", RULES)
    with pytest.raises(Full) as full:
        places.enter("contoso", RULES)
    places.enter("fabrikam", RULES)
    places.leave("contoso")
    places.enter("contoso", RULES)

    assert ("requests_at_once", False) == (full.value.limit, full.value.of_all)
    assert 3 == places.taken


def test_the_sum_is_bounded_whoever_comes():
    places = Places("streams", in_all=2)
    places.enter("contoso", None)
    places.enter("fabrikam", RULES)
    with pytest.raises(Full) as full:
        places.enter("adatum", None)

    assert ("streams_at_once_in_all", True) == (full.value.limit, full.value.of_all)
    for tenant in ("contoso", "fabrikam"):
        places.leave(tenant)
    assert 0 == places.taken
