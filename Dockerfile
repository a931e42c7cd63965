# Credenza's web service: serve, worker, migrate. Build: docker build -t credenza . ; run: see compose.yaml.
FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 python3-venv \
 && rm -rf /var/lib/apt/lists/*
RUN python3 -m venv /opt/credenza
# What changes seldom first: the exact versions and hashes of everything that is needed.
COPY requirements/runtime.txt requirements/service.txt /src/requirements/
RUN /opt/credenza/bin/pip install --no-cache-dir --require-hashes -r /src/requirements/service.txt
COPY pyproject.toml README.md LICENSE /src/
COPY src /src/src
RUN /opt/credenza/bin/pip install --no-cache-dir --no-deps --no-build-isolation /src \
 && /opt/credenza/bin/python -m compileall -q /opt/credenza/lib

FROM debian:bookworm-slim
# The fonts draw certificates in the scripts of all learners.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 ca-certificates fontconfig fonts-noto-core \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --create-home --home-dir /var/lib/credenza credenza
COPY --from=build /opt/credenza /opt/credenza
ENV PATH=/opt/credenza/bin:$PATH PYTHONUNBUFFERED=1 CREDENZA_DATA_DIR=/var/lib/credenza
USER credenza
WORKDIR /var/lib/credenza
VOLUME /var/lib/credenza
EXPOSE 8000
ENTRYPOINT ["credenza"]
CMD ["serve", "--host", "0.0.0.0", "--processes", "2"]
