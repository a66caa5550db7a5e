import pytest
from playwright.sync_api import Error

from tests.harness.stage import VALUE, Stage, control, features

FILE = {"fileName": "a.txt", "fileContent": "YQ==", "fileSize": 1, "mimeType": "text/plain"}


@pytest.mark.parametrize(
    ("call", "answers", "given"),
    [
        ("captureAudio()", {"audio": FILE}, FILE),
        ("captureImage({})", {"image": FILE}, FILE),
        ("captureVideo()", {"video": FILE}, FILE),
        ("getBarcodeValue()", {"barcode": "123"}, "123"),
        ("getCurrentPosition()", {"position": {"coords": {"latitude": 1}}}, {"coords": {"latitude": 1}}),
        ("pickFile()", {"files": [FILE]}, [FILE]),
    ],
)
def test_a_declared_device_answers(stage: Stage, call: str, answers: dict[str, object], given: object):
    name = call.partition("(")[0]
    stage.open(control(), VALUE, features(f"Device.{name}"), answers=answers)
    assert stage.read(f"await control.context.device.{call}") == given
    assert stage.calls[-1][0] == f"device.{name}"
    assert stage.misuse == []


def test_a_user_who_cancels_is_a_refusal(stage: Stage):
    stage.open(control(), VALUE, features("Device.pickFile"))
    with pytest.raises(Error, match="cancelled"):
        stage.read("await control.context.device.pickFile()")


def test_what_is_not_declared_is_not_there(stage: Stage):
    stage.open(control())
    context = "control.context"
    assert (
        stage.read(f"[{context}.device.pickFile ?? null, {context}.webAPI ?? null, {context}.utils ?? null]")
        == [None] * 3
    )


def test_what_the_host_does_not_have_is_not_there(stage: Stage):
    stage.open(control(), VALUE, features("WebAPI"), unsupported=["WebAPI"])
    assert stage.read("control.context.webAPI ?? null") is None
    assert stage.misuse == []


def test_what_a_control_cannot_do_without_keeps_it_from_opening(stage: Stage):
    with pytest.raises(Error, match="does not have: webapi"):
        stage.open(control(), VALUE, features("WebAPI", required=True), unsupported=["WebAPI"])


def test_navigation_is_noted(stage: Stage):
    stage.open(control(), answers={"confirm": True})
    navigation = "control.context.navigation"
    stage.read(f"{navigation}.openUrl('https://example.com', {{height: 1, width: 1}})")
    assert stage.read(f"await {navigation}.openConfirmDialog({{text: 'Sure?'}})") == {"confirmed": True}
    assert stage.calls == [
        ["navigation.openUrl", "https://example.com", {"height": 1, "width": 1}],
        ["navigation.openConfirmDialog", {"text": "Sure?"}],
    ]


def test_utilities(stage: Stage):
    tables = {"account": {"rows": [], "metadata": {"DisplayName": "Account"}}}
    chosen = [{"id": "1", "name": "A", "entityType": "account"}, {"id": "2", "name": "B", "entityType": "account"}]
    stage.open(control(), VALUE, features("Utility"), tables=tables, answers={"lookup": chosen, "privilege": False})
    utils = "control.context.utils"
    metadata = stage.read(f"await {utils}.getEntityMetadata('account', [])")
    assert (metadata["DisplayName"], metadata["PrimaryIdAttribute"]) == ("Account", "accountid")
    assert stage.read(f"await {utils}.lookupObjects({{entityTypes: ['account']}})") == chosen[:1]
    assert stage.read(f"await {utils}.lookupObjects({{entityTypes: ['account'], allowMultiSelect: true}})") == chosen
    assert stage.read(f"await {utils}.lookupObjects({{entityTypes: ['contact']}})") == []
    assert stage.read(f"{utils}.hasEntityPrivilege('account', 1, 3)") is False
    with pytest.raises(Error, match="no table contact"):
        stage.read(f"await {utils}.getEntityMetadata('contact')")


def test_events_are_noted(stage: Stage):
    stage.open(control(), VALUE, '<event name="OnRate" display-name-key="e" />')
    stage.read("control.context.events.OnRate({stars: 3})")
    assert stage.calls == [["events.OnRate", {"stars": 3}]]


def test_a_popup_is_the_controls_own_place(stage: Stage):
    stage.open(
        control(
            init="""
            const popups = context.factory.getPopupService();
            const content = document.createElement("div");
            content.textContent = "Choose";
            popups.createPopup({ name: "list", type: 1, content, closeOnOutsideClick: true });
            popups.openPopup("list");
            content.append("!");
            """
        )
    )
    assert stage.page.locator("[data-popup=list]").inner_text() == "Choose!"
    stage.page.click("#beside")
    assert stage.page.locator("[data-popup=list]").count() == 0
    assert stage.misuse == []
    assert stage.destroy()["nodes"] == 0
