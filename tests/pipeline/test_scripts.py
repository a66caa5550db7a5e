"""The steps of a release, each with programs that only note what they are asked."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pipeline.programs import Programs

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "generator", "brain", "audit")
IMAGES = "".join(
    f"{service} registry.example/pcf-{service}@sha256:{number}{'0' * 63}\n" for number, service in enumerate(SERVICES)
)
HISTORY = json.dumps(
    [
        {"revision": 3, "status": "superseded"},
        {"revision": 4, "status": "deployed"},
        {"revision": 5, "status": "failed"},
    ]
)

Ran = subprocess.CompletedProcess[str]
Run = Callable[..., Ran]


@pytest.fixture
def run(programs: Programs, tmp_path: Path) -> Run:
    """Run a script in a folder that holds a list of images and a chart."""
    (tmp_path / "out/sbom").mkdir(parents=True)
    (tmp_path / "out/images.txt").write_text(IMAGES)
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/values-staging.yaml").touch()

    def ran(script: str, **environment: str) -> Ran:
        return subprocess.run(
            [ROOT / "deploy/pipeline" / script],
            cwd=tmp_path,
            env=programs.environment(CHART="chart", **environment),
            text=True,
            capture_output=True,
            check=False,
            timeout=30,
        )

    return ran


def test_push_notes_the_digests_that_the_registry_has(run: Run, programs: Programs, tmp_path: Path):
    programs.add("docker", f'[ "$1 $2" != "image inspect" ] || echo "${{5%:*}}@sha256:{"a" * 64}"')

    assert 0 == run("push.sh", REGISTRY="registry.example", VERSION="1.2.3").returncode
    assert "docker push registry.example/pcf-audit:1.2.3" in programs.calls
    noted = (tmp_path / "out/images.txt").read_text().splitlines()
    assert [f"{each} registry.example/pcf-{each}@sha256:{'a' * 64}" for each in SERVICES] == noted


def test_a_push_that_fails_half_way_leaves_the_old_list(run: Run, programs: Programs, tmp_path: Path):
    programs.add("docker", '[ "$*" != "push registry.example/pcf-brain:1.2.3" ] && echo x@sha256:1')

    assert 0 != run("push.sh", REGISTRY="registry.example", VERSION="1.2.3").returncode
    assert IMAGES == (tmp_path / "out/images.txt").read_text()


def test_an_image_without_a_digest_is_not_pushed(run: Run, programs: Programs):
    programs.add("docker", 'echo "pcf-gateway:1.2.3"')

    ran = run("push.sh", REGISTRY="registry.example", VERSION="1.2.3")

    assert (1, True) == (ran.returncode, "has no digest after the push" in ran.stderr)


def test_every_image_is_signed_by_digest_and_has_its_sbom_attached(run: Run, programs: Programs):
    programs.add("cosign")

    assert 0 == run("sign.sh").returncode
    assert f"cosign sign --yes registry.example/pcf-brain@sha256:2{'0' * 63}" in programs.calls
    attached = [call for call in programs.calls if call.startswith("cosign attest")]
    assert ["out/sbom/gateway.spdx.json", "out/sbom/audit.spdx.json"] == [attached[at].split()[6] for at in (0, 3)]


def test_an_image_that_somebody_else_signed_is_refused(run: Run, programs: Programs):
    programs.add("cosign", '[[ "$*" != *pcf-brain* ]]')

    assert 0 != run("verify.sh", IDENTITY="https://example/release.yml@refs/tags/v1.2.3").returncode


def test_all_four_must_be_there_and_signed_by_us(run: Run, programs: Programs, tmp_path: Path):
    programs.add("cosign")
    identity = "https://example/release.yml@refs/tags/v1.2.3"

    assert 0 == run("verify.sh", IDENTITY=identity).returncode
    assert all(f"--certificate-identity {identity} " in call for call in programs.calls)
    (tmp_path / "out/images.txt").write_text(IMAGES.partition("\n")[0] + "\n")
    assert "names 1 images, not four" in run("verify.sh", IDENTITY=identity).stderr


def test_any_image_with_a_vulnerability_fails_the_scan_of_all(run: Run, programs: Programs, tmp_path: Path):
    for service in SERVICES:
        (tmp_path / f"out/sbom/{service}.spdx.json").touch()
    programs.add("grype", '[[ "$1" != *brain* ]]')

    assert 1 == run("scan.sh").returncode
    assert 4 == len(programs.calls)


def test_a_scan_of_nothing_fails(run: Run, programs: Programs):
    programs.add("grype")

    ran = run("scan.sh")

    assert (1, "no SBOM in out/sbom: make sbom\n") == (ran.returncode, ran.stderr)


def test_a_deployment_is_by_digest_and_remembers_the_last_good_revision(run: Run, programs: Programs, tmp_path: Path):
    programs.add("helm", f"[ \"$1\" != history ] || echo '{HISTORY}'")

    assert 0 == run("deploy.sh", ENVIRONMENT="staging").returncode
    (upgrade,) = (call for call in programs.calls if call.startswith("helm upgrade"))
    assert "--install --atomic --wait" in upgrade
    assert "--values chart/values-staging.yaml" in upgrade
    for number, service in enumerate(SERVICES):
        assert f"--set-string {service}.image.repository=registry.example/pcf-{service} " in upgrade
        assert f"--set-string {service}.image.digest=sha256:{number}{'0' * 63}" in upgrade
    assert "4\n" == (tmp_path / "out/before-staging.txt").read_text()


def test_rollback_goes_to_the_revision_that_the_deployment_found(run: Run, programs: Programs):
    programs.add("helm", f"[ \"$1\" != history ] || echo '{HISTORY}'")
    run("deploy.sh", ENVIRONMENT="staging")

    assert 0 == run("rollback.sh", ENVIRONMENT="staging").returncode
    assert programs.calls[-1].startswith("helm rollback pcf-builder 4 --namespace pcf-builder --wait")


def test_the_first_deployment_has_nothing_to_go_back_to(run: Run, programs: Programs):
    programs.add("helm", '[ "$1" != history ] || { echo "Error: release: not found" >&2; exit 1; }')

    assert 0 == run("deploy.sh", ENVIRONMENT="staging").returncode
    ran = run("rollback.sh", ENVIRONMENT="staging")
    assert (1, True) == (ran.returncode, "nothing to go back to" in ran.stderr)


def test_a_rollback_that_knows_no_revision_says_how_to_name_one(run: Run, programs: Programs):
    programs.add("helm")

    ran = run("rollback.sh", ENVIRONMENT="staging")

    assert (1, True) == (ran.returncode, "make rollback ENVIRONMENT=staging REVISION=" in ran.stderr)
    assert 0 == run("rollback.sh", ENVIRONMENT="staging", REVISION="7").returncode
    assert programs.calls[-1].startswith("helm rollback pcf-builder 7 ")


def test_an_upgrade_that_fails_fails_the_step(run: Run, programs: Programs):
    programs.add("helm", '[ "$1" != upgrade ]')

    assert 0 != run("deploy.sh", ENVIRONMENT="staging").returncode


@pytest.mark.parametrize("script", ["push.sh", "verify.sh", "deploy.sh", "rollback.sh", "publish.sh"])
def test_what_is_not_said_is_asked_for(run: Run, script: str):
    ran = run(script)

    assert (1, True) == (ran.returncode, ": say " in ran.stderr)


def test_an_environment_without_values_is_refused(run: Run, programs: Programs):
    programs.add("helm")

    ran = run("deploy.sh", ENVIRONMENT="nowhere")

    assert (1, []) == (ran.returncode, programs.calls)
    assert "chart/values-nowhere.yaml is missing" in ran.stderr
