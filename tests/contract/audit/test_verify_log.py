"""AuditService.VerifyLog, on a log that was left alone and on one that was not."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1.audit_pb2_grpc import AuditServiceStub
from pcf_runtime.errors import DataLoss
from pcf_runtime.merkle import EMPTY_ROOT, Frontier
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


def tamper(database: Path, change: str) -> None:
    """Does to the file what the triggers refuse."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("DROP TRIGGER entries_are_never_changed")
        connection.execute("DROP TRIGGER entries_are_never_deleted")
        connection.execute(change)


def root_over(appended: pb.AppendEventsResponse, count: int) -> str:
    """Of the tree over the first events."""
    frontier = Frontier()
    for receipt in appended.receipts[:count]:
        frontier.append(bytes.fromhex(receipt.leaf_hash))
    return frontier.root().hex()


async def test_an_empty_log_is_valid(stub: AuditServiceStub):
    assert pb.VerifyLogResponse(valid=True, root_hash=EMPTY_ROOT.hex()) == await stub.VerifyLog(pb.VerifyLogRequest())


async def test_an_untouched_log_is_valid(stub: AuditServiceStub, make_message: MessageMaker):
    appended = await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(number) for number in range(9)]))
    verified = await stub.VerifyLog(pb.VerifyLogRequest())

    assert pb.VerifyLogResponse(valid=True, event_count=9, root_hash=root_over(appended, 9)) == verified
    assert not verified.HasField("broken_index")


@pytest.mark.parametrize(
    ("change", "index", "fault"),
    [
        (
            "UPDATE entries SET content = replace(content, 'succeeded', 'refused') WHERE idx = 5",
            5,
            "the content does not match leaf_hash",
        ),
        ("DELETE FROM entries WHERE idx = 0", 0, "the event is missing"),
        ("DELETE FROM entries WHERE idx = 8", 8, "the event is missing"),
        ("UPDATE entries SET leaf_hash = x'00' WHERE idx = 3", 3, "the content does not match leaf_hash"),
    ],
)
async def test_a_file_that_was_edited_is_found(
    audit: Any, make_message: MessageMaker, change: str, index: int, fault: str
):
    appended = await audit.stub.AppendEvents(
        pb.AppendEventsRequest(events=[make_message(number) for number in range(9)])
    )
    tamper(audit.database, change)

    assert pb.VerifyLogResponse(
        valid=False, event_count=index, root_hash=root_over(appended, index), broken_index=index, fault=fault
    ) == await audit.stub.VerifyLog(pb.VerifyLogRequest())


async def test_an_event_that_cannot_be_read_any_more_is_data_loss(audit: Any, make_message: MessageMaker):
    await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0), make_message(1)]))
    tamper(audit.database, 'UPDATE entries SET content = replace(content, \'"index":1\', \'"index":""\')')

    with expect_error(DataLoss, reason="LOG_DAMAGED", domain="audit.pcf"):
        await audit.stub.ListEvents(pb.ListEventsRequest())
