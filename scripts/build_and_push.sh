#!/usr/bin/env bash
# Build the image of the commit that is checked out, and bring it to ECR under two names: the commit's, which stays, and
# "latest".
#
#   scripts/build_and_push.sh                     into the repository that scripts/setup_ecr.py made
#   scripts/build_and_push.sh --repository NAME   into another, such as registry.example/planner, where you are signed in
#   scripts/build_and_push.sh --dry-run           only say what would be done
#
# It ends with 1 where something that was not committed would get into the image. CONTAINER_TOOL is docker unless set to
# podman or another; PYTHON is .venv/bin/python; PYTHON_IMAGE is what to build on, the Dockerfile's own.
set -euo pipefail
cd "$(dirname "$0")/.."

export BUILDAH_FORMAT=docker # podman's own form of an image knows no health check
tool=${CONTAINER_TOOL:-docker}
python=${PYTHON:-.venv/bin/python}
repository=
dry=

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0"; }

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry=yes ;;
    --repository)
      repository=${2:?--repository needs a name}
      shift
      ;;
    --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      exit 2
      ;;
  esac
  shift
done

run() {
  printf '+ %s\n' "$*"
  [ -n "$dry" ] || "$@"
}

commit=$(git rev-parse HEAD)
if [ -n "$(git status --porcelain)" ]; then
  echo "There are changes that are not committed: the image would not be what its name says." >&2
  [ -n "$dry" ] || exit 1
fi

if [ -z "$repository" ]; then
  repository=$("$python" -m scripts.setup_ecr --uri)
  if "$python" -m scripts.setup_ecr --has "$commit"; then
    echo "$repository:$commit is there already." # and stays what it is: what was tried is what goes on
    exit 0
  elif [ $? -ne 1 ]; then
    exit 2
  fi
  if [ -z "$dry" ]; then
    "$python" -m scripts.setup_ecr --password |
      "$tool" login --username AWS --password-stdin "${repository%%/*}"
  fi
fi

run "$tool" build --build-arg "BASE=${PYTHON_IMAGE:-base}" \
  --label "org.opencontainers.image.revision=$commit" --tag "$repository:$commit" --tag "$repository:latest" .
run "$tool" push "$repository:$commit"
run "$tool" push "$repository:latest"
