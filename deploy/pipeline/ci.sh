#!/usr/bin/env bash
# Runs .ci/run on a plain Debian, in a copy of the repository as git has it: what works there works on a fresh machine.
set -euo pipefail

engine=${ENGINE:-docker}
image=${CI_IMAGE:-debian:12}

git archive --format=tar HEAD | "$engine" run --rm --interactive "$image" bash -euc '
  apt-get update --quiet=2
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends \
    ca-certificates git make python3 python3-venv
  mkdir /repository && cd /repository && tar -xf -
  git init --quiet . && git add --all && git -c user.name=ci -c user.email=ci@localhost commit --quiet --message ci
  .ci/run'
