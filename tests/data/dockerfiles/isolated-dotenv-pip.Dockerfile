FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

RUN case "$(conda --version)" in \
      "conda 26."[7-9]* | "conda 26.1"[0-9]* | "conda 2"[7-9].* | "conda "[3-9][0-9].*) ;; \
      *) echo "This needs conda 26.7 or newer, which can download packages without installing them." >&2; exit 1 ;; \
    esac

COPY envs/gpu.yml ./envs/gpu.yml
ARG CACHEBUST

RUN --mount=type=secret,id=dotenv,target=.env,required=true \
    --mount=type=cache,id=condock-unpacking,target=/var/cache/conda,sharing=private \
    rm -rf /var/cache/conda/* && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs && \
    alone='import os, sys; os.cpu_count = lambda: 1; from conda.cli import main; sys.exit(main())' && \
    CONDA_OVERRIDE_GLIBC=2.41 \
    "$(conda info --base)/bin/python" -I -c "$alone" create --yes --download-only \
    --prefix /env \
    --file envs/gpu.yml && \
    test ! -e /env && \
    mkdir /pkgs && \
    cp --archive /var/cache/conda/pkgs/*/ /var/cache/conda/pkgs/urls.txt /pkgs && \
    rm -rf /var/cache/conda/*

COPY envs/requirements.txt ./envs/requirements.txt
COPY pins/all.txt ./pins/all.txt

RUN CONDA_PKGS_DIRS=/pkgs CONDA_ALWAYS_COPY=true CONDA_OVERRIDE_GLIBC=2.41 \
    conda env create --yes --offline --prefix /env --file envs/gpu.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
