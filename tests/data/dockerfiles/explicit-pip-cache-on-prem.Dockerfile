FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

RUN mkdir -p "$(dirname "$(dirname "$(command -v conda)")")"/condarc.d && \
    printf '%s\n' \
      '# Written by condock: further hosts that anaconda-auth shows the key to.' \
      channel_settings: \
      '  - channel: "https://conda.example.com/*"' \
      '    auth: anaconda-auth' \
      '    auth_domain: "conda.example.com"' \
      > "$(dirname "$(dirname "$(command -v conda)")")"/condarc.d/condock.yml

ARG TARGETARCH
COPY conda-linux-64.lock ./conda-linux-64.lock
ARG CACHEBUST

RUN --mount=type=secret,id=dotenv,target=.env,required=true \
    --mount=type=cache,id=condock-pkgs,target=/var/cache/conda,sharing=locked \
    find /var/cache/conda -mindepth 1 -maxdepth 2 ! -type f ! '(' -type d -path /var/cache/conda/pkgs ')' \
      -exec rm -rf '{}' + && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs && \
    case "$TARGETARCH" in \
      amd64) lock=conda-linux-64.lock ;; \
      *) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;; \
    esac && \
    ANACONDA_AUTH_DOMAIN=conda.example.com conda create --yes --prefix /env --file "$lock"

COPY conda-pip.lock ./conda-pip.lock
COPY requirements.txt ./requirements.txt
RUN /env/bin/python -m pip install --no-cache-dir --no-input --no-deps --requirement conda-pip.lock

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
