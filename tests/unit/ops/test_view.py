"""What speaks against a change of regions, and what is told of them."""

from dataclasses import replace
from pathlib import Path

import pytest
from pcf_ops.configuration import Configuration
from pcf_ops.database import Follower, Look
from pcf_ops.status import document, lines
from pcf_ops.view import Seen, View, objections

PRIMARY = Look(
    follows=False,
    identity="7",
    held=False,
    position=100,
    hears=False,
    followers=[Follower("two", synchronous=True, behind=0)],
)
STANDBY = Look(follows=True, identity="7", held=False, position=100, hears=True)
ALONE = replace(PRIMARY, followers=[])
DEAF = replace(STANDBY, hears=False)
HELD = replace(ALONE, held=True)


@pytest.mark.parametrize(
    ("one", "two", "planned", "said"),
    [
        (PRIMARY, STANDBY, False, "split brain: the database of one answers and takes writes"),
        (None, STANDBY, False, "split brain: the standby in two hears from the database of one"),
        (ALONE, ALONE, False, "split brain: the database of one answers and takes writes"),
        (None, None, False, "the database of two does not answer: there is nothing to promote"),
        (ALONE, replace(DEAF, identity="8"), False, "not copies of one another"),
        (None, DEAF, False, ""),
        (None, ALONE, False, ""),
        (HELD, DEAF, False, ""),
        (DEAF, DEAF, False, ""),
        (PRIMARY, STANDBY, True, ""),
        (HELD, STANDBY, True, ""),
        (HELD, ALONE, True, ""),
        (None, STANDBY, True, "the database of one does not answer; if the region is lost"),
        (ALONE, DEAF, True, "the database of two does not follow that of one"),
        (ALONE, ALONE, True, "split brain: the databases of one and two both take writes"),
        (STANDBY, STANDBY, True, "nobody takes writes"),
    ],
)
def test_a_change_is_refused_for_a_reason_or_not_at_all(
    one: Look | None, two: Look | None, planned: bool, said: str, told: Configuration
):
    found = "\n".join(objections(_view(one, two), told, "two", planned=planned, loss_accepted=False))

    assert said in found
    assert bool(said) == bool(found)


@pytest.mark.parametrize(("accepted", "refused"), [(False, True), (True, False)])
def test_what_may_be_lost_must_be_accepted(accepted: bool, refused: bool, told: Configuration):
    behind = told.model_copy(update={"replication": "asynchronous"})

    found = list(objections(_view(None, DEAF), behind, "two", planned=False, loss_accepted=accepted))

    assert refused == any("--accept-loss" in each for each in found)


@pytest.mark.parametrize(
    ("view", "fault"),
    [
        (View({"one": Seen(PRIMARY, True), "two": Seen(STANDBY, True)}, "one"), ""),
        (View({"one": Seen(ALONE, True), "two": Seen(ALONE, True)}, "one"), "SPLIT BRAIN"),
        (View({"one": Seen(None, False), "two": Seen(DEAF, True)}, "one"), "no database takes writes"),
        (View({"one": Seen(PRIMARY, True), "two": Seen(STANDBY, True)}, "two"), "makers are sent to two"),
        (View({"one": Seen(PRIMARY, True), "two": Seen(STANDBY, True)}, "elsewhere"), "the record says elsewhere"),
        (View({"one": Seen(PRIMARY, True), "two": Seen(STANDBY, False)}, "one"), "the edge of two does not answer"),
        (View({"one": Seen(PRIMARY, True), "two": Seen(None, True)}, "one"), "the database of two does not answer"),
        (View({"one": Seen(PRIMARY, True), "two": Seen(replace(STANDBY, identity="8"), True)}, "one"), "not copies"),
    ],
)
def test_whatever_is_wrong_is_told(view: View, fault: str):
    said = "\n".join(lines(view))

    assert fault in said
    assert ("All is well" in said) == (not fault)
    assert bool(document(view)["faults"]) == bool(fault)


def test_a_region_that_would_take_what_it_acknowledges_with_it_is_told():
    behind = replace(PRIMARY, followers=[Follower("two", synchronous=False, behind=8)])
    regions = {"one": Seen(behind, True), "two": Seen(STANDBY, True)}

    assert not list(View(regions, "one").faults())
    [fault] = View(regions, "one", is_synchronous=True).faults()
    assert "one has no synchronous standby" in fault


def test_people_read_who_follows_whom():
    said = list(lines(View({"one": Seen(PRIMARY, True), "two": Seen(STANDBY, True)}, "one")))

    assert said[0].startswith("-> one")
    assert "takes writes; followed by two synchronously, 0 bytes behind" in said[0]
    assert "database follows" in said[1]


def _view(one: Look | None, two: Look | None) -> View:
    return View({"one": Seen(one, one is not None), "two": Seen(two, two is not None)}, "one")


@pytest.fixture
def told() -> Configuration:
    regions = {
        name: {"url": f"https://{name}.example.com", "target": name, "database": Path(name)} for name in ("one", "two")
    }
    return Configuration.model_validate(
        {"home": "one", "replication": "synchronous", "record": {"file": {"path": "record"}}, "regions": regions}
    )
