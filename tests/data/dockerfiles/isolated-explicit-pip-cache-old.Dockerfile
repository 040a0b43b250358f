FROM continuumio/miniconda3:v25.11.1-1 AS builder
WORKDIR /build

RUN conda install --yes \
    --name base \
    --channel https://repo.anaconda.cloud/repo/anaconda-tools \
    --override-channels anaconda-registration

RUN case "$(conda --version)" in \
      "conda 25."[3-9]* | "conda 25.1"[0-9]* | "conda 2"[6-9].* | "conda "[3-9][0-9].*) ;; \
      *) echo "This needs conda 25.3 or newer, which can download packages without installing them." >&2; exit 1 ;; \
    esac

RUN printf '%s\n' \
      '"""Downloads what a lock file names, as conda itself does and so with the key, and installs nothing of it."""' \
      'import os' \
      'import sys' \
      'from threading import Event, Thread' \
      '' \
      'os.cpu_count = lambda: 1  # conda unpacks one after the other: two at once could write through each other'"'"'s links' \
      'from conda.exports import CondaError, MatchSpec, ProgressiveFetchExtract, context' \
      '' \
      '' \
      'def main(lock):' \
      '    with open(lock) as lines:' \
      '        found = [line.strip().partition("#")[::2] for line in lines if line.lstrip().startswith("http")]' \
      '    files = [os.path.join(context.pkgs_dirs[0], os.path.basename(url)) for url, _ in found]' \
      '    ended = Event()' \
      '    teller = Thread(target=tell, args=(files, ended))' \
      '    teller.start()' \
      '    try:' \
      '        ProgressiveFetchExtract([spec(*one) for one in found]).execute()' \
      '    except CondaError as error:' \
      '        sys.exit(repr(error))' \
      '    finally:' \
      '        ended.set()' \
      '        teller.join()' \
      '' \
      '' \
      'def spec(url, digest):' \
      '    digest = digest.removeprefix("sha256:")' \
      '    return MatchSpec(url, **({"sha256" if len(digest) == 64 else "md5": digest} if digest else {}))' \
      '' \
      '' \
      'def tell(files, ended):' \
      '    total, last = len(files), False' \
      '    while files and not last:' \
      '        last = ended.wait(0.5)' \
      '        for file in filter(os.path.exists, files[:]):' \
      '            files.remove(file)' \
      '            name, size = os.path.basename(file).rpartition("-")[0], os.path.getsize(file) / 1e6' \
      '            print(f"{total - len(files)} of {total}: {name}, {size:.1f} MB", flush=True)' \
      '' \
      '' \
      'if __name__ == "__main__":  # conda unpacks in processes of their own, which import this file again' \
      '    main(sys.argv[1])' \
      > /tmp/fetch.py

ARG TARGETARCH
COPY conda-linux-64.lock ./conda-linux-64.lock

RUN case "$TARGETARCH" in \
      amd64) lock=conda-linux-64.lock ;; \
      *) echo "There is no lock file for $TARGETARCH." >&2; exit 1 ;; \
    esac && \
    cp "$lock" /tmp/conda.lock

ARG CACHEBUST

RUN --mount=type=secret,id=dotenv,target=.env,required=true \
    --mount=type=cache,id=condock-downloads,target=/var/cache/conda,sharing=locked \
    find /var/cache/conda -mindepth 1 -maxdepth 2 ! -type f ! '(' -type d -path /var/cache/conda/pkgs ')' \
      -exec rm -rf '{}' + && mkdir -p /var/cache/conda/pkgs && \
    export CONDA_PKGS_DIRS=/var/cache/conda/pkgs PYTHON_CPU_COUNT=1 && \
    CONDA_QUIET=true CONDA_FETCH_THREADS=1 python /tmp/fetch.py /tmp/conda.lock && \
    mkdir /pkgs && \
    cp --archive /var/cache/conda/pkgs/*/ /var/cache/conda/pkgs/urls.txt /pkgs

RUN CONDA_PKGS_DIRS=/pkgs CONDA_ALWAYS_COPY=true \
    conda create --yes --offline --prefix /env --file /tmp/conda.lock

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
