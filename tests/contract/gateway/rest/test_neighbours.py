"""Without authentication, pages of other sites are kept out."""

import httpx
import pytest


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:3000", "", "[::2]"])
async def test_a_name_that_was_pointed_at_us_is_refused(http: httpx.AsyncClient, host: str):
    response = await http.get("/v1/builds", headers={"Host": host})

    assert (response.status_code, response.json()["reason"]) == (421, "MISDIRECTED_REQUEST")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1", "[::1]:3000", "[::1]"])
async def test_our_own_names_are_taken(http: httpx.AsyncClient, host: str):
    response = await http.get("/v1/builds", headers={"Host": host})

    assert response.status_code == 200


async def test_a_page_of_another_site_changes_nothing(http: httpx.AsyncClient):
    place = (await http.post("/v1/builds", json={"prompt": "hold"})).headers["Location"]

    response = await http.post(f"{place}:cancel", headers={"Sec-Fetch-Site": "cross-site"})

    assert (response.status_code, response.json()["reason"]) == (403, "CROSS_SITE")
    assert (await http.get(place)).json()["state"] == "running"


async def test_our_own_page_may(http: httpx.AsyncClient):
    response = await http.post("/v1/builds", json={"prompt": "x"}, headers={"Sec-Fetch-Site": "same-origin"})

    assert response.status_code == 202
