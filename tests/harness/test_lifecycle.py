import pytest
from playwright.sync_api import Error

from tests.harness.stage import Stage, bound, control, manifest

WRITES = control(outputs="return {value: this.next}")


def test_a_control_is_initialised_and_then_rendered(stage: Stage):
    stage.open(control(init="this.order = ['init'];", update="this.order.push('updateView');"))
    assert stage.read("control.order") == ["init", "updateView"]


def test_the_container_is_empty_and_named_as_css_expects(stage: Stage):
    stage.open(control(init="this.found = container.innerHTML;"))
    assert stage.read("[control.found, control.container.matches('.Test\\\\.Control')]") == ["", True]


def test_css_reaches_the_container(stage: Stage):
    stage.open(control(), css=[".Test\\.Control { color: rgb(1, 2, 3); }"])
    assert stage.read("getComputedStyle(control.container).color") == "rgb(1, 2, 3)"


def test_outputs_come_back_as_values(stage: Stage):
    stage.open(WRITES)
    stage.read("(control.next = 'new', control.notify())")
    stage.settle()
    assert stage.outputs == {"value": "new"}
    assert stage.value()["raw"] == "new"
    assert stage.updates == [[], ["value", "parameters"]]


def test_outputs_are_asked_for_later(stage: Stage):
    """A notice is no call of getOutputs, as long as the control's own code runs."""
    stage.open(control(outputs="this.asked = true; return {}"))
    assert stage.read("(control.notify(), control.asked ?? false)") is False
    stage.settle()
    assert stage.read("control.asked") is True


def test_a_burst_of_notices_is_one_update(stage: Stage):
    stage.open(WRITES)
    stage.read("[1, 2, 3].forEach(each => { control.next = String(each); control.notify(); })")
    stage.settle()
    assert stage.value()["raw"] == "3"
    assert len(stage.updates) == 2


def test_null_clears_and_undefined_leaves(stage: Stage):
    stage.open(WRITES, values={"value": "old"})
    stage.read("(control.next = undefined, control.notify())")
    stage.settle()
    assert stage.value()["raw"] == "old"
    stage.read("(control.next = null, control.notify())")
    stage.settle()
    assert stage.value()["raw"] is None


def test_a_slow_host_hands_back_late(stage: Stage):
    stage.open(WRITES, latency_ms=50)
    stage.read("(control.next = 'slow', control.notify(), await host.set({state: {label: 'Other'}}))")
    stage.settle()
    assert stage.updates == [[], ["label"], ["value", "parameters"]]


def test_numbers_are_rounded_as_their_column_stores_them(stage: Stage):
    stage.open(WRITES, bound("Decimal"))
    stage.read("(control.next = 1.23456, control.notify())")
    stage.settle()
    assert stage.outputs == {"value": 1.23}


def test_what_is_out_of_range_is_an_error_of_the_form(stage: Stage):
    stage.open(WRITES, bound("Decimal"), columns={"value": {"MinValue": 0, "MaxValue": 100}})
    stage.read("(control.next = 150, control.notify())")
    stage.settle()
    value = stage.value()
    assert value["error"] is True
    assert value["errorMessage"] == "Enter a number between 0.00 and 100.00."


@pytest.mark.parametrize(
    ("state", "updated"),
    [
        ({"readOnly": True}, ["IsControlDisabled", "value", "parameters", "isPageReadOnly"]),
        ({"disabled": True}, ["IsControlDisabled", "value", "parameters"]),
        ({"width": 300}, ["layout"]),
        ({"error": "No."}, ["value", "parameters"]),
        ({"visible": False}, ["IsVisible"]),
    ],
)
def test_a_change_says_what_was_updated(stage: Stage, state: dict[str, object], updated: list[str]):
    stage.open(control())
    stage.set(state=state)
    assert stage.updates[-1] == updated


def test_the_width_is_told_once_it_is_tracked(stage: Stage):
    stage.open(control(init="this.first = context.mode.allocatedWidth; context.mode.trackContainerResize(true);"))
    assert stage.read("[control.first, control.context.mode.allocatedWidth]") == [-1, 400]
    stage.read("document.getElementById('place').style.width = '250px'")
    stage.page.wait_for_function("control.context.mode.allocatedWidth === 250")
    assert stage.updates[-1] == ["layout"]


def test_full_screen_is_told(stage: Stage):
    stage.open(control())
    stage.read("control.context.mode.setFullScreen(true)")
    stage.settle()
    assert "fullscreen_open" in stage.updates[-1]
    stage.read("control.context.mode.setFullScreen(false)")
    stage.settle()
    assert "fullscreen_close" in stage.updates[-1]


def test_a_kept_state_comes_back(stage: Stage):
    bundle = control(init="this.before = state.page ?? null; context.mode.setControlState({page: 3});")
    stage.open(bundle)
    assert stage.read("control.before") is None
    stage.destroy()
    stage.open(bundle)
    assert stage.read("control.before") == 3


def test_a_render_that_is_asked_for_comes(stage: Stage):
    stage.open(control())
    stage.read("control.context.factory.requestRender()")
    stage.settle()
    assert stage.updates == [[], []]


def test_a_destroyed_control_is_gone_and_is_not_called_again(stage: Stage):
    stage.open(control(init="container.textContent = 'here';"))
    stage.destroy()
    stage.set(state={"label": "late"})
    assert stage.read("document.getElementById('place').childNodes.length") == 0
    assert stage.updates == [[]]


def test_without_its_bundle_a_control_does_not_open(stage: Stage):
    with pytest.raises(Error, match=r"No bundle registered Test\.Control"):
        stage.page.evaluate("manifest => PcfHarness.open({manifest, container: document.body})", manifest())


def test_a_bundle_that_throws_is_not_loaded(stage: Stage):
    with pytest.raises(Error, match="broken on purpose"):
        stage.page.evaluate("PcfHarness.loadBundle('throw new Error(\"broken on purpose\")')")


@pytest.mark.parametrize(
    ("of_type", "value"),
    [("Whole.None", "three"), ("TwoOptions", 1), ("OptionSet", "1"), ("DateAndTime.DateOnly", "soon")],
)
def test_a_value_of_another_type_is_refused(stage: Stage, of_type: str, value: object):
    with pytest.raises(Error, match="does not take"):
        stage.open(control(), bound(of_type), values={"value": value})


def test_a_value_without_a_property_is_refused(stage: Stage):
    with pytest.raises(Error, match="no property other"):
        stage.open(control(), values={"other": 1})


def test_two_controls_do_not_know_of_each_other(stage: Stage):
    stage.open(control(init="document.getElementById('beside').title = 'mine';"))
    stage.read("(window.other = host, 0)")
    stage.open(control())
    assert stage.misuse == []
    assert stage.read("other.misuse") == ["DOM outside the container: attribute title of <p> changed"]
