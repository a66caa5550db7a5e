"""Files of a certificate that change: what is whole is taken, what is broken is refused and the old stays."""

from collections.abc import Callable
from pathlib import Path

import pytest
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.identity import Identity
from pcf_runtime.tls.material import BadTlsFilesError
from prometheus_client import CollectorRegistry

from tests.servers.service_certificates import Authority, ServiceFiles

FAILURES = "pcf_tls_reload_failures_total"
ENDS = "pcf_tls_certificate_expiry_timestamp_seconds"


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def authority() -> Authority:
    return Authority()


@pytest.fixture
def written(authority: Authority, tmp_path: Path) -> ServiceFiles:
    return authority.write(tmp_path / "audit", "audit")


def opened(written: ServiceFiles, clock: Callable[[], float] | None = None, *, service: str = "audit") -> TlsFiles:
    identity = Identity("pcf-builder", service)
    return TlsFiles(written.certificate, written.key, written.authority, identity=identity, clock=clock or Clock())


def test_a_new_certificate_is_taken_after_a_second(authority: Authority, written: ServiceFiles, tmp_path: Path):
    clock = Clock()
    files = opened(written, clock)
    first = files.current()
    authority.write(tmp_path / "audit", "audit")
    clock.now = 0.5
    assert first is files.current()
    clock.now = 1.0
    assert first.chain != files.current().chain


def test_what_has_not_changed_is_the_same_object(written: ServiceFiles):
    clock = Clock()
    files = opened(written, clock)
    first = files.current()
    clock.now = 5.0
    assert first is files.current()


def test_a_link_that_is_moved_is_a_change(authority: Authority, tmp_path: Path):
    """As Kubernetes does it: the paths stay, and the folder that they lead through is another."""
    authority.write(tmp_path / "one", "audit")
    authority.write(tmp_path / "two", "audit")
    link = tmp_path / "data"
    link.symlink_to("one")
    clock = Clock()
    files = opened(ServiceFiles(link / "tls.crt", link / "tls.key", link / "ca.crt"), clock)
    first = files.current()
    (tmp_path / "next").symlink_to("two")
    (tmp_path / "next").replace(link)
    clock.now = 1.0
    assert first.chain != files.current().chain


@pytest.mark.parametrize("broken", ["tls.crt", "tls.key", "ca.crt"])
@pytest.mark.parametrize("content", [b"", b"no PEM", None])
def test_broken_files_leave_the_old_in_use_and_are_counted(
    authority: Authority, written: ServiceFiles, tmp_path: Path, broken: str, content: bytes | None
):
    clock, registry = Clock(), CollectorRegistry()
    files = opened(written, clock)
    files.tell(registry, service="audit")
    first = files.current()
    assert 0 == registry.get_sample_value(FAILURES, {"service": "audit"})
    path = tmp_path / "audit" / broken
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    for now in (1.0, 2.0, 3.0):
        clock.now = now
        assert first is files.current()
    assert 1 == registry.get_sample_value(FAILURES, {"service": "audit"})
    authority.write(tmp_path / "audit", "audit")
    clock.now = 4.0
    assert first.chain != files.current().chain
    assert files.current().ends_at == registry.get_sample_value(ENDS, {"service": "audit"})


def test_half_of_a_change_is_refused(authority: Authority, written: ServiceFiles, tmp_path: Path):
    clock = Clock()
    files = opened(written, clock)
    first = files.current()
    other = authority.write(tmp_path / "other", "audit")
    written.certificate.write_bytes(other.certificate.read_bytes())
    clock.now = 1.0
    assert first is files.current()
    written.key.write_bytes(other.key.read_bytes())
    clock.now = 2.0
    assert other.certificate.read_bytes() == files.current().chain


@pytest.mark.parametrize(("service", "name"), [("brain", "spiffe://pcf-builder/brain"), ("audi", "audi")])
def test_a_certificate_of_another_service_is_refused(written: ServiceFiles, service: str, name: str):
    with pytest.raises(BadTlsFilesError, match=f"is not for .*{name}"):
        opened(written, service=service)


def test_a_key_is_seen_nowhere(written: ServiceFiles):
    assert "BEGIN" not in repr(opened(written).current())
