"""Rows to domain values and back."""

import sqlite3
from dataclasses import fields
from datetime import datetime

from pcf_generator.adapters import json_text
from pcf_generator.domain.build import (
    Answer,
    Build,
    BuildEvent,
    BuildOptions,
    BuildState,
    EventType,
    NewEvent,
    Result,
)
from pcf_generator.domain.refusal import Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import AuditEvent, TrailEntry

Answers = tuple[Answer, ...]

BUILD_COLUMNS = ", ".join(field.name for field in fields(Build))


def time_text(time: datetime) -> str:
    """A time as the tables hold it: fixed width, so that text order is time order."""
    return time.isoformat(timespec="microseconds")


def build_values(build: Build) -> dict[str, object]:
    """A build as column values."""
    return {
        "id": build.id,
        "actor": build.actor,
        "request_id": build.request_id,
        "trace": build.trace,
        "tenant": build.tenant,
        "prompt": build.prompt,
        "options": json_text.dump(BuildOptions, build.options),
        "state": build.state.value,
        "stage": build.stage.value if build.stage else None,
        "question": json_text.dump(Question, build.question) if build.question else None,
        "answers": json_text.dump(Answers, build.answers),
        "problem": json_text.dump(Problem, build.problem) if build.problem else None,
        "result": json_text.dump(Result, build.result) if build.result else None,
        "brain_release": build.brain_release,
        "last_sequence": build.last_sequence,
        "claims": build.claims,
        "create_time": time_text(build.create_time),
        "update_time": time_text(build.update_time),
        "end_time": time_text(build.end_time) if build.end_time else None,
    }


def build(row: sqlite3.Row) -> Build:
    """A row of `builds`."""
    return Build(
        id=row["id"],
        actor=row["actor"],
        request_id=row["request_id"],
        trace=row["trace"],
        tenant=row["tenant"],
        prompt=row["prompt"],
        options=json_text.load(BuildOptions, row["options"]),
        state=BuildState(row["state"]),
        stage=Stage(row["stage"]) if row["stage"] else None,
        question=json_text.load(Question, row["question"]) if row["question"] else None,
        answers=json_text.load(Answers, row["answers"]),
        problem=json_text.load(Problem, row["problem"]) if row["problem"] else None,
        result=json_text.load(Result, row["result"]) if row["result"] else None,
        brain_release=row["brain_release"],
        last_sequence=row["last_sequence"],
        claims=row["claims"],
        create_time=datetime.fromisoformat(row["create_time"]),
        update_time=datetime.fromisoformat(row["update_time"]),
        end_time=datetime.fromisoformat(row["end_time"]) if row["end_time"] else None,
    )


def event(row: sqlite3.Row) -> BuildEvent:
    """A row of `build_events`."""
    return BuildEvent(
        build_id=row["build_id"],
        sequence=row["sequence"],
        event_time=datetime.fromisoformat(row["event_time"]),
        state=BuildState(row["state"]),
        event=NewEvent(
            EventType(row["type"]),
            row["message"],
            Stage(row["stage"]) if row["stage"] else None,
            row["duration_s"],
        ),
    )


def audit_event(row: sqlite3.Row) -> AuditEvent:
    """A row of `outbox`."""
    return AuditEvent(
        event_id=row["event_id"],
        build_id=row["build_id"],
        event_time=datetime.fromisoformat(row["event_time"]),
        actor=row["actor"],
        request_id=row["request_id"],
        tenant=row["tenant"],
        entry=json_text.load(TrailEntry, row["entry"]),
        trace=row["trace"] or "",
    )
