"""`pcf-builder audit checkpoint` and `audit prove` against a server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Log = Any
Run = Any
CHECKPOINT, INCLUSION = "/v1/audit/checkpoint", "/v1/audit/proofs/inclusion"


def test_a_checkpoint_is_given_byte_for_byte_whatever_the_terminal(gateway: Any, log: Log):
    gateway.on("GET", CHECKPOINT, gateway.json(log.checkpoint(300)))
    latin = {**os.environ, "PYTHONIOENCODING": "ascii", "PCF_URL": gateway.url}

    done = subprocess.run(
        (sys.executable, "-m", "pcf_cli", "audit", "checkpoint"), capture_output=True, env=latin, check=True
    )

    assert log.note(300).encode() == done.stdout


def test_a_checkpoint_of_a_size_is_saved(gateway: Any, run: Run, log: Log, tmp_path: Path):
    gateway.on("GET", CHECKPOINT, gateway.json(log.checkpoint(7)))

    code, out, _ = run("audit", "checkpoint", "--size", "7", "-o", str(tmp_path / "kept"), "--url", gateway.url)

    assert (0, f"Saved the checkpoint of 7 entries in {tmp_path / 'kept'}.\n") == (code, out)
    assert log.note(7) == (tmp_path / "kept").read_text()
    assert [f"{CHECKPOINT}?size=7"] == [each.path for each in gateway.asked]


def test_json_is_the_resource(gateway: Any, run: Run, log: Log):
    gateway.on("GET", CHECKPOINT, gateway.json(log.checkpoint(7)))

    assert log.checkpoint(7) == json.loads(run("audit", "checkpoint", "--json", "--url", gateway.url)[1])


@pytest.mark.parametrize(("event", "query"), [(f"{9:026d}"[:25] + "X", "event_id"), ("9", "index")])
def test_a_proof_that_is_saved_holds_without_the_server(
    gateway: Any, run: Run, log: Log, tmp_path: Path, event: str, query: str
):
    gateway.on("GET", INCLUSION, gateway.json(log.inclusion(9, 300)))
    file = str(tmp_path / "proof.json")

    code, out, _ = run("audit", "prove", event, "-o", file, "--url", gateway.url)

    assert (0, f"Saved the proof that entry 9 is in the tree of 300 in {file}.\n") == (code, out)
    assert [f"{INCLUSION}?{query}={event}"] == [each.path for each in gateway.asked]
    assert 0 == run("audit", "verify", "--proof", file, "--key", log.key)[0]


def test_a_proof_goes_to_stdout(gateway: Any, run: Run, log: Log):
    gateway.on("GET", INCLUSION, gateway.json(log.inclusion(9, 200)))

    code, out, _ = run("audit", "prove", "9", "--size", "200", "--url", gateway.url)

    assert (0, log.inclusion(9, 200)) == (code, json.loads(out))


@pytest.mark.parametrize("changes", [{"index": 8}, {"hashes": []}, {"content": "{}"}, {"checkpoint": None}])
def test_a_proof_that_does_not_hold_is_not_saved(
    gateway: Any, run: Run, log: Log, tmp_path: Path, changes: dict[str, Any]
):
    gateway.on("GET", INCLUSION, gateway.json(log.inclusion(9, 300) | changes))

    code, _, err = run("audit", "prove", "9", "-o", str(tmp_path / "proof.json"), "--url", gateway.url)

    assert (1, "The server's proof does not hold; nothing was saved.\n") == (code, err)
    assert [] == list(tmp_path.iterdir())


def test_an_event_that_is_not_there_is_refused(gateway: Any, run: Run):
    gateway.on("GET", INCLUSION, gateway.problem(404, "EVENT_NOT_FOUND"))

    assert 1 == run("audit", "prove", "9", "--url", gateway.url)[0]
