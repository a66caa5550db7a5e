"""The `Purse` port on PostgreSQL. Every method is one statement, so one journey, and a transaction by itself.

The row of a tenant's day is what keeps the cap: a reservation is added to it only where the sum stays within the cap,
and whoever comes at the same moment waits for that row and looks again.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from pcf_generator.adapters.postgres.database import Database
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
from pcf_generator.ports.outside import NewId

__all__ = ["PostgresPurse"]

_TODAY = "SELECT time, (time AT TIME ZONE 'UTC')::date AS day FROM (SELECT clock_timestamp()) AS now (time)"
_RESERVE = f"""
WITH today AS MATERIALIZED ({_TODAY}), counted AS (
  INSERT INTO spending_days AS kept (tenant, day, reserved_micros, spent_micros)
  SELECT $2, day, $4::bigint, 0 FROM today WHERE $4 <= $5::bigint
  ON CONFLICT (tenant, day) DO UPDATE SET reserved_micros = kept.reserved_micros + excluded.reserved_micros
  WHERE kept.reserved_micros + kept.spent_micros + excluded.reserved_micros <= $5
  RETURNING day
), made AS (
  INSERT INTO model_calls (id, tenant, build_id, day, reserve_time, reserved_micros, state)
  SELECT $1, $2, $3, day, time, $4, 'reserved' FROM counted JOIN today USING (day)
  RETURNING true
)
SELECT EXISTS (SELECT FROM made) AS reserved,
  extract(epoch FROM (day + 1)::timestamp AT TIME ZONE 'UTC' - time)::float8 AS day_left_s FROM today
"""
# What ended is looked at once more when the row is locked: another may have settled it meanwhile.
_OPEN = """
  SELECT id, tenant, day, CASE state WHEN 'reserved' THEN reserved_micros ELSE 0 END AS held
  FROM model_calls WHERE id = $1 AND state = ANY($2) FOR UPDATE
"""
_SETTLE = f"""
WITH open AS ({_OPEN}), ended AS (
  UPDATE model_calls SET state = 'settled', end_time = greatest(reserve_time, clock_timestamp()), provider = $3,
    model = $4, purpose = $5, outcome = $6, input_tokens = $10, output_tokens = $11, cost_micros = $12
  FROM open WHERE model_calls.id = open.id
), counted AS (
  UPDATE spending_days AS kept SET reserved_micros = reserved_micros - held, spent_micros = spent_micros + $12
  FROM open WHERE (kept.tenant, kept.day) = (open.tenant, open.day)
), added AS (
  INSERT INTO spending_by_model AS kept (tenant, day, provider, model, {", ".join(COLUMNS)})
  SELECT tenant, day, $3, $4, $7, $8, $9, $10, $11, $12 FROM open
  ON CONFLICT (tenant, day, provider, model) DO UPDATE SET {ADDED}
)
SELECT EXISTS (SELECT FROM model_calls WHERE id = $1)
"""
_RELEASE = f"""
WITH open AS ({_OPEN}), ended AS (
  UPDATE model_calls SET state = 'released', end_time = greatest(reserve_time, clock_timestamp())
  FROM open WHERE model_calls.id = open.id
), counted AS (
  UPDATE spending_days AS kept SET reserved_micros = reserved_micros - held
  FROM open WHERE (kept.tenant, kept.day) = (open.tenant, open.day)
)
SELECT EXISTS (SELECT FROM model_calls WHERE id = $1)
"""
_LINES = f"""
SELECT tenant, day, provider, model, {", ".join(COLUMNS)} FROM spending_by_model
WHERE tenant = $1 AND day <= $3 AND (day, provider, model) > ($4, $5, $6) AND day >= $2
ORDER BY day, provider, model LIMIT $7
"""
_STANDING = f"""
WITH today AS MATERIALIZED ({_TODAY}), total AS (
  SELECT {SUMS} FROM spending_by_model WHERE tenant = $1 AND day BETWEEN $2 AND $3
), lost AS (
  SELECT count(*) AS unsettled, coalesce(sum(reserved_micros), 0) AS unsettled_micros FROM model_calls
  WHERE tenant = $1 AND day BETWEEN $2 AND $3 AND state = 'reserved'
    AND reserve_time <= (SELECT time - $4::interval FROM today)
)
SELECT total.*, lost.*, today.day AS today, coalesce(
  (SELECT reserved_micros + spent_micros FROM spending_days WHERE (tenant, day) = ($1, today.day)), 0) AS counted_micros
FROM total, lost, today
"""
_OF_BUILD = f"""
SELECT provider, model, {CALL_SUMS} FROM model_calls WHERE build_id = $1 AND state = 'settled'
GROUP BY provider, model ORDER BY provider, model
"""


class PostgresPurse:
    """Implements `Purse`."""

    def __init__(self, database: Database, *, caps: Caps, new_id: NewId) -> None:
        self._database = database
        self._caps = caps
        self._new_id = new_id

    async def reserve(self, payer: Payer, most_micros: int) -> str:
        if most_micros < 0:
            raise ValueError(f"no call costs {most_micros}")
        name, most = self._new_id(), min(most_micros, MICROS_MOST + 1)
        cap = self._caps.of(payer.tenant)
        row = await self._database.run(
            lambda connection: connection.fetchrow(_RESERVE, name, payer.tenant, payer.build_id, most, cap)
        )
        assert row is not None  # noqa: S101 - there is always a today
        if not row["reserved"]:
            raise CapReached(row["day_left_s"])
        return name

    async def settle(self, reservation: str, spent: Spent) -> None:
        called = (spent.provider, spent.model, spent.purpose, spent.outcome)
        await self._end(_SETTLE, reservation, ["reserved", "released"], *called, *values(spent))

    async def release(self, reservation: str) -> None:
        await self._end(_RELEASE, reservation, ["reserved"])

    async def usage(
        self, tenant: str, *, first_day: date, last_day: date, after: Place | None = None, limit: int = 1000
    ) -> Sequence[DaySpending]:
        start = after or (date.min, "", "")
        found = await self._database.run(
            lambda connection: connection.fetch(_LINES, tenant, first_day, last_day, *start, limit)
        )
        return [DaySpending(row["tenant"], row["day"], row["provider"], row["model"], tally(row)) for row in found]

    async def standing(self, tenant: str, *, first_day: date, last_day: date) -> Standing:
        kept = timedelta(seconds=RESERVED_S)
        row = await self._database.run(
            lambda connection: connection.fetchrow(_STANDING, tenant, first_day, last_day, kept)
        )
        assert row is not None  # noqa: S101 - sums are one row
        return Standing(
            tally(row),
            unsettled=row["unsettled"],
            unsettled_micros=int(row["unsettled_micros"]),
            today=row["today"],
            cap_micros=self._caps.of(tenant),
            counted_micros=row["counted_micros"],
        )

    async def of_build(self, build_id: str) -> Sequence[ModelSpending]:
        found = await self._database.run(lambda connection: connection.fetch(_OF_BUILD, build_id))
        return [ModelSpending(row["provider"], row["model"], tally(row)) for row in found]

    async def _end(self, statement: str, reservation: str, *values: object) -> None:
        known = await self._database.run(lambda connection: connection.fetchval(statement, reservation, *values))
        if not known:
            raise ReservationUnknown(reservation)
