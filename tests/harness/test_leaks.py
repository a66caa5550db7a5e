import pytest

from tests.harness.stage import Stage, control

POPUP = """
const popups = context.factory.getPopupService();
popups.createPopup({ name: "a", type: 1, content: document.createElement("i") });
popups.openPopup("a");
"""
OBSERVER = "this.observer = new ResizeObserver(() => 0); this.observer.observe(container)"
ON = "this.on = () => 0; document.addEventListener"
OFF = "document.removeEventListener"
CLEAN = {"listeners": [], "timers": 0, "nodes": 0, "observers": []}


@pytest.mark.parametrize(
    ("init", "leaks"),
    [
        ("document.addEventListener('click', () => 0)", {"listeners": ["click on document"]}),
        ("window.addEventListener('resize', {handleEvent() {}})", {"listeners": ["resize on window"]}),
        ("addEventListener('resize', () => 0)", {"listeners": ["resize on window"]}),
        ("matchMedia('print').addEventListener('change', () => 0)", {"listeners": ["change on MediaQueryList"]}),
        ("document.body.addEventListener('keyup', () => 0, true)", {"listeners": ["keyup on <body>"]}),
        ("window.onresize = () => 0", {"listeners": ["onresize on window"]}),
        ("document.onkeydown = () => 0", {"listeners": ["onkeydown on document"]}),
        ("setTimeout(() => 0, 60000)", {"timers": 1}),
        ("setInterval(() => 0, 60000)", {"timers": 1}),
        ("const on = () => requestAnimationFrame(on); on()", {"timers": 1}),
        ("new MutationObserver(() => 0).observe(container, {childList: true})", {"observers": ["MutationObserver"]}),
        ("new ResizeObserver(() => 0).observe(container)", {"observers": ["ResizeObserver"]}),
        ("new IntersectionObserver(() => 0).observe(container)", {"observers": ["IntersectionObserver"]}),
        ("container.innerHTML = '<p><b>x</b></p>'", {"nodes": 2}),
        ("document.body.append(document.createElement('hr'))", {"nodes": 1}),
        (POPUP, {"nodes": 1}),
    ],
)  # fmt: skip
def test_what_is_left_is_told(stage: Stage, init: str, leaks: dict[str, object]):
    stage.open(control(init=init + ";"))
    assert stage.destroy() == CLEAN | leaks


@pytest.mark.parametrize(
    ("init", "destroy"),
    [
        (ON + "('x', this.on)", OFF + "('x', this.on)"),
        ("this.end = new AbortController(); window.addEventListener('resize', () => 0, this.end)", "this.end.abort()"),
        (ON + "('x', this.on, true)", OFF + "('x', this.on, {capture: true})"),
        ("this.timer = setTimeout(() => 0, 60000)", "clearTimeout(this.timer)"),
        ("this.timer = setInterval(() => 0, 60000)", "clearInterval(this.timer)"),
        ("this.frame = requestAnimationFrame(() => 0)", "cancelAnimationFrame(this.frame)"),
        (OBSERVER, "this.observer.disconnect()"),
        (OBSERVER, "this.observer.unobserve(this.container)"),
        ("window.onresize = () => 0", "window.onresize = null"),
        (
            "container.innerHTML = '<p></p>'; container.firstChild.addEventListener('click', () => 0)",
            "this.container.textContent = ''",
        ),
        ("container.addEventListener('click', () => 0)", ""),
        ("setTimeout(() => 0)", ""),
        ("document.addEventListener('click', () => 0, {once: true}); document.body.click()", ""),
    ],
)  # fmt: skip
def test_what_was_tidied_up_is_not_told(stage: Stage, init: str, destroy: str):
    stage.open(control(init=init + ";", destroy=destroy))
    assert stage.destroy() == CLEAN


def test_what_the_page_holds_is_not_the_controls(stage: Stage):
    stage.open(control())
    stage.read("(addEventListener('resize', () => 0), setInterval(() => 0, 60000), 0)")
    assert stage.destroy() == CLEAN


def test_a_watched_page_works_as_before(stage: Stage):
    """Listeners run once, in order, with their own `this`, and are found again to be removed."""
    stage.open(
        control(
            init="""
            this.seen = [];
            const seen = this.seen;
            const on = function (event) { seen.push([this === document, event.type]); };
            document.addEventListener('x', on);
            document.addEventListener('x', on);
            document.addEventListener('x', on, true);
            document.dispatchEvent(new Event('x'));
            document.removeEventListener('x', on);
            document.removeEventListener('x', on, true);
            document.dispatchEvent(new Event('x'));
            seen.push(MutationObserver.name, 'unobserve' in MutationObserver.prototype, setTimeout(Boolean) > 0);
            """
        )
    )
    assert stage.read("control.seen") == [[True, "x"], [True, "x"], "MutationObserver", False, True]
