"""The files of a certificate while they change: what they hold now, or held when they were last whole.

Nothing watches them in the background: whoever asks has them looked at, once a second at most. Kubernetes moves a link,
others rename, so inode and time tell; what is half written is judged and refused, and the old stays in use.
"""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge

from pcf_runtime.tls.identity import Identity
from pcf_runtime.tls.material import BadTlsFilesError, Material, read_material

__all__ = ["TlsFiles"]

_LOOK_S: Final = 1.0
_logger: Final = logging.getLogger(__name__)
_State = tuple[tuple[int, int, int], ...]


class TlsFiles:
    """May be asked from any thread: gRPC asks from one of its own, before each handshake."""

    def __init__(
        self,
        certificate: Path,
        key: Path,
        authority: Path,
        *,
        identity: Identity,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """BadTlsFilesError if they cannot be used now."""
        self.identity = identity
        self._paths = (certificate, key, authority)
        self._clock = clock
        self._lock = threading.Lock()
        self._count: Callable[[], None] = lambda: None
        self._seen = self._state()
        self._material = read_material(*self._paths, identity=identity)
        self._looked_at = clock()

    def current(self) -> Material:
        """The newest that was whole. Never raises."""
        with self._lock:
            now = self._clock()
            if now - self._looked_at >= _LOOK_S:
                self._looked_at = now
                self._look()
            return self._material

    def tell(self, registry: CollectorRegistry, *, service: str) -> None:
        """Tell monitoring when the certificate ends, and how often new files were refused."""
        labels = ("service",)
        ends = Gauge(
            "pcf_tls_certificate_expiry_timestamp_seconds",
            "When the certificate in use ends.",
            labels,
            registry=registry,
        )
        ends.labels(service).set_function(lambda: self.current().ends_at)
        failures = Counter(
            "pcf_tls_reload_failures_total", "Changes of the files that could not be used.", labels, registry=registry
        )
        self._count = failures.labels(service).inc

    def _look(self) -> None:
        try:
            # Before they are read: what changes meanwhile is seen as a change the next time.
            state = self._state()
            if state == self._seen:
                return
            self._seen = state
            self._material = read_material(*self._paths, identity=self.identity)
        except BadTlsFilesError as error:
            self._count()
            _logger.error("certificate not changed", extra={"pcf.reason": str(error)})  # noqa: TRY400 - says all
            return
        _logger.info("certificate changed", extra={"pcf.ends_at": int(self._material.ends_at)})

    def _state(self) -> _State:
        # A missing file is a state like any other; reading tells what is wrong.
        return tuple(_fingerprint(path) for path in self._paths)


def _fingerprint(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)
