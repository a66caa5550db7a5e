from typing import Any

import pytest
from playwright.sync_api import Error

from tests.harness.stage import VALUE, Stage, control, features

ROWS = [
    {"accountid": "a1", "name": "Adatum", "employees": 5, "founded": "2001-05-01", "open": True, "_owner_value": "u1"},
    {"accountid": "b2", "name": "O'Brien & Co", "employees": 50, "founded": "1999-01-01", "open": False},
    {"accountid": "c3", "name": "Contoso", "employees": None, "founded": "2010-12-31", "open": True},
    {"accountid": "d4", "name": "contoso two", "employees": 7, "founded": "2020-02-29", "open": True},
]
API = "control.context.webAPI"


@pytest.fixture
def api(stage: Stage) -> Stage:
    stage.open(control(), VALUE, features("WebAPI"), tables={"account": {"rows": ROWS}})
    return stage


def ids(stage: Stage, query: str) -> list[str]:
    result = stage.read(f"await {API}.retrieveMultipleRecords('account', given)", query)
    return [row["accountid"] for row in result["entities"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", "a1 b2 c3 d4"),
        ("?$filter=name eq 'Contoso'", "c3"),
        ("?$filter=name eq 'O''Brien %26 Co'", "b2"),
        ("?$filter=employees gt 5", "b2 d4"),
        ("?$filter=employees ge 5 and employees lt 50", "a1 d4"),
        ("?$filter=employees eq null", "c3"),
        ("?$filter=employees ne null", "a1 b2 d4"),
        ("?$filter=open eq false or founded gt 2015-01-01", "b2 d4"),
        ("?$filter=contains(name,'toso')", "c3 d4"),
        ("?$filter=startswith(name,'cont') and not endswith(name,'two')", "c3"),
        ("?$filter=(open eq true and employees le 7) and not (name eq 'Adatum')", "d4"),
        ("?$filter=open eq false or open eq true and employees eq 5", "a1 b2"),
        ("?$filter=_owner_value eq u1", "a1"),
        ("?$orderby=name desc", "b2 d4 c3 a1"),
        ("?$orderby=open asc,employees desc", "b2 d4 a1 c3"),
        ("?$orderby=employees&$top=2", "c3 a1"),
        ("?$filter=employees+gt+5&$orderby=founded desc", "d4 b2"),
    ],
)
def test_rows_are_found(api: Stage, query: str, found: str):
    assert ids(api, query) == found.split()


def test_columns_are_chosen(api: Stage):
    row = api.read(f"await {API}.retrieveRecord('account', '{{A1}}', '?$select=name')")
    assert row == {"accountid": "a1", "name": "Adatum"}


def test_pages_are_linked(api: Stage):
    pages: list[list[str]] = []
    link: str | None = "?$select=name&$filter=employees ne null"
    while link:
        page: dict[str, Any] = api.read(f"await {API}.retrieveMultipleRecords('account', given, 2)", link)
        pages.append([row["accountid"] for row in page["entities"]])
        link = page["nextLink"]
    assert pages == [["a1", "b2"], ["d4"]]


def test_rows_are_created_changed_and_deleted(api: Stage):
    made = api.read(f"await {API}.createRecord('account', {{name: 'New'}})")
    assert made["entityType"] == "account"
    api.read(f"await {API}.updateRecord('account', given, {{employees: 1}})", made["id"])
    row = api.read(f"await {API}.retrieveRecord('account', given)", made["id"])
    assert (row["name"], row["employees"]) == ("New", 1)
    api.read(f"await {API}.deleteRecord('account', given)", made["id"])
    assert len(ids(api, "")) == 4
    assert [call[0] for call in api.calls[:2]] == ["webAPI.createRecord", "webAPI.updateRecord"]


@pytest.mark.parametrize(
    "request_",
    [
        "retrieveRecord('account', 'none')",
        "retrieveMultipleRecords('contact')",
        "retrieveMultipleRecords('account', '?$filter=name')",
        "retrieveMultipleRecords('account', '?$filter=name like 5')",
        "retrieveMultipleRecords('account', \"?$filter=name eq 'a\")",
        "retrieveMultipleRecords('account', '?$filter=(open eq true')",
        "retrieveMultipleRecords('account', '?$expand=owner')",
    ],
)
def test_what_cannot_be_answered_is_refused(api: Stage, request_: str):
    with pytest.raises(Error):
        api.read(f"await {API}.{request_}")


def test_an_answer_is_a_copy(api: Stage):
    api.read(f"{API}.retrieveRecord('account', 'a1').then(row => {{ row.name = 'mine'; }})")
    assert api.read(f"(await {API}.retrieveRecord('account', 'a1')).name") == "Adatum"


def test_what_follows_an_answer_is_the_controls_doing(stage: Stage):
    init = (
        "context.webAPI.retrieveRecord('account', 'a1').then(() => document.body.append(document.createElement('hr')));"
    )
    stage.open(control(init=init), VALUE, features("WebAPI"), tables={"account": {"rows": ROWS}})
    assert stage.misuse == ["DOM outside the container: <hr> added to <body>"]
