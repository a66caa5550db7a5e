"""What a tenant may have of the instances."""

import pytest
from pcf_generator.domain.share import EQUAL, Share, Shares

OWN = Share(2.0, 5)


@pytest.mark.parametrize("values", [{"weight": 0}, {"weight": -1}, {"weight": float("inf")}, {"running": 0}])
def test_no_share_is_none(values):
    with pytest.raises(ValueError, match="no tenant can have"):
        Share(**values)


def test_a_tenant_has_its_own_share_or_the_usual_one():
    shares = Shares(Share(running=3), {"contoso": OWN})
    assert (OWN, Share(running=3)) == (shares.of("contoso"), shares.of("fabrikam"))


@pytest.mark.parametrize(
    ("shares", "limited"), [(EQUAL, False), (Shares(Share(running=1)), True), (Shares(tenants={"contoso": OWN}), True)]
)
def test_one_limit_is_enough_to_be_limited(shares, limited):
    assert limited == shares.limited
