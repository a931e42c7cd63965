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
# What only installing and others' tests need stays out of the image.
RUN /opt/credenza/bin/pip install --no-cache-dir --no-deps --no-build-isolation /src \
 && /opt/credenza/bin/pip uninstall -y setuptools pip \
 && find /opt/credenza/lib -type d -name tests -prune -exec rm -r {} +

FROM debian:bookworm-slim
# The fonts draw certificates in the scripts of all learners. Nothing in the image can become another user.
RUN apt-get update \
 && apt-get install -y --no-install-recommends python3 ca-certificates fontconfig fonts-noto-core fonts-noto-cjk \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /var/lib/credenza --shell /usr/sbin/nologin credenza \
 && install -d -o credenza -g credenza -m 0750 /var/lib/credenza \
 && find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /opt/credenza /opt/credenza
ENV PATH=/opt/credenza/bin:$PATH PYTHONUNBUFFERED=1 CREDENZA_DATA_DIR=/var/lib/credenza
USER credenza
WORKDIR /var/lib/credenza
VOLUME /var/lib/credenza
EXPOSE 8000
ENTRYPOINT ["credenza"]
CMD ["serve", "--host", "0.0.0.0", "--processes", "2"]
