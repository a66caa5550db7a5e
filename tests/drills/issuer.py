"""An identity provider: its keys come over HTTP and are rotated."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm

__all__ = ["AUDIENCE", "Issuer", "issuer"]

AUDIENCE = "pcf-builder"
_SCOPES = "builds:read builds:write audit:read"


class Issuer:
    """Signs with its newest key; publishes all that it has not forgotten."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._keys: dict[str, EllipticCurvePrivateKey] = {}
        self._made = 0
        self.rotate()

    def rotate(self) -> None:
        """Publish a new key, and sign with it from now on."""
        self._made += 1
        # Another mapping each time: it is read by the thread that serves.
        self._keys = {**self._keys, f"key-{self._made}": generate_private_key(SECP256R1())}

    def forget(self) -> None:
        """Publish the newest key alone."""
        self._keys = dict(list(self._keys.items())[-1:])

    def token(self, *, tenant: str = "default") -> str:
        """Good for five minutes."""
        key_id, key = list(self._keys.items())[-1]
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "ann", "exp": int(time.time()) + 300}
        return jwt.encode({**said, "tenant": tenant, "scope": _SCOPES}, key, algorithm="ES256", headers={"kid": key_id})

    def settings(self) -> Mapping[str, str]:
        """Of a gateway that believes it, and looks often for new keys."""
        return {
            "oidc_issuer": self.url,
            "oidc_audience": AUDIENCE,
            "oidc_jwks_url": f"{self.url}/keys",
            "oidc_jwks_kept_s": "2",
            "oidc_jwks_wait_s": "0",
        }

    def document(self) -> bytes:
        """The JWKS."""
        public = {key_id: json.loads(ECAlgorithm.to_jwk(key.public_key())) for key_id, key in self._keys.items()}
        return json.dumps({"keys": [{**jwk, "kid": key_id} for key_id, jwk in public.items()]}).encode()


@contextmanager
def issuer() -> Iterator[Issuer]:
    """Serves until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(made.document())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()
