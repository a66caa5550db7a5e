"""`pcf-builder` itself, as a person or a script runs it."""

import json
import os
import pty
import select
import socket
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

PROMPT = "I need a 5-star rating control for product reviews"
COMPILERS = Path(__file__).parents[2] / ".compilers"
COMMAND = (sys.executable, "-m", "pcf_cli")


def test_build_starts_its_own_server_and_leaves_source_and_report(cli: Any, tmp_path: Path):
    done = cli("build", PROMPT, "-o", "out")

    assert 0 == done.returncode, done.stderr
    assert {"StarRating-source.zip", "StarRating-report.json"} == {path.name for path in (tmp_path / "out").iterdir()}
    assert PROMPT == json.loads((tmp_path / "out/StarRating-report.json").read_text())["prompt"]
    assert zipfile.ZipFile(tmp_path / "out/StarRating-source.zip").testzip() is None
    assert "cd out/StarRating && npm install && npm run build" in done.stdout
    assert "No solution was made: the server has no compiler" in done.stdout
    assert ["out"] == [path.name for path in tmp_path.iterdir()], "its own server leaves nothing"


def test_with_compilers_solutions_are_left_too(cli: Any, tmp_path: Path):
    if not COMPILERS.is_dir():
        pytest.skip("no compilers: make compilers")
    done = cli("build", PROMPT, "-o", "out", "--managed", PCF_GENERATOR_COMPILERS=str(COMPILERS))

    assert 0 == done.returncode, done.stderr
    kinds = ("source", "solution", "managed-solution")
    assert {f"StarRating-{kind}.zip" for kind in kinds} == {path.name for path in (tmp_path / "out").glob("*.zip")}
    assert "pac solution import --path out/StarRating-solution.zip" in done.stdout
    names = zipfile.ZipFile(tmp_path / "out/StarRating-solution.zip").namelist()
    assert "Controls/pcfb_PcfBuilder.StarRating/bundle.js" in names


def test_its_own_server_asks_for_no_key_whatever_the_environment_says(cli: Any):
    served = {"PCF_GATEWAY_AUTH": "on", "PCF_GATEWAY_HOST": "192.0.2.1", "PCF_GATEWAY_KEY_PEPPER": "short"}
    done = cli("build", PROMPT, "-o", "out", **served)

    assert 0 == done.returncode, done.stderr


def test_building_twice_gives_the_same_bytes(cli: Any, server: Any, tmp_path: Path):
    for out in ("one", "two"):
        assert 0 == cli("build", PROMPT, "-o", out, "--url", server.url).returncode

    for name in ("StarRating-source.zip", "StarRating-report.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_json_is_one_document(cli: Any, server: Any):
    done = cli("build", "Rating with 15 stars", "--json", PCF_URL=server.url)

    document = json.loads(done.stdout)
    assert ("", 0) == (done.stderr, done.returncode)
    assert "downgraded" in {finding["action"] for finding in document["build"]["result"]["findings"]}


@pytest.mark.parametrize(
    ("code", "arguments", "says"),
    [
        (0, ("make something", "--answer", "kind=toggle"), "PcfBuilder.Toggle is built"),
        (1, ("Create a video player component",), "PCF-CAP-001"),
        (1, (" ",), "PCF-INT-001"),
        (2, ("x", "--timeout", "soon"), "Usage: pcf-builder build"),
        (3, ("make something",), "--answer kind="),
        (5, ("x", "--timeout", "0.000001"), "took longer than 1e-06 s"),
    ],
)
def test_each_exit_code_means_what_help_says(cli: Any, server: Any, code: int, arguments: Any, says: str):
    done = cli("build", *arguments, "--url", server.url)

    assert code == done.returncode, done.stderr
    assert says in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_exit_code_4_is_for_no_server(cli: Any):
    done = cli("build", "x", "--url", "http://127.0.0.1:1")

    assert 4 == done.returncode
    assert "pcf-builder serve" in done.stderr


def test_a_build_is_looked_at_answered_and_downloaded(cli: Any, server: Any, tmp_path: Path):
    build_id = json.loads(cli("build", "make something", "--json", "--url", server.url).stdout)["build"]["id"]

    for code, arguments in (
        (3, ("builds", "watch", build_id)),
        (1, ("builds", "answer", build_id, "blockchain")),
        (0, ("builds", "answer", build_id, "toggle")),
        (0, ("builds", "watch", build_id)),
        (0, ("builds", "download", build_id)),
        (1, ("builds", "cancel", build_id)),
    ):
        assert code == cli(*arguments, "--url", server.url).returncode, arguments
    assert (tmp_path / "Toggle-source.zip").is_file()


def test_lists_are_for_pipes(cli: Any, server: Any):
    build_id = server.settled(server.start_build("toggle"))["id"]

    builds = cli("builds", "list", "-n", "1000", "--url", server.url).stdout.splitlines()
    kinds = cli("capabilities", "--url", server.url).stdout.splitlines()

    assert "succeeded" == next(line for line in builds if line.startswith(build_id)).split("\t")[1]
    assert "id\tname\twhat it is" == kinds[0]
    assert "star-rating" in {line.split("\t")[0] for line in kinds}


def test_the_audit_log_is_shown_and_verified(cli: Any, server: Any, until: Any):
    build_id = server.settled(server.start_build("toggle"))["id"]
    until(lambda: server.trail(build=build_id, type="build.succeeded"))

    shown = cli("audit", "tail", "--build", build_id, "--all", "--json", "--url", server.url)
    verified = cli("audit", "verify", "--url", server.url)

    assert "build.created" == json.loads(shown.stdout)["events"][0]["type"]
    assert (0, "The audit log holds.") == (verified.returncode, verified.stdout.splitlines()[0])


def test_the_audit_log_is_exported_and_verified_without_the_server(cli: Any, server: Any, until: Any, tmp_path: Path):
    build_id = server.settled(server.start_build("toggle"))["id"]
    until(lambda: server.trail(build=build_id, type="build.succeeded"))
    event = server.trail(build=build_id, type="build.created")[0]
    database = {**os.environ, "PCF_AUDIT_DATABASE": str(server.data / "audit.db")}
    line = (sys.executable, "-m", "pcf_audit", "public-key")
    key = subprocess.run(line, env=database, capture_output=True, text=True, check=True).stdout.strip()
    log, proof, kept = (str(tmp_path / name) for name in ("log.jsonl.gz", "proof.json", "kept.txt"))

    for arguments in (
        ("checkpoint", "-o", kept, "--url", server.url),
        ("export", "-o", log, "--url", server.url),
        ("prove", event["id"], "-o", proof, "--url", server.url),
        ("verify", "--file", log, "--checkpoint", kept, "--key", key),
        ("verify", "--proof", proof, "--key", key),
    ):
        done = cli("audit", *arguments)
        assert 0 == done.returncode, (arguments, done.stdout, done.stderr)
    packed = bytearray(Path(log).read_bytes())
    packed[len(packed) // 2] ^= 1
    Path(log).write_bytes(packed)
    assert 1 == cli("audit", "verify", "--file", log, "--key", key).returncode


def test_a_person_at_a_terminal_is_asked(server: Any, tmp_path: Path):
    ours, theirs = pty.openpty()
    line = (*COMMAND, "build", "make something", "--url", server.url, "-o", str(tmp_path))
    plain = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(line, stdin=theirs, stdout=theirs, stderr=theirs, env={**plain, "TERM": "xterm"}) as child:
        os.close(theirs)
        asked = shown_until(ours, "Number (")
        os.write(ours, b"1\n")
        told = shown_until(ours, "npm run build")
        child.wait(30)
    os.close(ours)

    assert 0 == child.returncode
    assert "What kind of control should it be?" in asked
    assert "✓" in told


def shown_until(terminal: int, text: str) -> str:
    shown, ends_at = b"", time.monotonic() + 60
    while text.encode() not in shown:
        ready, _, _ = select.select([terminal], [], [], ends_at - time.monotonic())
        assert ready, shown
        shown += os.read(terminal, 65_536)
    return shown.decode()


def test_serve_ends_with_0_when_it_is_asked_to(serve: Any, tmp_path: Path):
    with serve(tmp_path / "var") as served:
        assert served.http.get("/readyz").json() == {"ready": True, "waiting_for": {}, "away": {}}
        served.process.terminate()

        assert 0 == served.process.wait(20)
        with pytest.raises(ConnectionRefusedError), socket.create_connection(address(served.url)):
            pass


def test_a_port_that_is_taken_is_one_sentence(cli: Any, server: Any):
    taken = str(address(server.url)[1])

    done = cli("serve", "--port", taken, "--data", "elsewhere")

    assert 1 == done.returncode
    # Before it stands, at most, that there is no compiler here.
    assert f"127.0.0.1:{taken}: the port is in use" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_a_data_folder_that_is_taken_is_one_sentence(cli: Any, server: Any):
    done = cli("serve", "--port", "0", "--data", str(server.data))

    assert 1 == done.returncode
    assert "Another PCF Builder works in" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_a_setting_that_cannot_be_is_told_by_its_name(cli: Any):
    done = cli("serve", "--port", "0", PCF_GENERATOR_CONCURRENCY="many")

    assert 1 == done.returncode
    assert "PCF_GENERATOR_CONCURRENCY" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_brain_is_told_problem_by_problem(cli: Any, tmp_path: Path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken/release.yaml").write_text("version: 1")

    done = cli("build", "toggle", "--brain", "broken")

    assert 4 == done.returncode
    assert f"The brain in {tmp_path}/broken cannot be used:" in done.stderr
    assert "  capabilities: holds no kind of control" in done.stderr.splitlines()


def test_without_a_brain_there_is_one_sentence(cli: Any):
    done = cli("serve", PCF_BRAIN_FOLDER="/nowhere")

    assert 2 == done.returncode
    assert "There is no brain in /nowhere" in done.stderr
    assert 1 == len(done.stderr.splitlines())


def address(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "", parts.port or 0)
