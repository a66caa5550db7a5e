"""What code takes from the context, however it is written."""

import pytest
from pcf_generator.manifest.usage import context_members

CASES = [
    ("context.webAPI.createRecord('a', {})", {"webAPI"}),
    ("this.context.webAPI", {"webAPI"}),
    ("this._context!.utils?.getEntityMetadata('a')", {"utils"}),
    ("(this.props.pcfContext).navigation.openUrl('a')", set()),
    ("this.props.pcfContext.navigation.openUrl('a')", {"navigation"}),
    ("context.device.pickFile()", {"device", "device.pickFile"}),
    ("context.device?.captureImage()", {"device", "device.captureImage"}),
    ("const { device } = context; device.getBarcodeValue()", {"device", "device.getBarcodeValue"}),
    ("const { webAPI, utils: tools } = this.context", {"webAPI", "utils"}),
    ("const { webAPI } = library", set()),
    ("this.utils.sum(1)", set()),
    ("other.device.pickFile()", set()),
    ("// context.webAPI", set()),
    ("const text = `context.webAPI`", set()),
    ("this is (no code", set()),
]


@pytest.mark.parametrize(("code", "members"), CASES)
def test_reads(code, members):
    assert context_members("index.ts", code) == members


def test_reads_tsx():
    assert context_members("View.tsx", "const view = <b>{context.webAPI.x}</b>") == {"webAPI"}
