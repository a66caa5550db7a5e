"""What `make compilers` runs: a whole folder or none, made once, and anew when the lock says something else."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LISTED = Path(__file__).parents[4] / "requirements" / "compilers"
NPM = """\
#!/bin/sh
echo "$@" >>"{log}"
while [ "$1" != --prefix ]; do shift; done
mkdir "$2/node_modules"
{then}
"""


class Installation:
    """A copy of the script and its lists, with an npm that is a double, in a place of its own."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "work" / ".compilers"
        self.lists = place / "lists"
        self.log = place / "npm.log"
        self._programs = place / "bin"
        self._programs.mkdir()
        self.folder.parent.mkdir()
        shutil.copytree(LISTED, self.lists)
        self.write_program("node", "#!/bin/sh\necho v20.1.0\n")
        self.npm_then("true")

    def npm_then(self, then):
        self.write_program("npm", NPM.format(log=self.log, then=then))

    def write_program(self, name, text):
        program = self._programs / name
        program.write_text(text)
        program.chmod(0o700)

    def run(self):
        command = [sys.executable, "-ISE", str(self.lists / "install.py"), str(self.folder)]
        environment = {**os.environ, "PATH": f"{self._programs}:/usr/bin:/bin", "PIP_NO_INDEX": "1"}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    @property
    def calls(self):
        return self.log.read_text().splitlines() if self.log.exists() else []

    @property
    def beside(self):
        return sorted(path.name for path in self.folder.parent.iterdir())


@pytest.fixture
def installation(tmp_path):
    return Installation(tmp_path)


def test_installs_what_is_locked_and_runs_none_of_it(installation):
    assert 0 == installation.run().returncode
    assert [".compilers"] == installation.beside
    assert (installation.folder / "node_modules").is_dir()
    (call,) = installation.calls
    assert call.startswith("ci --ignore-scripts ")


def test_what_is_there_is_not_made_again(installation):
    installation.run()
    again = installation.run()
    assert (0, "") == (again.returncode, again.stdout)
    assert 1 == len(installation.calls)


def test_another_lock_makes_it_anew(installation):
    installation.run()
    (installation.folder / "old").touch()
    with (installation.lists / "package-lock.json").open("a") as lock:
        lock.write("\n")
    assert 0 == installation.run().returncode
    assert 2 == len(installation.calls)
    assert not (installation.folder / "old").exists()
    assert [".compilers"] == installation.beside


def test_a_failure_is_one_sentence_and_leaves_what_there_was(installation):
    installation.npm_then("echo 'npm error network is away' >&2; exit 1")
    failed = installation.run()
    assert 1 == failed.returncode
    assert failed.stderr == (
        "No compilers: npm failed: npm error network is away. Controls are delivered as source, without a solution.\n"
    )
    assert [] == installation.beside


def test_another_that_was_quicker_is_as_good(installation):
    mark = installation.folder / "made-from"
    wanted = f'cp -r "$2" "{installation.folder}"; mkdir -p "{installation.folder}/node_modules"'
    installation.run()
    made_from = mark.read_text()
    shutil.rmtree(installation.folder)
    installation.npm_then(f"{wanted}; printf %s '{made_from}' >'{mark}'")
    assert 0 == installation.run().returncode
    assert made_from == mark.read_text()


@pytest.mark.slow
@pytest.mark.parametrize("node", ["#!/bin/sh\necho v18.20.0\n", "#!/bin/sh\nexit 1\n"])
def test_an_old_node_is_not_used(installation, node):
    installation.write_program("node", node)
    failed = installation.run()
    assert "There is no npm with Node 20 or newer; fetching both from the Python index" in failed.stdout
    assert failed.stderr.startswith("No compilers: pip failed: ")
    assert 1 == failed.stderr.count("\n")
    assert ([], []) == (installation.calls, installation.beside)
