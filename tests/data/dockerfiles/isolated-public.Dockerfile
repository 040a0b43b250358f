FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build
COPY environment.yml ./environment.yml
RUN CONDA_OVERRIDE_GLIBC=2.41 conda env create --yes --prefix /env --file environment.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
