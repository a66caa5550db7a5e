# One image per service, from one file:
#
#   docker build --build-arg SERVICE=generator --target generator -t pcf-generator .      (make images builds all four)
#
# An image holds Python, the service and what both are linked with. There is no shell in it and no package manager; it runs as
# user 65532 with a read-only root. /ai-brain holds the brain's files, /tmp all that may be written. The command is the service's,
# so `docker run pcf-generator migrate` does what `pcf-generator migrate` does.
ARG PYTHON=docker.io/library/python:3.11-slim

FROM ${PYTHON} AS build
ARG SERVICE
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore PYTHONDONTWRITEBYTECODE=1
WORKDIR /build
COPY requirements/build.txt requirements/${SERVICE}.txt requirements/
RUN python3 -m venv /venv \
 && /venv/bin/pip install --quiet --require-hashes --no-deps -r requirements/build.txt \
 && /venv/bin/pip install --quiet --require-hashes --no-deps --no-compile --target /image/app -r requirements/${SERVICE}.txt
COPY libs libs
COPY services/${SERVICE} service
RUN /venv/bin/pip install --quiet --no-deps --no-build-isolation --no-compile --target /image/app \
      ./libs/contracts ./libs/runtime ./service
COPY deploy/images/assemble.py .
RUN python3 assemble.py /image

FROM build AS compilers
COPY requirements/compilers requirements/compilers
RUN python3 requirements/compilers/install.py /image/compilers

FROM scratch AS service
ARG VERSION=0.0.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="PCF Builder" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="scratch"
ENV PYTHONPATH=/app PYTHONUTF8=1 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    # One heap for each of a dozen threads would never be given back.
    MALLOC_ARENA_MAX=2
USER 65532:65532
WORKDIR /tmp
STOPSIGNAL SIGTERM

FROM service AS gateway
COPY --from=build /image /
EXPOSE 3000 9300
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["/bin/python", "-m", "pcf_runtime.probe", "PCF_GATEWAY_METRICS_PORT", "9300"]
ENTRYPOINT ["/bin/python", "-m", "pcf_gateway"]

FROM service AS generator
COPY --from=compilers /image /
ENV PCF_GENERATOR_COMPILERS=/compilers
EXPOSE 50051 9351
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["/bin/python", "-m", "pcf_runtime.probe", "PCF_GENERATOR_METRICS_PORT", "9351"]
ENTRYPOINT ["/bin/python", "-m", "pcf_generator"]

FROM service AS brain
COPY --from=build /image /
# What this version was tested with; a volume that is mounted there takes its place.
COPY ai-brain /ai-brain
ENV PCF_BRAIN_FOLDER=/ai-brain
EXPOSE 50052 9352
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["/bin/python", "-m", "pcf_runtime.probe", "PCF_BRAIN_METRICS_PORT", "9352"]
ENTRYPOINT ["/bin/python", "-m", "pcf_brain"]

FROM service AS audit
COPY --from=build /image /
EXPOSE 50053 9353
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["/bin/python", "-m", "pcf_runtime.probe", "PCF_AUDIT_METRICS_PORT", "9353"]
ENTRYPOINT ["/bin/python", "-m", "pcf_audit"]
