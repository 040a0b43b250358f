"""The script of the isolated form that downloads what a lock file names; it stands in the Dockerfile as it is.

It takes from conda what `conda.exports` offers to other programs (25.3.1 to 26.7.1 were tried). Reporting is its
own: off a terminal conda says nothing for as long as a download takes.
"""

FETCH_SCRIPT = '''\
"""Downloads what a lock file names, as conda itself does and so with the key, and installs nothing of it."""
import os
import sys
from threading import Event, Thread

os.cpu_count = lambda: 1  # conda unpacks one after the other: two at once could write through each other's links
from conda.exports import CondaError, MatchSpec, ProgressiveFetchExtract, context


def main(lock):
    with open(lock) as lines:
        found = [line.strip().partition("#")[::2] for line in lines if line.lstrip().startswith("http")]
    files = [os.path.join(context.pkgs_dirs[0], os.path.basename(url)) for url, _ in found]
    ended = Event()
    teller = Thread(target=tell, args=(files, ended))
    teller.start()
    try:
        ProgressiveFetchExtract([spec(*one) for one in found]).execute()
    except CondaError as error:
        sys.exit(repr(error))
    finally:
        ended.set()
        teller.join()


def spec(url, digest):
    digest = digest.removeprefix("sha256:")
    return MatchSpec(url, **({"sha256" if len(digest) == 64 else "md5": digest} if digest else {}))


def tell(files, ended):
    total, last = len(files), False
    while files and not last:
        last = ended.wait(0.5)
        for file in filter(os.path.exists, files[:]):
            files.remove(file)
            name, size = os.path.basename(file).rpartition("-")[0], os.path.getsize(file) / 1e6
            print(f"{total - len(files)} of {total}: {name}, {size:.1f} MB", flush=True)


if __name__ == "__main__":  # conda unpacks in processes of their own, which import this file again
    main(sys.argv[1])
'''
