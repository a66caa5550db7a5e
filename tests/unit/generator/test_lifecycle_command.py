"""`pcf-generator lifecycle` without a bucket; tests/integration has it with one."""

import pytest
from pcf_generator.__main__ import main


@pytest.fixture
def run(monkeypatch, capsys):
    """Type a command line: the exit code, and what went to stdout and stderr."""

    def typed(*arguments, **environment):
        for name, value in environment.items():
            monkeypatch.setenv(f"PCF_GENERATOR_{name}", value)
        monkeypatch.setattr("sys.argv", ["pcf-generator", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return typed


def test_a_folder_has_no_rule(run):
    told = "PCF_GENERATOR_ARTIFACTS_URL is not set: artifacts are kept in a folder, and for good.\n"
    assert (1, "", told) == run("lifecycle")


def test_a_url_that_is_none_is_a_sentence(run):
    code, _, err = run("lifecycle", ARTIFACTS_URL="bucket")
    assert (1, "PCF_GENERATOR_ARTIFACTS_URL: a bucket is written as s3://bucket/prefix?region=….\n") == (code, err)


@pytest.mark.parametrize("days", ["-1", "36501", "a month"])
def test_days_that_cannot_be_are_wrong_usage(run, days):
    code, out, err = run("lifecycle", f"--days={days}", ARTIFACTS_URL="s3://bucket")
    assert (2, "") == (code, out)
    assert "--days" in err
