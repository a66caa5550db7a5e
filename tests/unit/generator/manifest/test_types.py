"""The types a manifest gives the control's code; tests/controls compares them with Microsoft's, byte for byte."""

import pytest
from pcf_generator.manifest.types import manifest_types

TYPES = [
    ("Currency", "NumberProperty", "number"),
    ("DateAndTime.DateAndTime", "DateTimeProperty", "Date"),
    ("DateAndTime.DateOnly", "DateTimeProperty", "Date"),
    ("Decimal", "DecimalNumberProperty", "number"),
    ("FP", "FloatingNumberProperty", "number"),
    ("Lookup.Simple", "LookupProperty", "ComponentFramework.LookupValue[]"),
    ("Multiple", "StringProperty", "string"),
    ("MultiSelectOptionSet", "MultiSelectOptionSetProperty", "number[]"),
    ("Object", "Property", "any"),
    ("Form.Main", "Property", "any"),
    ("OptionSet", "OptionSetProperty", "number"),
    ("SingleLine.URL", "StringProperty", "string"),
    ("TwoOptions", "TwoOptionsProperty", "boolean"),
    ("Whole.None", "WholeNumberProperty", "number"),
]
GROUPS = [
    ("SingleLine.Text Multiple", "StringProperty", "string"),
    ("Whole.None FP", "NumberProperty", "number"),
    ("Decimal Decimal", "DecimalNumberProperty", "number"),
    ("Whole.None Multiple", "Property", "any"),
    ("File", None, "any"),
]


def types(*elements):
    """The text after the comment, of a control that holds the elements."""
    text = manifest_types(f'<manifest><control constructor="C">{"".join(elements)}</control></manifest>')
    return text.partition("ControlManifest.\n")[2]


def prop(attributes, name="a", usage="bound", children=""):
    return f'<property name="{name}" usage="{usage}" {attributes}>{children}</property>'


@pytest.mark.parametrize(("kind", "given", "returned"), TYPES)
def test_a_type_of_its_own_for_each_kind(kind, given, returned):
    assert types(prop(f'of-type="{kind}"')) == (
        f"export interface IInputs {{\n    a: ComponentFramework.PropertyTypes.{given};\n}}\n"
        f"export interface IOutputs {{\n    a?: {returned};\n}}\n"
    )


@pytest.mark.parametrize(("kinds", "given", "returned"), GROUPS)
def test_a_group_gives_what_its_types_have_in_common(kinds, given, returned):
    group = f'<type-group name="g">{"".join(f"<type>{kind}</type>" for kind in kinds.split())}</type-group>'
    made = types(prop('of-type-group="g"'), group)
    assert f"    a: {f'ComponentFramework.PropertyTypes.{given}' if given else 'any'};\n" in made
    assert f"    a?: {returned};\n" in made


def test_usage_says_where_a_property_stands():
    made = types(prop("", "in", "input"), prop("", "out", "output"), '<data-set name="rows"/>')
    assert made == (
        "export interface IInputs {\n"
        "    in: ComponentFramework.PropertyTypes.Property;\n"
        "    rows: ComponentFramework.PropertyTypes.DataSet;\n"
        "}\n"
        "export interface IOutputs {\n"
        "    out?: any;\n"
        "}\n"
    )


def test_an_enum_is_of_its_texts():
    values = "<value>a</value><value>b</value>"
    assert 'EnumProperty<"a" | "b">;' in types(prop('of-type="Enum"', usage="input", children=values))


def test_an_enum_without_values_is_of_anything():
    assert "EnumProperty<any>;" in types(prop('of-type="Enum"', usage="input"))


@pytest.mark.parametrize(("name", "written"), [("a b", '"a b"'), ("1st", '"1st"'), ("ä$_1", "ä$_1"), ("a'", '"a\'"')])
def test_a_name_that_is_no_identifier_is_quoted(name, written):
    assert f"    {written}: " in types(prop("", name))


def test_a_text_of_an_enum_cannot_end_it():
    values = '<value>"; evil(); "</value>'
    made = types(prop('of-type="Enum"', usage="input", children=values))
    assert r'EnumProperty<"\"; evil(); \"">' in made
