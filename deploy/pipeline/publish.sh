#!/usr/bin/env bash
# Makes the release's page: what CHANGELOG.md says, the digests of the images, and what is in them.
set -euo pipefail

: "${VERSION:?say which version: make publish VERSION=1.2.3}"
list=${IMAGES:-out/images.txt}
folder=${SBOMS:-out/sbom}

mkdir -p out
{
  python=${PYTHON:-.venv/bin/python}
  PYTHONPATH=. "$python" -m deploy.pipeline.release_notes "$VERSION"
  printf '\n## Images\n\n```\n'
  cut -d' ' -f2 "$list"
  printf '```\n'
} >out/notes.md
gh release create "v$VERSION" --verify-tag --title "PCF Builder $VERSION" --notes-file out/notes.md "$list" "$folder"/*
