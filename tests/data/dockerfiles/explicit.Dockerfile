FROM continuumio/miniconda3:26.7.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

ARG TARGETARCH
COPY conda-linux-64.lock ./conda-linux-64.lock
COPY conda-linux-aarch64.lock ./conda-linux-aarch64.lock
ARG CACHEBUST

RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true \
    case "$TARGETARCH" in \
      amd64) lock=conda-linux-64.lock ;; \
      arm64) lock=conda-linux-aarch64.lock ;; \
      *) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;; \
    esac && \
    conda create --yes --prefix /env --file "$lock"

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
