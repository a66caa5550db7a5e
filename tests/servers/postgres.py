"""A PostgreSQL of its own, with standbys, TLS and crashes."""

import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.servers.certificates import write_certificate
from tests.servers.ports import free_port
from tests.servers.postgres_installation import Installation, installation
from tests.servers.processes import Process, ServerFailedError, until

__all__ = ["Postgres", "postgres"]

_OWNER, _PASSWORD = "owner", "let-me-in"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "jit": "off",
    "wal_keep_size": "256MB",
    "wal_retrieve_retry_interval": "200ms",
}
_FORGETFUL = {"fsync": "off", "full_page_writes": "off"}
_STILL_ENDING = "pre-existing shared memory block"


class Postgres:
    """A server on its data folder; it may be stopped, killed and started again."""

    def __init__(self, programs: Installation, folder: Path, *, port: int, certificate: Path | None) -> None:
        self._programs = programs
        self._folder = folder
        self._certificate = certificate
        self._process: Process | None = None
        self.port = port

    @property
    def pid(self) -> int:
        return self._running.pid

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise ServerFailedError("the server was not started")
        return self._process

    def url(self, database: str = "postgres", *, user: str = _OWNER, password: str = _PASSWORD) -> str:
        """As asyncpg takes it; the user is a superuser unless another is named."""
        tls = f"?sslmode=verify-full&sslrootcert={self._certificate}" if self._certificate else ""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}{tls}"

    def execute(self, sql: str, *, database: str = "postgres") -> str:
        """Runs SQL as the superuser, past passwords and pools; several statements are one transaction. Rows as text."""
        to = ("-h", self._folder.parent, "-p", str(self.port), "-U", _OWNER, "-d", database)
        return self._programs.run("psql", *to, "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, as_server=False)

    def create_database(self) -> str:
        """The name of a new, empty database."""
        name = f"test_{secrets.token_hex(8)}"
        self.execute(f"CREATE DATABASE {name}")
        return name

    def drop_database(self, name: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def start(self) -> None:
        """Returns when it takes connections. After a kill it may have to wait for what is left of the last run."""

        def started() -> bool:
            try:
                self._start()
            except ServerFailedError as error:
                if _STILL_ENDING in str(error):
                    return False
                raise
            return True

        until(started, what=f"PostgreSQL starts again on port {self.port}")

    def _start(self) -> None:
        log = self._folder.with_suffix(".log")
        log.unlink(missing_ok=True)
        to = ("-D", self._folder, "-p", str(self.port), "-k", self._folder.parent)
        # SIGQUIT ends it at once and takes its shared memory along.
        ends = signal.SIGQUIT
        process = Process(self._programs.programs / "postgres", *to, log=log, user=self._programs.user, end_signal=ends)
        self._process = process
        process.wait_until(lambda: self._status(process.pid) in ("ready", "standby"))

    def _status(self, pid: int) -> str:
        """What the server says of itself in its lock file: its id comes first, its state last."""
        try:
            lines = (self._folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return ""
        return lines[7].strip() if len(lines) > 7 and lines[0] == str(pid) else ""

    def stop(self) -> None:
        """In order, but without waiting for clients."""
        self._running.stop(signal.SIGINT)

    def kill(self) -> None:
        """As a power cut: the server and each of its processes at once."""
        server = psutil.Process(self.pid)
        server.suspend()
        for child in server.children(recursive=True):
            child.kill()
        self._running.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def pause(self) -> None:
        """Nothing answers any more, yet connections stay."""
        server = psutil.Process(self.pid)
        for process in (server, *server.children(recursive=True)):
            process.suspend()

    def resume(self) -> None:
        server = psutil.Process(self.pid)
        for process in (*server.children(recursive=True), server):
            process.resume()

    @property
    def folder(self) -> Path:
        """Where its data are."""
        return self._folder

    def hand_over(self, path: Path) -> None:
        """Makes the file or folder the server's own."""
        self._programs.hand_over(path)

    def destroy(self) -> None:
        """Killed, and nothing of its data left."""
        self.kill()
        shutil.rmtree(self._folder)

    def run(self, program: Path, *arguments: str | Path) -> str:
        """A program as the server's user, with its own on the path and its URL in PGURL; what it prints."""
        return self._programs.command(program, *arguments, PGURL=self.url())

    @contextmanager
    def standby(self, *, synchronous: bool = True) -> Iterator["Postgres"]:
        """A copy that follows; where it is synchronous, a commit waits until the copy has it on disk."""
        name = f"standby_{secrets.token_hex(4)}"
        folder = self._folder.with_name(name)
        copy = ("-D", folder, "-R", "-X", "stream", "-c", "fast", "-C", "-S", name, "-d", self._replication_url(name))
        self._programs.run("pg_basebackup", *copy)
        standby = Postgres(self._programs, folder, port=free_port(), certificate=self._certificate)
        with standby.running():
            self._wait_for(name if synchronous else "")
            state = f"SELECT sync_state FROM pg_stat_replication WHERE application_name = '{name}'"
            wanted = "sync" if synchronous else "async"
            until(lambda: self.execute(state) == wanted, what="the standby follows")
            yield standby
        if self._running.running:
            self._wait_for("")

    def _wait_for(self, standby: str) -> None:
        """Each commit waits for this standby from now on; an empty name: for none."""
        self.execute(f"ALTER SYSTEM SET synchronous_standby_names = '{standby}'")
        self.execute("SELECT pg_reload_conf()")

    def _replication_url(self, name: str) -> str:
        url = self.url()
        return f"{url}{'&' if '?' in url else '?'}application_name={name}"

    def promote(self) -> None:
        """Makes the standby a primary; returns when it takes writes."""
        self.execute("SELECT pg_promote(true, 60)")

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.start()
            yield
        finally:
            if self._process:
                self._process.stop(signal.SIGQUIT)


@contextmanager
def postgres(
    *, tls: bool = False, durable: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Postgres]:
    """A server in a folder of its own. Unless it must be durable it does without fsync, which no kill shows."""
    with tempfile.TemporaryDirectory(prefix="pcf-postgres-") as temporary:
        home = Path(temporary)
        programs = installation(home, tls=tls)
        programs.hand_over(home)
        folder = home / "primary"
        _initialise(programs, folder)
        certificate = _with_tls(programs, folder) if tls else None
        wanted = {**_SETTINGS, **({} if durable else _FORGETFUL), **(settings or {}), "ssl": "on" if tls else "off"}
        with (folder / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in wanted.items())
        connections = "hostssl" if tls else "host"
        (folder / "pg_hba.conf").write_text(
            "local all all trust\n"
            f"{connections} all all 127.0.0.1/32 scram-sha-256\n"
            f"{connections} replication all 127.0.0.1/32 scram-sha-256\n"
        )
        server = Postgres(programs, folder, port=free_port(), certificate=certificate)
        with server.running():
            yield server


def _initialise(programs: Installation, folder: Path) -> None:
    secret = folder.with_name("password")
    secret.write_text(_PASSWORD)
    programs.hand_over(secret)
    how = ("-U", _OWNER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--no-locale", "--no-sync")
    programs.run("initdb", "-D", folder, *how)


def _with_tls(programs: Installation, folder: Path) -> Path:
    """The server's key and certificate into its folder; clients get a copy that they may read."""
    files = write_certificate(folder)
    for path in (files.certificate, files.key):
        programs.hand_over(path)
    return Path(shutil.copy(files.certificate, folder.with_name("trusted.crt")))
