"""Real servers for tests, drills and benchmarks: each started in a temporary folder on 127.0.0.1, and ended with it.

    from tests.servers.postgres import postgres

    with postgres(durable=True) as primary, primary.standby() as standby:
        primary.kill()
        standby.promote()

Debian's programs are taken where they are installed, else those of the wheels in .venv-servers. What there is none of
raises MissingProgramError, which pytest turns into a skip (fixtures.py). Scripts need the repository's root in
PYTHONPATH.
"""
