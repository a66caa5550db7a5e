# In the place of docker.io/library/postgres where no registry is reached: Debian's PostgreSQL, with as much of that image's contract
# as docker-compose.yml goes by.
FROM docker.io/library/python:3.11-slim
RUN useradd --uid 999 --user-group postgres \
 && apt-get update --quiet=2 \
 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends postgresql >/dev/null \
 && mkdir -p /var/lib/postgresql/data /docker-entrypoint-initdb.d \
 && chown 999:999 /var/lib/postgresql/data
# podman gives a tmpfs under /run to root, whatever its options say.
ENV PGHOST=/tmp PGDATA=/var/lib/postgresql/data PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin
COPY entrypoint.sh /usr/local/bin/docker-entrypoint.sh
USER 999:999
STOPSIGNAL SIGINT
VOLUME /var/lib/postgresql/data
ENTRYPOINT ["bash", "/usr/local/bin/docker-entrypoint.sh"]
CMD ["postgres"]
