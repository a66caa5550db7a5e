import pytest

from tests.harness.stage import VALUE, Stage, bound, control

CHOICES = [{"Value": 1, "Label": "Low", "Color": "#00ff00"}, {"Value": 2, "Label": "High", "Color": "#ff0000"}]
ACCOUNT = {"id": "a1", "name": "Contoso", "entityType": "account"}


@pytest.mark.parametrize(
    ("of_type", "value", "formatted"),
    [
        ("SingleLine.Text", "Ab", "Ab"),
        ("Multiple", "a\nb", "a\nb"),
        ("Whole.None", 1234567, "1,234,567"),
        ("Decimal", 72.5, "72.50"),
        ("FP", 47.60621, "47.60621"),
        ("Currency", 1500000, "$1,500,000.00"),
        ("TwoOptions", True, "Yes"),
        ("OptionSet", 2, "High"),
        ("OptionSet", 9, "9"),
        ("MultiSelectOptionSet", [1, 2], "Low; High"),
        ("Lookup.Simple", [ACCOUNT], "Contoso"),
    ],
)
def test_a_value_arrives_raw_and_formatted(stage: Stage, of_type: str, value: object, formatted: str):
    state = {"options": {"value": CHOICES}} if "OptionSet" in of_type else {}
    stage.open(control(), bound(of_type), values={"value": value}, state=state)
    found = stage.value()
    assert found["raw"] == value
    assert found["formatted"] == formatted
    assert found["type"] == of_type
    assert found["error"] is False
    assert found["security"] == {"editable": True, "readable": True, "secured": False}


@pytest.mark.parametrize(
    ("of_type", "formatted"),
    [("DateAndTime.DateOnly", "3/9/2024"), ("DateAndTime.DateAndTime", "3/9/2024 2:05 PM")],
)
def test_a_date_arrives_as_one(stage: Stage, of_type: str, formatted: str):
    stage.open(control(), bound(of_type), values={"value": "2024-03-09T14:05:00"})
    raw = "control.context.parameters.value.raw"
    assert stage.read(f"[{raw} instanceof Date, {raw}.getHours()]") == [True, 14]
    assert stage.value()["formatted"].replace("\u202f", " ") == formatted


@pytest.mark.parametrize(
    ("of_type", "empty"),
    [("SingleLine.Text", None), ("Whole.None", None), ("MultiSelectOptionSet", None), ("Lookup.Simple", [])],
)
def test_no_value(stage: Stage, of_type: str, empty: object):
    stage.open(control(), bound(of_type))
    assert (stage.value()["raw"], stage.value()["formatted"]) == (empty, "")


@pytest.mark.parametrize(
    ("of_type", "attributes"),
    [
        ("SingleLine.Text", {"MaxLength": 100, "Format": "Text"}),
        ("SingleLine.Email", {"Format": "Email"}),
        ("Whole.None", {"MinValue": -2147483648, "MaxValue": 2147483647, "Precision": 0, "Format": "0"}),
        ("Decimal", {"Precision": 2}),
        ("FP", {"Precision": 5}),
        ("DateAndTime.DateOnly", {"Behavior": 2, "Format": "DateOnly"}),
        (
            "TwoOptions",
            {"Options": [{"Value": 0, "Label": "No", "Color": ""}, {"Value": 1, "Label": "Yes", "Color": ""}]},
        ),
        ("OptionSet", {"Options": CHOICES, "DefaultValue": -1}),
        ("Lookup.Simple", {"Targets": []}),
    ],
)
def test_a_column_says_what_it_takes(stage: Stage, of_type: str, attributes: dict[str, object]):
    state = {"options": {"value": CHOICES}} if of_type == "OptionSet" else {}
    stage.open(control(), bound(of_type), state=state | {"requiredLevel": 2})
    found = stage.value()["attributes"]
    assert found | attributes | {"RequiredLevel": 2, "LogicalName": "value"} == found


def test_a_column_may_be_other_than_a_new_one(stage: Stage):
    stage.open(control(), bound("SingleLine.Text"), columns={"value": {"MaxLength": 4, "DisplayName": "Code"}})
    stage.set(values={"value": "12345"})
    assert stage.value()["attributes"]["DisplayName"] == "Code"
    assert stage.value()["errorMessage"] == "Enter at most 4 characters."


def test_a_lookup_says_where_it_looks(stage: Stage):
    columns = {"value": {"Targets": ["account"], "ViewId": "v1"}}
    stage.open(control(), bound("Lookup.Simple"), columns=columns)
    value = "control.context.parameters.value"
    assert stage.read(f"[{value}.getTargetEntityType(), {value}.getViewId()]") == ["account", "v1"]
    assert stage.misuse == []


def test_an_input_nobody_set_has_neither_value_nor_type(stage: Stage):
    """A form does not give the manifest's default."""
    size = '<property name="size" display-name-key="s" of-type="Whole.None" usage="input" default-value="5" />'
    stage.open(control(), VALUE, size)
    found = stage.value("size")
    assert (found["raw"], found["type"], found["attributes"], found["security"]) == (None, None, {}, {})


def test_an_input_that_is_set_has_its_value(stage: Stage):
    size = """<property name="size" display-name-key="s" of-type="Enum" usage="input">
        <value name="s" display-name-key="s">small</value>
    </property>"""
    stage.open(control(), VALUE, size, values={"size": "small"})
    assert (stage.value("size")["raw"], stage.value("size")["type"]) == ("small", "Enum")


def test_a_type_group_has_the_type_of_its_column(stage: Stage):
    group = '<type-group name="numbers"><type>Whole.None</type><type>Decimal</type></type-group>'
    prop = '<property name="value" display-name-key="v" of-type-group="numbers" usage="bound" />'
    stage.open(control(outputs="return {value: 1.5}"), group, prop, columns={"value": {"type": "Decimal"}})
    assert stage.value()["type"] == "Decimal"
    stage.read("control.notify()")
    stage.settle()
    assert (stage.outputs, stage.misuse) == ({"value": 1.5}, [])


def test_an_output_is_no_parameter(stage: Stage):
    output = '<property name="result" display-name-key="r" of-type="Object" usage="output" />'
    stage.open(control(outputs="return {result: {any: 1}}"), VALUE, output)
    assert stage.read("Object.keys(control.context.parameters)") == ["value"]
    stage.read("control.notify()")
    stage.settle()
    assert (stage.outputs, stage.misuse) == ({"result": {"any": 1}}, [])


def test_a_file_is_handed_through(stage: Stage):
    file = {"fileName": "a.txt", "fileContent": "YQ==", "fileSize": 1, "mimeType": "text/plain"}
    prop = '<property name="file" display-name-key="f" of-type="File" usage="input" />'
    stage.open(control(), VALUE, prop, values={"file": file})
    assert stage.value("file")["raw"] == file


def test_what_may_not_be_read_is_not_there(stage: Stage):
    stage.open(control(), values={"value": "secret"}, state={"readable": False, "secured": True})
    found = stage.value()
    assert (found["raw"], found["formatted"]) == (None, "********")
    assert found["security"] == {"editable": True, "readable": False, "secured": True}


def test_an_error_is_that_of_its_property(stage: Stage):
    other = '<property name="other" display-name-key="o" of-type="SingleLine.Text" usage="bound" />'
    stage.open(control(), VALUE, other, values={"other": "x"}, state={"error": {"other": "Wrong."}})
    assert stage.value()["error"] is False
    assert (stage.value("other")["error"], stage.value("other")["errorMessage"]) == (True, "Wrong.")
    stage.set(state={"error": "Bad."})
    assert stage.value()["errorMessage"] == "Bad."
    stage.set(state={"error": None})
    assert stage.value()["error"] is False
