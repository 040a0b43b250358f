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

COPY environment.yml ./environment.yml
ARG CACHEBUST

RUN --mount=type=secret,id=dotenv,target=.env,required=true \
    ANACONDA_AUTH_DOMAIN=conda.example.com CONDA_OVERRIDE_GLIBC=2.41 \
    conda env create --yes --prefix /env --file environment.yml

FROM debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
RUN getent passwd 10001 || useradd --create-home --uid 10001 app
USER 10001
WORKDIR /app
ENTRYPOINT ["python"]
