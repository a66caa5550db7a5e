"""One misbehaving control for each rule."""

import pytest

from tests.harness.stage import VALUE, Stage, bound, control


def test_a_control_that_behaves_is_not_blamed(stage: Stage):
    stage.open(
        control(
            init="""
            const button = document.createElement("button");
            button.onclick = () => { this.next = "x"; notify(); };
            container.append(button);
            """,
            update="this.container.classList.add('shown'); this.container.title = context.mode.label;",
            outputs="return {value: this.next}",
            destroy="this.container.replaceChildren();",
        )
    )
    stage.page.click("button")
    stage.settle()
    leaks = stage.destroy()
    assert stage.misuse == []
    assert leaks == {"listeners": [], "timers": 0, "nodes": 0, "observers": []}


@pytest.mark.parametrize(
    ("bundle", "misuse"),
    [
        (control(init="throw new Error('no');"), "init threw: no"),
        (control(update="throw new Error('no');"), "updateView threw: no"),
        (control(init="notify();"), "notifyOutputChanged during init"),
        (control(init="return Promise.reject(new Error('late'));"), "init threw: late"),
        (control(init="context.webAPI;"), "feature WebAPI is used but not declared"),
        (control(init="context.utils;"), "feature Utility is used but not declared"),
        (control(init="context.device.pickFile;"), "feature Device.pickFile is used but not declared"),
        (control(init="context.page;"), "context.page is not documented"),
        (control(init="context.mode.contextInfo;"), "context.mode.contextInfo is not documented"),
        (control(init="context.factory._inner;"), "context.factory._inner is not documented"),
        (control(init="context.parameters.other;"), "context.parameters.other is not documented"),
        (control(init="context.parameters.value.isMasked;"), "context.parameters.value.isMasked is not documented"),
        (control(init="context.parameters.value.raw = 'x';"), "context.parameters.value.raw was written"),
        (control(init="context.resources.getString('missing');"), "no text for missing"),
        (control(init="context.factory.getPopupService().openPopup('none');"), "popup none was opened but not created"),
        (control(init="localStorage.setItem('a', 'b');"), "browser storage is used"),
        (control(init="sessionStorage.getItem('a');"), "browser storage is used"),
        (control(init="fetch('data:,').catch(() => 0);"), "network without external-service-usage is used"),
        (control(init="new XMLHttpRequest().open('GET', 'data:,');"), "network without external-service-usage is used"),
    ],
)  # fmt: skip
def test_a_misuse_is_told(stage: Stage, bundle: str, misuse: str):
    stage.open(bundle)
    assert stage.misuse == [misuse]


@pytest.mark.parametrize(
    ("act", "misuse"),
    [
        ("document.body.append(document.createElement('hr'))", "DOM outside the container: <hr> added to <body>"),
        ("document.getElementById('beside').remove()", "DOM outside the container: <p> removed from <main>"),
        (
            "document.getElementById('beside').className = 'x'",
            "DOM outside the container: attribute class of <p> changed",
        ),
        ("document.getElementById('beside').firstChild.data = 'x'", "DOM outside the container: text of #text changed"),
        ("container.parentElement.style.color = 'red'", "DOM outside the container: attribute style of <div> changed"),
        ("container.remove()", "DOM outside the container: <div> removed from <div>"),
        ("document.head.append(document.createElement('style'))", "DOM outside the container: <style> added to <head>"),
    ],
)
@pytest.mark.parametrize(
    "when",
    [
        "{}",
        "Promise.resolve().then(() => 0).then(() => {{ {} }})",
        "setTimeout(() => {{ {} }})",
        "requestAnimationFrame(() => {{ {} }})",
        "(async () => {{ await null; {} }})()",
    ],
)
def test_the_document_beside_is_not_the_controls(stage: Stage, act: str, when: str, misuse: str):
    stage.open(control(init=when.format(act) + ";"))
    stage.page.wait_for_function("host.misuse.length > 0")
    assert stage.misuse == [misuse]


def test_a_listeners_doing_is_the_controls(stage: Stage):
    stage.open(control(init="document.addEventListener('click', () => { document.title = 'mine'; });"))
    assert stage.misuse == []
    stage.page.click("#beside")
    assert stage.misuse[0].startswith("DOM outside the container:")


def test_what_the_page_does_is_not_the_controls(stage: Stage):
    stage.open(control())
    stage.read("document.body.append(document.createElement('hr'))")
    stage.set(state={"width": 100, "darkTheme": True})
    stage.read("PcfHarness.open.length, document.documentElement.lang = 'de'")
    assert stage.misuse == []


def test_what_the_page_does_right_behind_the_control_is_not_the_controls(stage: Stage):
    stage.open(control())
    stage.read("(await host.set({values: {value: 'x'}}), document.body.append('text'), await host.settled())")
    assert stage.misuse == []


OUTPUTS = [
    ("SingleLine.Text", "5", "output value is number 5, not SingleLine.Text"),
    ("Whole.None", "'5'", 'output value is string "5", not Whole.None'),
    ("Decimal", "NaN", "output value is number null, not Decimal"),
    ("TwoOptions", "1", "output value is number 1, not TwoOptions"),
    ("DateAndTime.DateOnly", "'2024-01-01'", 'output value is string "2024-01-01", not DateAndTime.DateOnly'),
    ("DateAndTime.DateOnly", "new Date(NaN)", "output value is Date, not DateAndTime.DateOnly"),
    ("OptionSet", "[1]", "output value is Array, not OptionSet"),
    ("MultiSelectOptionSet", "1", "output value is number 1, not MultiSelectOptionSet"),
    ("Lookup.Simple", "[{id: 1}]", "output value is Array, not Lookup.Simple"),
]


@pytest.mark.parametrize(("of_type", "output", "misuse"), OUTPUTS)
def test_an_output_of_another_type_is_told_and_not_taken(stage: Stage, of_type: str, output: str, misuse: str):
    stage.open(control(outputs=f"return {{value: {output}}}"), bound(of_type))
    stage.read("control.notify()")
    stage.settle()
    assert stage.misuse == [misuse]
    assert stage.outputs == {}


@pytest.mark.parametrize(
    ("outputs", "misuse"),
    [
        ("return {other: 1}", "output other is not an output of the manifest"),
        ("return {setting: 'x'}", "output setting is not an output of the manifest"),
        ("return 5", "getOutputs gave number 5"),
        ("throw new Error('no')", "getOutputs threw: no"),
    ],
)
def test_outputs_are_those_of_the_manifest(stage: Stage, outputs: str, misuse: str):
    setting = '<property name="setting" display-name-key="s" of-type="SingleLine.Text" usage="input" />'
    stage.open(control(outputs=outputs), VALUE, setting)
    stage.read("control.notify()")
    stage.settle()
    assert misuse in stage.misuse


def test_after_destroy_there_is_nothing_to_notify(stage: Stage):
    stage.open(control())
    stage.destroy()
    stage.read("control.notify()")
    assert stage.misuse == ["notifyOutputChanged after destroy"]


def test_a_control_without_outputs_has_nothing_to_notify(stage: Stage):
    stage.open(control().replace("getOutputs", "other"))
    stage.read("control.notify()")
    assert stage.misuse == ["notifyOutputChanged without getOutputs"]


def test_a_control_that_notifies_in_every_update_is_stopped(stage: Stage):
    stage.open(control(update="this.notify();", outputs="return {value: String(this.updates.length)}"))
    assert stage.misuse == ["updateView is asked for without end"]


def test_destroy_that_throws_is_told(stage: Stage):
    stage.open(control(destroy="throw new Error('no');"))
    stage.destroy()
    assert stage.misuse == ["destroy threw: no"]
