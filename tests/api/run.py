"""`make test-api`: schemathesis, with every check it has, against the whole product served on loopback."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
SCHEMATHESIS = ROOT / ".venv-suites" / "bin" / "schemathesis"
SEED = os.environ.get("SEED", "20261123")
EXAMPLES = os.environ.get("EXAMPLES", "40")


def main() -> None:
    """Serve, test, stop; exit as schemathesis does."""
    port = _free_port()
    with tempfile.TemporaryDirectory() as data:
        command = [sys.executable, "-m", "pcf_cli", "serve", "--port", str(port), "--data", data]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
            try:
                _until_ready(port, server)
                code = _schemathesis(port)
            finally:
                server.terminate()
    sys.exit(code or server.returncode)


def _schemathesis(port: int) -> int:
    print(f"seed {SEED}, {EXAMPLES} examples for each operation", flush=True)
    configuration = str(Path(__file__).with_name("schemathesis.toml"))
    command = [str(SCHEMATHESIS), "--config-file", configuration, "run"]
    command += [f"http://127.0.0.1:{port}/openapi.json", "--checks", "all"]
    options = ["--seed", SEED, "--max-examples", EXAMPLES, "--request-timeout", "30", "--no-color"]
    return subprocess.run([*command, *options], check=False).returncode


def _until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise SystemExit("the server did not become ready")


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


if __name__ == "__main__":
    main()
