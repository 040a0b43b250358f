FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

COPY environment.yml ./environment.yml
ARG CACHEBUST

RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true \
    CONDA_OVERRIDE_GLIBC=2.41 conda env create --yes --prefix /env --file environment.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
USER 65532
WORKDIR /app
COPY --chown=65532 app.py ./app.py
ENTRYPOINT ["python"]
