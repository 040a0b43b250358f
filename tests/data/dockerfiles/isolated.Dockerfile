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

COPY environment.yml ./environment.yml
ARG CACHEBUST

RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true \
    --mount=type=cache,id=condock-unpacking,target=/var/cache/conda,sharing=private \
    rm -rf /var/cache/conda/* && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs && \
    alone='import os, sys; os.cpu_count = lambda: 1; from conda.cli import main; sys.exit(main())' && \
    CONDA_OVERRIDE_GLIBC=2.41 \
    "$(conda info --base)/bin/python" -I -c "$alone" create --yes --download-only \
    --prefix /env \
    --file environment.yml && \
    test ! -e /env && \
    mkdir /pkgs && \
    cp --archive /var/cache/conda/pkgs/*/ /var/cache/conda/pkgs/urls.txt /pkgs && \
    rm -rf /var/cache/conda/*

RUN --network=none \
    CONDA_PKGS_DIRS=/pkgs CONDA_ALWAYS_COPY=true CONDA_OVERRIDE_GLIBC=2.41 \
    conda env create --yes --offline --prefix /env --file environment.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
COPY --chown=10001 app.py ./app.py
COPY --chown=10001 src ./src
COPY --chown=10001 ["my data", "./my data"]
EXPOSE 8000
ENTRYPOINT ["uvicorn", "app:app", "--host", "0.0.0.0", "--port", "8000"]
