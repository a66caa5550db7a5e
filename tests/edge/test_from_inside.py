"""What an orchestrator and Prometheus may ask of Envoy, and how it leaves without a lost request."""

import ssl
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.edge.echo import Echo, echo
from tests.edge.proxies import Edge, edge


def test_it_tells_whether_it_is_ready_and_its_metrics(echoing: tuple[Edge, Echo]):
    at_edge, _ = echoing
    inside = f"http://127.0.0.1:{at_edge.inside_port}"

    ready, metrics = httpx.get(f"{inside}/ready"), httpx.get(f"{inside}/stats/prometheus")

    assert (200, "LIVE\n") == (ready.status_code, ready.text)
    assert "\nenvoy_server_live" in metrics.text


@pytest.mark.parametrize("path", ["/", "/quitquitquit", "/config_dump", "/certs", "/ready/../config_dump", "/stats"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_it_tells_nothing_else(path: str, method: str, echoing: tuple[Edge, Echo]):
    at_edge, _ = echoing

    assert 404 == httpx.request(method, f"http://127.0.0.1:{at_edge.inside_port}{path}").status_code


def test_nothing_of_it_is_changed_from_there(echoing: tuple[Edge, Echo]):
    at_edge, _ = echoing

    assert 404 == httpx.post(f"http://127.0.0.1:{at_edge.inside_port}/ready").status_code


def test_other_paths_do_not_make_it_leave(echoing: tuple[Edge, Echo]):
    at_edge, _ = echoing
    before = at_edge.counted("listener_manager.total_listeners_draining")

    with pytest.raises(httpx.HTTPStatusError, match="404"):
        httpx.get(f"http://127.0.0.1:{at_edge.leaving_port}/", timeout=30).raise_for_status()

    assert 0 == before == at_edge.counted("listener_manager.total_listeners_draining")


def test_who_is_told_to_leave_answers_on_and_sends_its_clients_away(tmp_path: Path):
    with echo() as upstream, edge(tmp_path, [upstream.port]) as leaving, ThreadPoolExecutor(1) as orchestrator:
        told = orchestrator.submit(_ask_to_leave, leaving.leaving_port)
        answers = _asked_until(told.done, leaving.url, leaving.trusting)

        assert {200} == {answer.status_code for answer in answers}
        assert [True] * 3 == [answer.headers.get("connection") == "close" for answer in answers[-3:]]
        assert "They have been told.\n" == told.result()
        assert 0 == leaving.process.leave()


def _ask_to_leave(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/leave", timeout=60) as answer:
        return str(answer.read().decode())


def _asked_until(is_over: Callable[[], bool], url: str, trusting: ssl.SSLContext) -> list[httpx.Response]:
    answers = []
    with httpx.Client(verify=trusting) as client:
        while not is_over():
            answers.append(client.get(f"{url}/v1/builds"))
    return answers
