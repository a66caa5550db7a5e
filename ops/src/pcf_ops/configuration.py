"""The file that says what the two regions are: `pcf-ops --regions regions.yaml`.

    home: one                          # where the product runs while all is well
    replication: synchronous           # asynchronous: what was acknowledged last may be lost
    record:                            # the name that makers use
      route53: {zone: Z0123456789, name: controls.contoso.com}
    notify: /run/secrets/webhook       # optional: file with the URL that is told
    source_only: false                 # optional: there are no compilers, the main job ends with the source
    regions:
      one: {url: "https://one.controls.contoso.com", target: one.controls.contoso.com, database: /run/secrets/one}
      two: {url: "https://two.controls.contoso.com", target: two.controls.contoso.com, database: /run/secrets/two}

`database` is a file with the URL of the region's PostgreSQL, of a role that may promote and configure it: a superuser.
`target` is what the record points at. `redis` is optional: a file with the URL of one that follows the other region's.
"""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

__all__ = ["Configuration", "FileRecord", "Region", "Route53Record", "UnusableConfigurationError", "read"]


class UnusableConfigurationError(ValueError):
    """The file cannot be used; the message says why."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Region(_Strict):
    """One of the two."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")]
    """Where its edge answers, whatever the record says."""
    target: Annotated[str, Field(min_length=1)]
    """What the record holds while makers are to come here."""
    database: Path
    """File with the URL of its PostgreSQL."""
    redis: Path | None = None
    """File with the URL of its Redis, if that follows the other region's."""


class Route53Record(_Strict):
    """A CNAME in a hosted zone of Route 53."""

    zone: Annotated[str, Field(min_length=1)]
    name: Annotated[str, Field(min_length=1)]
    ttl_s: Annotated[int, Field(ge=1, le=3600)] = 30


class FileRecord(_Strict):
    """A file that holds the target: for drills, and for whatever follows a file."""

    path: Path


class RecordChoice(_Strict):
    """Exactly one of them."""

    route53: Route53Record | None = None
    file: FileRecord | None = None

    @model_validator(mode="after")
    def _one(self) -> "RecordChoice":
        if (self.route53 is None) == (self.file is None):
            raise ValueError("say one of route53 and file")
        return self


class Configuration(_Strict):
    """All of the file."""

    home: str
    replication: Literal["synchronous", "asynchronous"]
    record: RecordChoice
    notify: Path | None = None
    source_only: bool = False
    regions: dict[str, Region]

    @model_validator(mode="after")
    def _two(self) -> "Configuration":
        if len(self.regions) != 2:  # noqa: PLR2004 - it is what this is about
            raise ValueError("there must be two regions")
        if self.home not in self.regions:
            raise ValueError(f"home is {self.home}, which is none of the regions")
        return self

    def other(self, name: str) -> str:
        return next(each for each in self.regions if each != name)


def read(file: Path) -> Configuration:
    """What the file says. UnusableConfigurationError."""
    try:
        return Configuration.model_validate(yaml.safe_load(file.read_text()))
    except OSError as error:
        raise UnusableConfigurationError(f"{file} cannot be read ({error.strerror})") from error
    except yaml.YAMLError as error:
        raise UnusableConfigurationError(f"{file} is not YAML: {error}") from error
    except ValidationError as error:
        told = "; ".join(f"{'.'.join(map(str, each['loc'])) or 'the file'}: {each['msg']}" for each in error.errors())
        raise UnusableConfigurationError(f"{file} cannot be used: {told}") from error
