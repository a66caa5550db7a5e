"""`make test-api`: schemathesis, with every check it has and a key, against the whole product behind its edge."""

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.edge.proxies import edge
from tests.servers.api_keys import PEPPER, add_key

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / ".venv-suites" / "bin" / "schemathesis"
SEED = os.environ.get("SEED", "20261123")
EXAMPLES = os.environ.get("EXAMPLES", "40")
LIMITS = ("KEY_PER_SECOND", "KEY_PER_MINUTE", "TENANT_PER_SECOND", "TENANT_PER_MINUTE", "FAILED_CREDENTIALS_PER_MINUTE")
"""Taken away: all examples come from one address, and what is refused for their number is tested elsewhere."""


def main() -> None:
    """Serve, test, stop; exit as schemathesis does, or with what else went wrong."""
    with tempfile.TemporaryDirectory(prefix="pcf-api-") as temporary:
        folder = Path(temporary)
        with _serving(folder) as port:
            key = _lasting_key(folder / "data" / "gateway.db")
            with edge(folder, [port]) as front:
                code = _schemathesis(front.url, key, folder / "tls" / "tls.crt")
            if not _lets_in(port, key):
                raise SystemExit("the key does not work any more: what came after its end tested nothing")
    sys.exit(code)


def _schemathesis(url: str, key: str, authority: Path) -> int:
    print(f"seed {SEED}, {EXAMPLES} examples for each operation", flush=True)
    configuration = str(Path(__file__).with_name("schemathesis.toml"))
    command = [str(SCHEMATHESIS), "--config-file", configuration, "run", f"{url}/openapi.json", "--checks", "all"]
    command += ["--tls-verify", str(authority)]
    options = ["--seed", SEED, "--max-examples", EXAMPLES, "--request-timeout", "30", "--no-color"]
    return subprocess.run([*command, *options], check=False, env={**os.environ, "PCF_TEST_KEY": key}).returncode


def _lasting_key(database: Path) -> str:
    """An operator's, who may do everything. It stays as it is: examples find it in the list of keys and revoke it."""
    key = add_key(database, tenant="default")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "CREATE TRIGGER lasting BEFORE UPDATE OF revoke_time, expire_time ON keys"
            f" WHEN old.key_id = '{key.split('_')[1]}' BEGIN SELECT RAISE(IGNORE); END"
        )
    return key


@contextmanager
def _serving(folder: Path) -> Iterator[int]:
    """The port of the product, once it is ready; it must end well too."""
    port = _free_port()
    command = [sys.executable, "-m", "pcf_cli", "serve", "--port", str(port), "--data", str(folder / "data")]
    on = {"PCF_GATEWAY_AUTH": "on", "PCF_GATEWAY_KEY_PEPPER": PEPPER}
    none = {f"PCF_GATEWAY_{name}": "0" for name in LIMITS}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, **on, **none}) as server:
        try:
            _until_ready(port, server)
            yield port
        finally:
            server.terminate()
    if server.returncode:
        raise SystemExit(server.returncode)


def _until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit("the server did not become ready")


def _lets_in(port: int, key: str) -> bool:
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/keys", headers={"X-API-Key": key})
    try:
        with urllib.request.urlopen(request, timeout=10):
            return True
    except urllib.error.HTTPError:
        return False


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    main()
