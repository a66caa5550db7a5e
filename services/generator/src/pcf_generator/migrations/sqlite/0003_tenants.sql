-- Whose builds and audit entries are, and under which lease a checkpoint was stored.
ALTER TABLE builds ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
ALTER TABLE outbox ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
ALTER TABLE undeliverable ADD COLUMN tenant TEXT NOT NULL DEFAULT 'default';
ALTER TABLE checkpoints ADD COLUMN holder TEXT NOT NULL DEFAULT '';
