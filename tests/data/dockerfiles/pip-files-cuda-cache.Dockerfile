FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

COPY envs/gpu.yml ./envs/gpu.yml
COPY envs/requirements.txt ./envs/requirements.txt
COPY pins/all.txt ./pins/all.txt
ARG CACHEBUST

RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true \
    --mount=type=cache,id=condock-pkgs,target=/var/cache/conda,sharing=locked \
    find /var/cache/conda -mindepth 1 -maxdepth 2 ! -type f ! '(' -type d -path /var/cache/conda/pkgs ')' \
      -exec rm -rf '{}' + && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs && \
    CONDA_OVERRIDE_GLIBC=2.41 CONDA_OVERRIDE_CUDA=12.4 \
    conda env create --yes --prefix /env --file envs/gpu.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
