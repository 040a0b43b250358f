FROM mirror.example.com/hub/anaconda/miniconda:26.7.1 AS builder
WORKDIR /build
ENV CONDA_PLUGINS_AUTO_ACCEPT_TOS=yes

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

COPY environment.yml ./environment.yml
ARG CACHEBUST

RUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY,required=true \
    CONDA_OVERRIDE_GLIBC=2.41 conda env create --yes --prefix /env --file environment.yml

FROM mirror.example.com/hub/library/debian:13.6-slim AS runtime
COPY --from=builder /env /env
ENV PATH="/env/bin:${PATH}"
WORKDIR /app
ENTRYPOINT ["python"]
