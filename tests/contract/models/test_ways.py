"""Proxies and authorities of one's own."""


async def test_calls_go_through_the_proxy_of_the_entry(apis, opened, api, call):
    """To a proxy a client names the whole URL; the fake is one here for a host that is nowhere."""
    provider = opened(
        api, base_url=apis.url(api.split("-")[0]).replace("127.0.0.1", "models.invalid"), proxy=apis.proxy
    )
    assert (await provider.complete(call, timeout_s=10)).text
    assert apis.requests[0].headers["host"].startswith("models.invalid")


async def test_an_authority_of_ones_own_is_trusted(apis, opened, api, call):
    provider = opened(api, at="bad_tls", ca_file=apis.certificate)
    assert (await provider.complete(call, timeout_s=10)).text
