"""Makes what docker-compose.yml mounts as secrets: certificates, keys, passwords.

`make_secrets.py FOLDER`; a folder that is there stays as it is. In it is one for each container, with only what it
needs. The folder is for its owner alone; the files can be read by all, for containers have users of their own and see
nothing but what is mounted.
"""

import base64
import json
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pcf_runtime.signed_note import Signer

_SERVICES = ("gateway", "generator", "brain", "audit")
_WITH_DATABASE = ("gateway", "generator", "audit")
_LIFE = timedelta(days=365)


class Authority:
    """Signs certificates of one kind."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        own = _begun(self._name, self._name, self._key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        own = own.add_extension(x509.SubjectKeyIdentifier.from_public_key(self._key.public_key()), critical=False)
        self.pem = _pem(own.sign(self._key, hashes.SHA256()))

    def pair(self, name: str, *known_as: x509.GeneralName) -> dict[str, str]:
        """A key and its certificate, with the authority's."""
        key = ec.generate_private_key(ec.SECP256R1())
        begun = _begun(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), self._name, key.public_key())
        told = begun.add_extension(x509.SubjectAlternativeName(known_as), critical=False)
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        signed = told.add_extension(issuer, critical=False).sign(self._key, hashes.SHA256())
        secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        return {"tls.crt": _pem(signed), "tls.key": secret, "ca.crt": self.pem}


def contents() -> dict[str, dict[str, str]]:
    """By container, its files."""
    inside, outside = Authority("PCF Builder services"), Authority("PCF Builder on this machine")
    redis, replication = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    release, audit = Signer.generate("pcf-builder.brain"), Signer.generate("pcf-builder.audit")
    owners = {service: secrets.token_urlsafe(24) for service in _WITH_DATABASE}
    logins = {service: secrets.token_urlsafe(24) for service in _WITH_DATABASE}
    access = {name: (f"PCF{secrets.token_hex(8).upper()}", secrets.token_urlsafe(30)) for name in ("writer", "reader")}
    caches = {
        "redis": f"redis://:{redis}@redis:6379/0",
        "sentinel": f"redis+sentinel://:{redis}@redis-sentinel:26379/primary/0",
    }
    local = (x509.DNSName("localhost"), x509.DNSName("edge"), x509.IPAddress(ip_address("127.0.0.1")))
    made = {
        service: inside.pair(
            service,
            x509.UniformResourceIdentifier(f"spiffe://pcf-builder/{service}"),
            x509.DNSName(f"{service}.pcf-builder"),
        )
        for service in _SERVICES
    }
    for service in _WITH_DATABASE:
        login = f"postgresql://{service}_service:{logins[service]}@"
        made[service] |= {
            f"one/{service}": f"{login}postgres:5432/{service}",
            f"many/{service}": f"{login}postgres,postgres-standby:5432/{service}",
        }
    made["gateway"] |= {**caches, "key_pepper": secrets.token_urlsafe(48)}
    made["generator"] |= {**caches, "data_key": _key(), "cache_key": _key(), "aws": _aws(*access["writer"])}
    made["brain"] |= {"aws": _aws(*access["reader"])}
    made["audit"] |= {"signing_key": audit.text, "master_key": _key(), "aws": _aws(*access["writer"])}
    return made | {
        "edge": outside.pair("localhost", *local),
        "owners": {each: f"postgresql://{each}_owner:{owners[each]}@postgres:5432/{each}" for each in _WITH_DATABASE},
        "postgres": {
            "postgres": secrets.token_urlsafe(24),
            "replication": replication,
            "roles.sql": _roles(owners, logins),
        },
        "redis": {
            "redis.conf": _redis(redis),
            "sentinel.conf": _sentinel(redis),
        },
        "s3": {"s3.json": _buckets(access)},
        "publisher": {"aws": _aws(*access["writer"]), "release_key": release.text, "verifier": release.verifier.text},
        "grafana": {"password": secrets.token_urlsafe(18)},
        # Nobody is told, until they are replaced.
        "alertmanager": {"slack_url": "http://127.0.0.1:9/slack", "pagerduty_key": "none"},
        ".": {"full.env": _full(release.verifier.text)},
    }


def write(folder: Path) -> None:
    """All of it at once, or nothing."""
    unfinished = folder.with_name(f"{folder.name}.new")
    for name, files in contents().items():
        for path, text in files.items():
            file = unfinished / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            file.chmod(0o444)
    unfinished.chmod(0o700)
    unfinished.rename(folder)


def _full(verifier: str) -> str:
    """Variables of docker-compose.yml for all there is."""
    place = "region=us-east-1&endpoint=http://s3:8333"
    told = {
        "COMPOSE_PROFILES": "full",
        "PCF_ENV": "staging",
        "DATABASES": "many",
        "CACHES": "sentinel",
        "BRAIN_FOLDER": "/ai-brain/current",
        "BRAIN_VOLUME": "ai-brain",
        "RELEASE_KEY": verifier,
        "ARTIFACTS_URL": f"s3://artifacts/files?{place}",
        "EXPORT_URL": f"s3://audit/exports?{place}",
    }
    return "".join(f"{name}='{value}'\n" for name, value in told.items())


def _roles(owners: Mapping[str, str], logins: Mapping[str, str]) -> str:
    lines = []
    for service in owners:
        lines += [
            f"CREATE ROLE pcf_{service} NOLOGIN;",
            f"CREATE ROLE {service}_owner LOGIN PASSWORD '{owners[service]}';",
            f"CREATE ROLE {service}_service LOGIN PASSWORD '{logins[service]}' IN ROLE pcf_{service};",
            f"CREATE DATABASE {service} OWNER {service}_owner;",
            f"REVOKE CONNECT ON DATABASE {service} FROM PUBLIC;",
            f"GRANT CONNECT ON DATABASE {service} TO pcf_{service};",
        ]
    return "\n".join([*lines, ""])


def _redis(password: str) -> str:
    lines = (
        "save ''",
        "appendonly no",
        "maxmemory 256mb",
        "maxmemory-policy allkeys-lru",
        "dir /data",
        "protected-mode no",
    )
    return "\n".join([*lines, f"requirepass {password}", f"masterauth {password}", ""])


def _sentinel(password: str) -> str:
    lines = (
        "port 26379",
        "protected-mode no",
        "sentinel resolve-hostnames yes",
        "sentinel announce-hostnames yes",
        "sentinel monitor primary redis 6379 2",
        f"sentinel auth-pass primary {password}",
        "sentinel down-after-milliseconds primary 3000",
        "sentinel failover-timeout primary 10000",
        f"requirepass {password}",
    )
    return "\n".join([*lines, ""])


def _buckets(access: Mapping[str, tuple[str, str]]) -> str:
    rights = {"writer": ["Admin"], "reader": ["Read:brain", "List:brain"]}
    who = [
        {"name": name, "credentials": [{"accessKey": key, "secretKey": secret}], "actions": rights[name]}
        for name, (key, secret) in access.items()
    ]
    return json.dumps({"identities": who}, indent=2)


def _aws(key: str, secret: str) -> str:
    return f"[default]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n"


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(Encoding.PEM).decode()


def _begun(subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    return x509.CertificateBuilder(
        issuer, subject, key, x509.random_serial_number(), now - timedelta(hours=1), now + _LIFE
    )


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if not place.exists():
        write(place)
