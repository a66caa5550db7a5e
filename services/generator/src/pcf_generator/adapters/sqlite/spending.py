"""The `Purse` port on SQLite: every change one transaction, one after another."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.rows import time_text
from pcf_generator.adapters.tallies import ADDED, CALL_SUMS, COLUMNS, SUMS, tally, values
from pcf_generator.models.money import (
    MICROS_MOST,
    RESERVED_S,
    CapReached,
    Caps,
    DaySpending,
    ModelSpending,
    Payer,
    Place,
    ReservationUnknown,
    Spent,
    Standing,
)
from pcf_generator.ports.outside import Clock, NewId

__all__ = ["SqlitePurse"]

_COUNT = (
    "INSERT INTO spending_days AS kept (tenant, day, reserved_micros, spent_micros) SELECT :tenant, :day, :most, 0"
    " WHERE :most <= :cap ON CONFLICT (tenant, day) DO UPDATE"
    " SET reserved_micros = kept.reserved_micros + excluded.reserved_micros"
    " WHERE kept.reserved_micros + kept.spent_micros + excluded.reserved_micros <= :cap"
)
_MAKE = (
    "INSERT INTO model_calls (id, tenant, build_id, day, reserve_time, reserved_micros, state)"
    " VALUES (:id, :tenant, :build_id, :day, :time, :most, 'reserved')"
)
_END = (
    "UPDATE model_calls SET state = ?, end_time = ?, provider = ?, model = ?, purpose = ?, outcome = ?,"
    " input_tokens = ?, output_tokens = ?, cost_micros = ? WHERE id = ?"
)
_COUNT_END = (
    "UPDATE spending_days SET reserved_micros = reserved_micros - ?, spent_micros = spent_micros + ?"
    " WHERE tenant = ? AND day = ?"
)
_ADD = (
    f"INSERT INTO spending_by_model AS kept (tenant, day, provider, model, {', '.join(COLUMNS)})"
    f" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, day, provider, model) DO UPDATE SET {ADDED}"
)
_LINES = (
    f"SELECT tenant, day, provider, model, {', '.join(COLUMNS)} FROM spending_by_model"
    " WHERE tenant = ? AND day >= ? AND day <= ? AND (day, provider, model) > (?, ?, ?)"
    " ORDER BY day, provider, model LIMIT ?"
)
_TOTAL = f"SELECT {SUMS} FROM spending_by_model WHERE tenant = ? AND day BETWEEN ? AND ?"
_LOST = (
    "SELECT count(*) AS calls, coalesce(sum(reserved_micros), 0) AS micros FROM model_calls"
    " WHERE tenant = ? AND day BETWEEN ? AND ? AND state = 'reserved' AND reserve_time <= ?"
)
_COUNTED = "SELECT reserved_micros + spent_micros AS micros FROM spending_days WHERE tenant = ? AND day = ?"
_OF_BUILD = (
    f"SELECT provider, model, {CALL_SUMS} FROM model_calls WHERE build_id = ? AND state = 'settled'"
    " GROUP BY provider, model ORDER BY provider, model"
)


class SqlitePurse:
    """Implements `Purse`."""

    def __init__(self, database: Database, *, caps: Caps, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._caps = caps
        self._clock = clock
        self._new_id = new_id

    async def reserve(self, payer: Payer, most_micros: int) -> str:
        if most_micros < 0:
            raise ValueError(f"no call costs {most_micros}")

        def reserve(connection: sqlite3.Connection) -> str:
            now = self._clock().astimezone(UTC)
            call = {
                "id": self._new_id(),
                "tenant": payer.tenant,
                "build_id": payer.build_id,
                "day": now.date().isoformat(),
                "time": time_text(now),
                "most": min(most_micros, MICROS_MOST + 1),
            }
            if connection.execute(_COUNT, {**call, "cap": self._caps.of(payer.tenant)}).rowcount != 1:
                raise CapReached(_left_of_day_s(now))
            connection.execute(_MAKE, call)
            return str(call["id"])

        return await self._database.write(reserve)

    async def settle(self, reservation: str, spent: Spent) -> None:
        called = (spent.provider, spent.model, spent.purpose, spent.outcome)
        cost = (spent.usage.input_tokens, spent.usage.output_tokens, spent.cost_micros)

        def settle(connection: sqlite3.Connection) -> None:
            call = _known(connection, reservation)
            if call["state"] == "settled":
                return
            connection.execute(_END, ("settled", time_text(self._clock()), *called, *cost, reservation))
            connection.execute(_COUNT_END, (_held(call), spent.cost_micros, call["tenant"], call["day"]))
            connection.execute(_ADD, (call["tenant"], call["day"], *called[:2], *values(spent)))

        await self._database.write(settle)

    async def release(self, reservation: str) -> None:
        def release(connection: sqlite3.Connection) -> None:
            call = _known(connection, reservation)
            if call["state"] != "reserved":
                return
            connection.execute(_END, ("released", time_text(self._clock()), *[None] * 7, reservation))
            connection.execute(_COUNT_END, (_held(call), 0, call["tenant"], call["day"]))

        await self._database.write(release)

    async def usage(
        self, tenant: str, *, first_day: date, last_day: date, after: Place | None = None, limit: int = 1000
    ) -> Sequence[DaySpending]:
        day, provider, model = after or (date.min, "", "")
        chosen = (tenant, str(first_day), str(last_day), str(day), provider, model, limit)
        return await self._database.read(
            lambda connection: [
                DaySpending(row["tenant"], date.fromisoformat(row["day"]), row["provider"], row["model"], tally(row))
                for row in connection.execute(_LINES, chosen)
            ]
        )

    async def standing(self, tenant: str, *, first_day: date, last_day: date) -> Standing:
        now = self._clock().astimezone(UTC)
        days = (tenant, str(first_day), str(last_day))

        def stand(connection: sqlite3.Connection) -> Standing:
            lost = connection.execute(_LOST, (*days, time_text(now - timedelta(seconds=RESERVED_S)))).fetchone()
            counted = connection.execute(_COUNTED, (tenant, str(now.date()))).fetchone()
            return Standing(
                tally(connection.execute(_TOTAL, days).fetchone()),
                unsettled=lost["calls"],
                unsettled_micros=lost["micros"],
                today=now.date(),
                cap_micros=self._caps.of(tenant),
                counted_micros=counted["micros"] if counted else 0,
            )

        return await self._database.read(stand)

    async def of_build(self, build_id: str) -> Sequence[ModelSpending]:
        return await self._database.read(
            lambda connection: [
                ModelSpending(row["provider"], row["model"], tally(row))
                for row in connection.execute(_OF_BUILD, (build_id,))
            ]
        )


def _known(connection: sqlite3.Connection, reservation: str) -> sqlite3.Row:
    query = "SELECT tenant, day, state, reserved_micros FROM model_calls WHERE id = ?"
    row: sqlite3.Row | None = connection.execute(query, (reservation,)).fetchone()
    if row is None:
        raise ReservationUnknown(reservation)
    return row


def _held(call: sqlite3.Row) -> int:
    """What still counts of a reservation."""
    return int(call["reserved_micros"]) if call["state"] == "reserved" else 0


def _left_of_day_s(now: datetime) -> float:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), tzinfo=UTC)
    return (midnight - now).total_seconds()
