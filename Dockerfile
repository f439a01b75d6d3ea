# The planner in one image: web server, worker and the operator's commands.
#
#   docker build --tag smart-budget-planner .
#   docker run --publish 5000:5000 --volume planner:/data smart-budget-planner
#
# BASE takes a digest (python:3.13-slim@sha256:…) or an image of one's own with Python 3.11 or later.
ARG BASE=base
# A stage of its own, because Dependabot follows no ARG; where BASE is another, nobody asks for it.
FROM python:3.13-slim AS base

FROM ${BASE} AS build
COPY requirements.txt constraints.txt /tmp/
# Nobody may write there later, so it is compiled now; by content, so that it stays valid however the files are copied.
RUN python3 -m venv /opt/planner \
    && /opt/planner/bin/python -m pip install --no-cache-dir --no-compile --requirement /tmp/requirements.txt \
    && /opt/planner/bin/python -m pip uninstall --yes --quiet pip \
    && /opt/planner/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/planner/lib
WORKDIR /srv/planner
COPY . .
RUN /opt/planner/bin/python -m compileall -q --invalidation-mode unchecked-hash . && mkdir /data

FROM ${BASE}
LABEL org.opencontainers.image.title="Smart Budget Planner" \
      org.opencontainers.image.description="Write down what you spend, set budgets, and hear about it in time."
# What reads pictures of receipts; each language is a package of its own, such as tesseract-ocr-fra.
ARG PACKAGES="tesseract-ocr tesseract-ocr-deu"
# hadolint ignore=DL3008 # Debian keeps one version of a release, and mends it
RUN apt-get update \
    && apt-get install --yes --quiet --no-install-recommends ${PACKAGES} \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt
COPY --from=build /opt/planner /opt/planner
COPY --from=build /srv/planner /srv/planner
COPY --from=build --chown=10001:10001 /data /data
ENV PATH=/opt/planner/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    HOST=0.0.0.0 \
    PORT=5000 \
    DATA_DIR=/data
WORKDIR /srv/planner
USER 10001:10001
VOLUME ["/data"]
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=15s --retries=3 CMD ["python", "-m", "scripts.healthy"]
# Both, as `make run` does. Each by itself: python -m scripts.run web, python -m scripts.run worker
CMD ["python", "-m", "scripts.run"]
