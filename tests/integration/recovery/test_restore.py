"""What cannot be restored is refused with the reason, and nothing is left behind."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import Postgres, postgres
from tests.servers.processes import ServerFailedError

pytestmark = pytest.mark.slow

_SCRIPTS = Path(__file__).parents[3] / "deploy/recovery"
_Run = Callable[..., str]


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture
def place(server: Postgres) -> Iterator[Path]:
    """Where the server's user may read and write: scripts, backups, an archive."""
    folder = server.folder.with_name("recovery")
    for each in (folder, folder / "backups", folder / "archive"):
        each.mkdir()
        server.hand_over(each)
    for script in _SCRIPTS.glob("*.sh"):
        shutil.copy(script, folder)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def run(server: Postgres, place: Path) -> _Run:
    def script(name: str, *arguments: str | Path) -> str:
        return server.run(place / name, *arguments)

    return script


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2001-01-01 00:00:00+00", "no backup in .* began before 2001-01-01"),
        ("yesterday", "yesterday is no time such as"),
        ("2026-05-01 09:30:00", "is no time such as"),
        ("2026-05-01 09:30:00+00' # ", "is no time such as"),
    ],
)
def test_a_moment_that_cannot_be_is_refused(run: _Run, place: Path, moment: str, said: str):
    run("backup.sh", place / "backups")

    with pytest.raises(ServerFailedError, match=said):
        run("restore.sh", place / "backups", place / "archive", place / "data", moment)

    assert not (place / "data").exists()


def test_a_damaged_backup_is_refused(run: _Run, place: Path):
    backup = Path(run("backup.sh", place / "backups"))
    file = backup / "global/pg_control"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)

    with pytest.raises(ServerFailedError, match="checksum mismatch"):
        run("restore.sh", place / "backups", place / "archive", place / "data")

    assert not (place / "data").exists()


def test_data_that_are_there_stay(run: _Run, place: Path, server: Postgres):
    run("backup.sh", place / "backups")

    with pytest.raises(ServerFailedError, match="move it away first"):
        run("restore.sh", place / "backups", place / "archive", server.folder)

    assert "1" == server.execute("SELECT 1")


def test_a_segment_is_archived_once_and_never_replaced(run: _Run, place: Path, server: Postgres):
    segment = place / "segment"
    segment.write_text("first")
    server.hand_over(segment)

    for _ in range(2):
        run("archive.sh", segment, "000000010000000000000001", place / "archive")
    segment.write_text("second")
    with pytest.raises(ServerFailedError, match="is there already, with other content"):
        run("archive.sh", segment, "000000010000000000000001", place / "archive")

    assert ["first"] == [each.read_text() for each in (place / "archive").iterdir()]
