# In the place of docker.io/library/redis where no registry is reached: Debian's Redis.
FROM docker.io/library/python:3.11-slim
RUN apt-get update --quiet=2 \
 && DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends redis-server redis-tools >/dev/null
