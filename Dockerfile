# One image for every program of the platform; docker-compose.yml says which one a container runs.
FROM python:3.11-slim-bookworm

RUN apt-get update \
    && apt-get install --yes --no-install-recommends openjdk-17-jre-headless \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /opt/taian

# The layer of 2 GB changes only with the lock; every package must have the digest written there.
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --no-deps --require-hashes --requirement requirements.lock

# 755, so that the service user can read the code whatever the umask of the checkout was.
COPY --chmod=755 . .
# The same set-up as `make setup`: the project itself, then the jars, each with the digest of jars.lock.
RUN python taian/setup.py \
    && rm -rf .venv/cache .venv/tmp \
    && useradd --uid 10001 --home-dir /var/lib/taian --shell /usr/sbin/nologin taian \
    && install --directory --owner=taian --group=taian --mode=0700 /var/lib/taian

ENV PATH=/opt/taian/.venv/bin:$PATH \
    PYTHONPATH=/opt/taian \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    TAIAN_HOME=/var/lib/taian \
    AIRFLOW_HOME=/var/lib/taian/airflow
USER taian
VOLUME /var/lib/taian
CMD ["taian", "--help"]
