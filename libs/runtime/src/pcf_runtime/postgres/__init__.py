"""PostgreSQL for the services that keep something in it: a pool, migrations, and which faults may pass."""
