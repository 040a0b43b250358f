FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build
COPY environment.yml ./environment.yml
RUN CONDA_OVERRIDE_GLIBC=2.41 conda env create --yes --prefix /env --file environment.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
ENV MODE="production"
ENV GREETING="say \"hi\", it's \$HOME\\"
# DB_PASSWORD, a variable of the environment file, is left out.
# PATH, a variable of the environment file, is left out.
# a b, a variable of the environment file, is left out.
# TWO_LINES, a variable of the environment file, is left out.
ENV EMPTY=""
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
