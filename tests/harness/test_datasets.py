from typing import Any

import pytest

from tests.harness.stage import Stage, control

DATASET = """<data-set name="rows" display-name-key="rows">
    <property-set name="title" display-name-key="t" of-type="SingleLine.Text" usage="bound" />
</data-set>"""
COLUMNS = [
    {"name": "name", "displayName": "Name", "dataType": "SingleLine.Text", "isPrimary": True, "alias": "title"},
    {"name": "amount", "displayName": "Amount", "dataType": "Currency"},
    {"name": "stage", "displayName": "Stage", "dataType": "OptionSet"},
    {"name": "due", "displayName": "Due", "dataType": "DateAndTime.DateOnly"},
    {"name": "owner", "displayName": "Owner", "dataType": "Lookup.Simple"},
]
RECORDS = [
    {"id": f"r{number}", "name": f"Row {number:02}", "amount": (number * 7) % 11, "stage": number % 3}
    for number in range(1, 8)
]
RECORDS[0] |= {"due": "2024-03-09T00:00:00", "owner": {"id": "u1", "name": "Ann", "entityType": "systemuser"}}
SOURCE = {
    "entity": "deal",
    "title": "My deals",
    "viewId": "v1",
    "columns": COLUMNS,
    "records": RECORDS,
    "options": {"stage": [{"Value": 1, "Label": "Won", "Color": ""}]},
    "pageSize": 3,
}
ROWS = "control.context.parameters.rows"


@pytest.fixture
def grid(stage: Stage) -> Stage:
    update = """
        const { loading, sortedRecordIds } = context.parameters.rows;
        this.seen = [...(this.seen ?? []), [loading, sortedRecordIds.length]];
    """
    stage.open(control(update=update), DATASET, datasets={"rows": SOURCE})
    return stage


def act(stage: Stage, statement: str) -> None:
    stage.page.evaluate(f"() => {{ const rows = {ROWS}; {statement} }}")
    stage.settle()


def ids(stage: Stage) -> str:
    return " ".join(stage.read(f"{ROWS}.sortedRecordIds")).replace("r", "")


def paging(stage: Stage) -> dict[str, Any]:
    return stage.read(f"JSON.parse(JSON.stringify({ROWS}.paging))")


def test_records_come_after_the_control_has_been_told_that_they_load(grid: Stage):
    assert grid.read("control.seen") == [[True, 0], [False, 3]]
    assert grid.updates == [[], ["dataset", "rows_dataset"]]


def test_a_view_says_what_it_is(grid: Stage):
    assert grid.read(f"[{ROWS}.getTargetEntityType(), {ROWS}.getTitle(), {ROWS}.getViewId()]") == [
        "deal",
        "My deals",
        "v1",
    ]
    columns = grid.read(
        f"{ROWS}.columns.map(({{name, displayName, dataType, order}}) => [name, displayName, dataType, order])"
    )
    assert columns[0] == ["name", "Name", "SingleLine.Text", 0]
    assert [column[0] for column in columns] == ["name", "amount", "stage", "due", "owner"]


def test_a_record_gives_values_and_texts(grid: Stage):
    record = f"{ROWS}.records.r1"
    assert grid.read(f"[{record}.getRecordId(), {record}.getValue('name'), {record}.getValue('title')]") == [
        "r1",
        "Row 01",
        "Row 01",
    ]
    assert grid.read(f"[{record}.getValue('amount'), {record}.getFormattedValue('amount')]") == [7, "$7.00"]
    assert grid.read(f"[{record}.getValue('stage'), {record}.getFormattedValue('stage')]") == [1, "Won"]
    assert grid.read(f"[{record}.getValue('due') instanceof Date, {record}.getFormattedValue('due')]") == [
        True,
        "3/9/2024",
    ]
    assert grid.read(f"{record}.getValue('owner')") == {"id": {"guid": "u1"}, "etn": "systemuser", "name": "Ann"}
    assert grid.read(f"{record}.getFormattedValue('owner')") == "Ann"
    assert grid.read(f"{record}.getNamedReference()") == {"id": {"guid": "r1"}, "etn": "deal", "name": "Row 01"}
    assert grid.read(f"{ROWS}.records.r2.getValue('due')") is None


def test_the_next_page_comes_behind_the_one_there_is(grid: Stage):
    assert (ids(grid), paging(grid)["hasPreviousPage"]) == ("1 2 3", False)
    act(grid, "rows.paging.loadNextPage();")
    assert ids(grid) == "1 2 3 4 5 6"
    found = paging(grid)
    assert (found["firstPageNumber"], found["lastPageNumber"], found["totalResultCount"], found["hasNextPage"]) == (
        1,
        2,
        7,
        True,
    )


def test_pages_one_at_a_time(grid: Stage):
    act(grid, "rows.paging.loadNextPage(true);")
    act(grid, "rows.paging.loadNextPage(true);")
    assert ids(grid) == "7"
    assert (paging(grid)["hasNextPage"], paging(grid)["hasPreviousPage"]) == (False, True)
    act(grid, "rows.paging.loadPreviousPage(true);")
    assert ids(grid) == "4 5 6"
    act(grid, "rows.paging.loadPreviousPage();")
    assert ids(grid) == "1 2 3 4 5 6"


def test_an_exact_page_and_back_to_the_first(grid: Stage):
    act(grid, "rows.paging.loadExactPage(3);")
    assert ids(grid) == "7"
    act(grid, "rows.paging.reset();")
    assert ids(grid) == "1 2 3"
    act(grid, "rows.paging.loadExactPage(4);")
    assert grid.misuse == ["rows.paging.loadExactPage: there is no such page"]


def test_a_page_size_holds_from_the_next_reading_on(grid: Stage):
    act(grid, "rows.paging.setPageSize(5);")
    assert (ids(grid), paging(grid)["pageSize"]) == ("1 2 3", 3)
    act(grid, "rows.paging.reset();")
    assert (ids(grid), paging(grid)["pageSize"]) == ("1 2 3 4 5", 5)


def test_a_total_that_is_not_known_is_less_than_nought(stage: Stage):
    stage.open(control(), DATASET, datasets={"rows": SOURCE | {"isTotalKnown": False}})
    assert paging(stage)["totalResultCount"] == -1


def test_sorting_holds_from_the_next_reading_on_and_leads_to_the_first_page(grid: Stage):
    act(grid, "rows.paging.loadExactPage(2);")
    act(grid, "rows.sorting.push({name: 'amount', sortDirection: 1}); rows.refresh();")
    assert ids(grid) == "3 6 1"  # 10, 9, 7
    assert grid.read(f"{ROWS}.sorting") == [{"name": "amount", "sortDirection": 1}]
    act(
        grid,
        """rows.sorting.splice(0, 1, {name: "stage", sortDirection: 0}, {name: "title", sortDirection: 1});
           rows.refresh();""",
    )
    assert ids(grid) == "6 3 7"


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ({"attributeName": "stage", "conditionOperator": 0, "value": "1"}, "1 4 7"),
        ({"attributeName": "stage", "conditionOperator": 1, "value": "1"}, "2 3 5 6"),
        ({"attributeName": "amount", "conditionOperator": 2, "value": "7"}, "3 6"),
        ({"attributeName": "amount", "conditionOperator": 5, "value": "3"}, "2 5"),
        ({"attributeName": "name", "conditionOperator": 6, "value": "%03"}, "3"),
        ({"attributeName": "name", "conditionOperator": 49, "value": "W 0"}, "1 2 3 4 5 6 7"),
        ({"attributeName": "stage", "conditionOperator": 8, "value": ["0", "2"]}, "2 3 5 6"),
        ({"attributeName": "due", "conditionOperator": 12, "value": ""}, "2 3 4 5 6 7"),
        ({"attributeName": "due", "conditionOperator": 25, "value": "2024-03-09T12:00:00"}, "1"),
        ({"attributeName": "due", "conditionOperator": 27, "value": "2024-03-10T12:00:00"}, ""),
    ],
)
def test_a_condition_is_kept(grid: Stage, condition: dict[str, Any], found: str):
    grid.page.evaluate(
        f"condition => {ROWS}.filtering.setFilter({{filterOperator: 0, conditions: [condition]}})", condition
    )
    act(grid, "rows.paging.setPageSize(10); rows.refresh();")
    assert ids(grid) == found
    assert grid.misuse == []


def test_conditions_are_joined_and_cleared(grid: Stage):
    act(
        grid,
        """
        const second = { attributeName: "name", conditionOperator: 0, value: "Row 02" };
        const won = { attributeName: "stage", conditionOperator: 0, value: "1" };
        const small = { attributeName: "amount", conditionOperator: 3, value: "6" };
        const both = { filterOperator: 0, conditions: [won, small] };
        rows.filtering.setFilter({ filterOperator: 1, conditions: [second], filters: [both] });
        rows.refresh();
        """,
    )
    assert ids(grid) == "2 7"
    assert grid.read(f"{ROWS}.filtering.getFilter().filterOperator") == 1
    act(grid, "rows.filtering.clearFilter(); rows.refresh();")
    assert ids(grid) == "1 2 3"


def test_a_selection_is_kept_while_its_records_are_there(grid: Stage):
    act(grid, "rows.setSelectedRecordIds(['r1', 'r2', 'none']);")
    assert grid.read(f"{ROWS}.getSelectedRecordIds()") == ["r1", "r2"]
    grid.set(datasets={"rows": {"records": RECORDS[1:]}})
    grid.settle()
    assert grid.read(f"{ROWS}.getSelectedRecordIds()") == ["r2"]
    act(grid, "rows.clearSelectedRecordIds();")
    assert grid.read(f"{ROWS}.getSelectedRecordIds()") == []


def test_opening_a_record_is_noted(grid: Stage):
    act(grid, "rows.openDatasetItem(rows.records.r1.getNamedReference());")
    assert grid.calls == [["rows.openDatasetItem", {"id": {"guid": "r1"}, "etn": "deal", "name": "Row 01"}]]


def test_a_column_can_be_added(stage: Stage):
    more = [{"name": "code", "dataType": "SingleLine.Text"}]
    records = [{"id": "r1", "name": "One", "code": "X"}]
    stage.open(control(), DATASET, datasets={"rows": SOURCE | {"moreColumns": more, "records": records}})
    assert stage.read(f"{ROWS}.records.r1.getValue('code')") is None
    act(stage, "rows.addColumn('code', 'c'); rows.refresh();")
    assert stage.read(f"{ROWS}.records.r1.getValue('c')") == "X"
    act(stage, "rows.addColumn('none');")
    assert stage.misuse == ["rows.addColumn: there is no column none"]


def test_two_requests_at_once_are_one_too_many(grid: Stage):
    act(grid, "rows.refresh(); rows.paging.loadNextPage();")
    assert grid.misuse == ["rows.paging.loadNextPage while the dataset is loading"]


def test_refreshing_in_every_update_is_without_end(stage: Stage):
    stage.open(
        control(update="if (!context.parameters.rows.loading) context.parameters.rows.refresh();"),
        DATASET,
        datasets={"rows": SOURCE},
    )
    assert "updateView is asked for without end" in stage.misuse


def test_an_error_is_told(stage: Stage):
    stage.open(control(), DATASET, datasets={"rows": SOURCE | {"error": "No access."}})
    assert stage.read(f"[{ROWS}.error, {ROWS}.errorMessage]") == [True, "No access."]
