"""What gRPC takes: a server's credentials, which follow the files, and a client's, which hold for one reading."""

from collections.abc import Callable
from typing import cast

import grpc

from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.material import Material

__all__ = ["client_credentials", "server_credentials"]


def server_credentials(files: TlsFiles) -> grpc.ServerCredentials:
    """Callers must present a certificate of an authority that is believed when they connect."""
    used = files.current()

    def changed() -> grpc.ServerCertificateConfiguration | None:
        # Called by gRPC before each handshake; None: go on with what there is.
        nonlocal used
        now = files.current()
        if now is used:
            return None
        used = now
        return _configuration(now)

    # The type stubs do not know the None that the documentation tells of.
    follow = cast("Callable[[], grpc.ServerCertificateConfiguration]", changed)
    return grpc.dynamic_ssl_server_credentials(_configuration(used), follow, require_client_authentication=True)


def client_credentials(material: Material) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(material.authority, material.key, material.chain)


def _configuration(material: Material) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration([(material.key, material.chain)], material.authority)
