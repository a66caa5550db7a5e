"""What a control is told of its user: language, formats, theme, client."""

import pytest

from tests.harness.stage import Stage, control

FORMATS = "control.context.formatting"


def resx(**texts: str) -> str:
    data = "".join(f'<data name="{name}"><value>{text}</value></data>' for name, text in texts.items())
    return f'<?xml version="1.0" encoding="utf-8"?><root>{data}</root>'


def test_texts_come_in_the_users_language_then_in_english(stage: Stage):
    strings = {"1033": resx(both="Both", english="English"), "1031": resx(both="Beide")}
    stage.open(control(), strings=strings, state={"language": 1031})
    say = "control.context.resources.getString"
    assert stage.read(f"[{say}('both'), {say}('english')]") == ["Beide", "English"]
    stage.set(state={"language": 1036})
    assert stage.read(f"{say}('both')") == "Both"
    assert stage.misuse == []


def test_a_resource_is_given_if_the_manifest_names_it(stage: Stage):
    stage.open(control(), resources={"img/star.png": "AAAA", "img/other.png": "BBBB"})
    get = "new Promise(done => control.context.resources.getResource(given, done, () => done('failed')))"
    assert stage.read(get, "img/star.png") == "AAAA"
    assert stage.read(get, "img/other.png") == "failed"


@pytest.mark.parametrize(
    ("language", "call", "text"),
    [
        (1033, "formatInteger(1234)", "1,234"),
        (1031, "formatInteger(1234)", "1.234"),
        (1033, "formatDecimal(1234.5)", "1,234.50"),
        (1031, "formatDecimal(1234.5, 3)", "1.234,500"),
        (1033, "formatCurrency(-1234.5)", "($1,234.50)"),
        (1031, "formatCurrency(-1234.5)", "-1.234,50 $"),
        (1033, "formatCurrency(1234.5, 0, '€')", "€1,235"),
        (1033, "formatDateShort(new Date(2024, 2, 9))", "3/9/2024"),
        (1031, "formatDateShort(new Date(2024, 2, 9), true)", "09.03.2024 00:00"),
        (1033, "formatDateLong(new Date(2024, 2, 9))", "Saturday, March 9, 2024"),
        (1036, "formatDateYearMonth(new Date(2024, 2, 9))", "mars 2024"),
        (1033, "formatTime(new Date(2024, 2, 9, 14, 5), 1)", "2:05 PM"),
        (1033, "formatDateAsFilterStringInUTC(new Date(Date.UTC(2024, 2, 9, 14, 5)), true)", "2024-03-09T14:05:00"),
        (1033, "formatLanguage(1031)", "German (Germany)"),
        (1033, "getWeekOfYear(new Date(2024, 0, 7))", 2),
    ],
)
def test_formats_are_the_languages(stage: Stage, language: int, call: str, text: str):
    stage.open(control(), state={"language": language})
    found = stage.read(f"{FORMATS}.{call}")
    assert text == (found.replace("\u202f", " ").replace("\xa0", " ") if isinstance(found, str) else found)


@pytest.mark.parametrize(
    ("language", "date", "first_day", "decimal"),
    [(1033, "M/d/yyyy", 0, "."), (1031, "dd.MM.yyyy", 1, ","), (1041, "yyyy/MM/dd", 0, ".")],
)
def test_settings_say_how_to_read_what_is_typed(stage: Stage, language: int, date: str, first_day: int, decimal: str):
    stage.open(control(), state={"language": language})
    settings = stage.read("JSON.parse(JSON.stringify(control.context.userSettings))")
    assert settings["languageId"] == language
    assert settings["dateFormattingInfo"]["shortDatePattern"] == date
    assert settings["dateFormattingInfo"]["firstDayOfWeek"] == first_day
    assert len(settings["dateFormattingInfo"]["monthNames"]) == 13
    assert settings["numberFormattingInfo"]["numberDecimalSeparator"] == decimal


def test_names_of_days_and_months(stage: Stage):
    stage.open(control(), state={"language": 1031})
    info = stage.read("JSON.parse(JSON.stringify(control.context.userSettings.dateFormattingInfo))")
    assert info["dayNames"][0] == "Sonntag"
    assert info["abbreviatedDayNames"][1] == "Mo"
    assert info["monthNames"][2] == "März"
    assert info["shortTimePattern"] == "HH:mm"


def test_the_time_zone_is_the_users(stage: Stage):
    offset = "control.context.userSettings.getTimeZoneOffsetMinutes(new Date(Date.UTC(2024, 6, 1)))"
    stage.open(control())
    assert stage.read(offset) == 120
    stage.set(state={"timeZoneOffset_min": -300})
    assert stage.read(offset) == -300


def test_some_languages_are_read_from_right_to_left(stage: Stage):
    stage.open(control(), state={"language": 1037})
    assert stage.read("[control.context.userSettings.isRTL, getComputedStyle(control.container).direction]") == [
        True,
        "rtl",
    ]
    stage.set(state={"rtl": False})
    assert stage.read("control.context.userSettings.isRTL") is False


@pytest.mark.parametrize(
    ("state", "dark", "background"),
    [({}, False, "#ffffff"), ({"darkTheme": True}, True, "#292929"), ({"highContrast": True}, True, "#000000")],
)
def test_the_theme(stage: Stage, state: dict[str, bool], dark: bool, background: str):
    stage.open(control(), state=state)
    theme = stage.read("control.context.fluentDesignLanguage && {...control.context.fluentDesignLanguage}")
    assert theme["isDarkTheme"] is dark
    assert theme["tokenTheme"]["colorNeutralBackground1"] == background
    assert len(theme["brand"]) == 16


def test_the_client(stage: Stage):
    stage.open(control(), state={"client": "Mobile", "formFactor": 3, "offline": True})
    client = "control.context.client"
    told = stage.read(
        f"[{client}.getClient(), {client}.getFormFactor(), {client}.isOffline(), {client}.isNetworkAvailable()]"
    )
    assert told == ["Mobile", 3, True, False]


def test_the_mode(stage: Stage):
    stage.open(control(), state={"label": "Rating", "readOnly": True, "width": 320, "height": 200})
    mode = stage.read("JSON.parse(JSON.stringify(control.context.mode))")
    assert mode == {
        "allocatedHeight": 200,
        "allocatedWidth": 320,
        "isControlDisabled": True,
        "isVisible": True,
        "label": "Rating",
    }
    assert stage.read("control.container.clientWidth") == 320


def test_a_hidden_control_is_not_seen(stage: Stage):
    stage.open(control(init="container.textContent = 'x';"), state={"visible": False})
    assert stage.read("[control.container.checkVisibility(), control.context.mode.isVisible]") == [False, False]
