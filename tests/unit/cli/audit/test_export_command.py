"""`pcf-builder audit export` against a server: what it saves can be verified without the server."""

import base64
import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from pcf_cli.exits import Refused, Unreachable
from pcf_cli.jobs import audit_export

Log = Any
Run = Any
CHECKPOINT, CONSISTENCY, LOG = "/v1/audit/checkpoint", "/v1/audit/proofs/consistency", "/v1/audit/log"


@pytest.fixture
def serve(gateway: Any, log: Log):
    """Answer with the log's lines of these ranges, one request after the other."""

    def told(*ranges: tuple[int, int], signed: int | None = None) -> None:
        newest = gateway.json(log.checkpoint(log.size))
        refused = gateway.problem(404, "NO_CHECKPOINT")
        gateway.on("GET", CHECKPOINT, newest, gateway.json(log.checkpoint(signed)) if signed else refused)
        gateway.on("GET", LOG, *(stream(gateway, log, *each) for each in ranges))

    return told


def stream(gateway: Any, log: Log, first: int, end: int, *, cut: bool = False, body: bytes | None = None) -> Any:
    frontier = ",".join(base64.b64encode(each).decode() for each in log.frontier(first))
    lines = log.lines(first, end) if body is None else body
    return gateway.raw(lines, headers={"Log-Frontier": frontier, "Content-Type": "application/jsonl"}, cut=cut)


def verified(run: Run, log: Log, file: Path) -> int:
    return int(run("audit", "verify", "--file", str(file), "--key", log.key)[0])


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def asked(gateway: Any) -> list[str]:
    return [each.path for each in gateway.requests("GET", LOG)]


def test_the_whole_log_is_saved_and_holds(gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path):
    serve((0, 300))
    file = tmp_path / "log.jsonl"

    code, out, _ = run("audit", "export", "-o", str(file), "--url", gateway.url)

    assert (0, f"Saved 300 entries in {file}.") == (code, out.splitlines()[0])
    assert log.lines(0, 300) == file.read_bytes()
    assert ["log.checkpoint", "log.jsonl", "log.proof.json"] == names(tmp_path)
    assert 0 == verified(run, log, file)


def test_a_part_is_saved_packed_with_the_tree_before_it(gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path):
    serve((77, 78), (77, 123), signed=123)
    file = tmp_path / "log.jsonl.gz"

    code, out, _ = run(
        "audit", "export", "-o", str(file), "--first", "77", "--end", "123", "--url", gateway.url, "--json"
    )

    assert 0 == code
    assert {
        "file": str(file),
        "first": 77,
        "end": 123,
        "root_hash": log.root(123).hex(),
        "checkpoint_size": 123,
    } == json.loads(out)
    assert log.lines(77, 123) == gzip.decompress(file.read_bytes())
    assert [f"{LOG}?first=77&end=78", f"{LOG}?first=77&end=123"] == asked(gateway)
    assert 0 == verified(run, log, file)


def test_a_part_that_ends_where_nothing_was_signed_is_held_against_a_larger_tree(
    gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path
):
    serve((0, 99))
    gateway.on("GET", CONSISTENCY, gateway.json(log.consistency(99, 300)))
    file = tmp_path / "log.jsonl"

    assert 0 == run("audit", "export", "-o", str(file), "--end", "99", "--url", gateway.url)[0]
    assert 0 == verified(run, log, file)


def test_the_same_entries_make_the_same_packed_file(gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path):
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        serve((0, 300))
        run("audit", "export", "-o", str(tmp_path / name), "--url", gateway.url)

    assert (tmp_path / "a.jsonl.gz").read_bytes() == (tmp_path / "b.jsonl.gz").read_bytes()


async def export(gateway: Any, file: Path) -> list[float]:
    pauses: list[float] = []

    async def pause(seconds: float) -> None:
        pauses.append(seconds)

    await audit_export.export(gateway.url, file, first=0, end=None, as_json=False, pause=pause)
    return pauses


async def test_it_goes_on_where_a_connection_broke(gateway: Any, log: Log, serve: Any, tmp_path: Path):
    serve()
    half = log.lines(0, 200)[:-5]
    gateway.on("GET", LOG, stream(gateway, log, 0, 200, body=half, cut=True), stream(gateway, log, 199, 300))

    await export(gateway, tmp_path / "log.jsonl")

    assert log.lines(0, 300) == (tmp_path / "log.jsonl").read_bytes()
    assert [f"{LOG}?first=0&end=300", f"{LOG}?first=199&end=300"] == asked(gateway)


async def test_it_gives_up_on_a_server_that_stays_away(gateway: Any, log: Log, serve: Any, tmp_path: Path):
    serve()
    gateway.on("GET", LOG, stream(gateway, log, 0, 50, cut=True), gateway.problem(503, "UNAVAILABLE"))

    with pytest.raises(Unreachable):
        await export(gateway, tmp_path / "log.jsonl")

    assert [] == names(tmp_path)


async def test_it_gives_up_on_a_server_that_ends_too_early(gateway: Any, log: Log, serve: Any, tmp_path: Path):
    serve((0, 50), (50, 50))

    with pytest.raises(Refused, match="ends the log before its last entry"):
        await export(gateway, tmp_path / "log.jsonl")

    assert [] == names(tmp_path)


@pytest.mark.parametrize(
    ("old", "new"), [(b"created", b"deleted"), (b"\n", b""), (b"}\n", b"}\n\n"), (b"gr\xc3\xb6\xc3\x9fe", b"\xff")]
)
def test_entries_that_do_not_lead_to_what_is_signed_are_not_saved(
    gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path, old: bytes, new: bytes
):
    serve()
    changed = log.lines(0, 150) + log.lines(150, 300).replace(old, new, 1)
    gateway.on("GET", LOG, stream(gateway, log, 0, 300, body=changed), stream(gateway, log, 299, 300))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "log.jsonl"), "--url", gateway.url)

    assert 1 == code
    assert "do not lead to the root that the log signed; nothing was saved." in err
    assert [] == names(tmp_path)


@pytest.mark.parametrize("frontier", ["", "AAAA", "!", ",".join(["AAAA"] * 4)])
def test_a_server_that_does_not_say_what_was_before_is_refused(
    gateway: Any, run: Run, serve: Any, tmp_path: Path, frontier: str
):
    serve()
    gateway.on("GET", LOG, gateway.raw(b"{}\n", headers={"Log-Frontier": frontier}))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "log.jsonl"), "--first", "77", "--url", gateway.url)

    assert 1 == code
    assert "did not say what the tree was before the first entry" in err


@pytest.mark.parametrize("hashes", [["x"], [7], "abc", ["AB" * 32]])
def test_a_proof_that_is_none_is_refused(gateway: Any, run: Run, log: Log, serve: Any, tmp_path: Path, hashes: Any):
    serve()
    gateway.on("GET", CONSISTENCY, gateway.json({**log.consistency(99, 300), "hashes": hashes}))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "log.jsonl"), "--end", "99", "--url", gateway.url)

    assert 1 == code
    assert "The server's answer cannot be used" in err


@pytest.mark.parametrize("range_", [("--first", "300"), ("--first", "10", "--end", "10"), ("--end", "301")])
def test_a_range_that_is_not_there_is_wrong_usage(
    gateway: Any, run: Run, serve: Any, tmp_path: Path, range_: tuple[str, ...]
):
    serve((0, 300))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "log.jsonl"), *range_, "--url", gateway.url)

    assert 2 == code
    assert "There are no such entries: the log has those from 0 to 299." in err


def test_retired_entries_are_refused_with_the_servers_words(gateway: Any, run: Run, serve: Any, tmp_path: Path):
    serve()
    gateway.on("GET", LOG, gateway.problem(410, "EVENT_RETIRED", detail="The log begins at 1048576."))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "log.jsonl"), "--url", gateway.url)

    assert 1 == code
    assert "The log begins at 1048576." in err


def test_a_file_that_cannot_be_written_is_told(gateway: Any, run: Run, serve: Any, tmp_path: Path):
    serve((0, 300))

    code, _, err = run("audit", "export", "-o", str(tmp_path / "none" / "log.jsonl"), "--url", gateway.url)

    assert 1 == code
    assert "log.jsonl cannot be written: No such file or directory." in err
