FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build
RUN conda install --yes --name base conda-lock
COPY conda-lock.yml ./conda-lock.yml

RUN --mount=type=cache,id=condock-pkgs,target=/var/cache/conda,sharing=locked \
    find /var/cache/conda -mindepth 1 -maxdepth 2 ! -type f ! '(' -type d -path /var/cache/conda/pkgs ')' \
      -exec rm -rf '{}' + && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs && \
    conda lock install --prefix /env conda-lock.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
