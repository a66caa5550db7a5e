"""The file of regions is read, or the message says what is wrong with it."""

from pathlib import Path

import pytest
import yaml
from pcf_ops.configuration import UnusableConfigurationError, read

WELL = {
    "home": "one",
    "replication": "synchronous",
    "record": {"file": {"path": "/var/record"}},
    "regions": {
        name: {
            "url": f"https://{name}.example.com",
            "target": f"{name}.example.com",
            "database": f"/run/secrets/{name}",
        }
        for name in ("one", "two")
    },
}


def test_it_is_read(tmp_path: Path):
    told = read(_file(tmp_path, WELL))

    assert ("one", "two", "one") == (told.home, told.other("one"), told.other("two"))
    assert Path("/run/secrets/two") == told.regions["two"].database


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"home": "three"}, "home is three, which is none of the regions"),
        ({"regions": {"one": WELL["regions"]["one"]}}, "there must be two regions"),
        ({"replication": "sometimes"}, "replication: "),
        ({"record": {}}, "say one of route53 and file"),
        ({"record": {"file": {"path": "x"}, "route53": {"zone": "Z", "name": "n"}}}, "say one of route53 and file"),
        ({"regoins": {}}, "regoins: Extra inputs"),
        (
            {"regions": {**WELL["regions"], "two": {"url": "two.example.com", "target": "t", "database": "d"}}},
            "regions.two.url",
        ),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, change: dict[str, object], said: str):
    with pytest.raises(UnusableConfigurationError, match=said):
        read(_file(tmp_path, {**WELL, **change}))


def test_a_file_that_is_none_is_told(tmp_path: Path):
    with pytest.raises(UnusableConfigurationError, match="No such file"):
        read(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("a: [")
    with pytest.raises(UnusableConfigurationError, match="is not YAML"):
        read(tmp_path / "bad.yaml")


def _file(folder: Path, told: dict[str, object]) -> Path:
    file = folder / "regions.yaml"
    file.write_text(yaml.safe_dump(told))
    return file
