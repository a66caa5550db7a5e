# In the place of docker.io/envoyproxy/envoy where no registry is reached: the same program out of its wheel.
FROM docker.io/library/python:3.11-slim
COPY envoy /usr/local/bin/envoy
ENTRYPOINT ["/usr/local/bin/envoy"]
