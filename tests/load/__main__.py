"""`make load [ARGS="--users 60 --seconds 30"]`: a served home with its sample, many people on it, and what they waited for."""
import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psutil

from tests.load import data
from tests.load.people import Book, Clerk, Officer, User
from tests.setup.processes import Served, free_port


def main() -> int:
    """Serves, fills, lets everybody at it, prints the table. Exit code 1 where anything went wrong."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="tracker-load-"))
    served = Served(folder / "home", free_port())
    try:
        served.ready()
        data.dispatches(folder, served, 1 + options.users // 27)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            people = pool.submit(data.people, served.home, options.users).result()
        return _run(served, people, options)
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=60, help="people at once (2 to 500)")
    parser.add_argument("--seconds", type=int, default=30, help="how long (5 to 3600)")
    parser.add_argument("--pause", type=float, default=0.5, help="mean pause between two acts of one person, in seconds")
    found = parser.parse_args()
    if not 2 <= found.users <= 500 or not 5 <= found.seconds <= 3600 or found.pause < 0:
        parser.error("--users 2 to 500, --seconds 5 to 3600, --pause 0 or more")
    return found


def _memory(served: Served) -> float:
    """Memory that belongs to all processes of the product alone (USS), in MB."""
    total = 0
    for process in served.everything():
        try:
            total += process.memory_full_info().uss
        except psutil.Error:
            continue
    return total / 1e6


def _run(served: Served, people: list[tuple[str, str, list[int]]], options: argparse.Namespace) -> int:
    book, before = Book(), _memory(served)
    kinds: dict[str, type[User]] = {"officer": Officer, "clerk": Clerk, "reader": User}
    users = [kinds[kind](book, served.port, email, data.PASSWORD, dispatches, n) for n, (kind, email, dispatches) in enumerate(people)]
    with ThreadPoolExecutor(4) as door:
        list(door.map(lambda user: user.sign_in(), users))
    begun = time.monotonic()
    threads = [threading.Thread(target=user.run, args=(begun + options.seconds, options.pause)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return _tell(book, time.monotonic() - begun, options, before, _memory(served))


def _tell(book: Book, wall: float, options: argparse.Namespace, before: float, after: float) -> int:
    count = sum(map(len, book.seconds.values()))
    print(f"{options.users} people, {wall:.0f} s, mean pause {options.pause:g} s: {count} requests, {count / wall:.0f} / s")
    print(f"{'page':<16}{'requests':>9}{'p50 ms':>9}{'p95 ms':>9}{'max ms':>9}")
    for page, seconds in sorted(book.seconds.items()):
        ordered = sorted(seconds)
        p50, p95 = statistics.median(ordered) * 1000, ordered[int(len(ordered) * 0.95)] * 1000
        print(f"{page:<16}{len(ordered):>9}{p50:>9.0f}{p95:>9.0f}{ordered[-1] * 1000:>9.0f}")
    print(f"memory of all processes: {before:.0f} MB before, {after:.0f} MB after")
    print(f"two clerks at one submission (409): {book.met}; errors: {len(book.errors)}")
    for line in book.errors[:20]:
        print(f"  {line}")
    return 1 if book.errors else 0


if __name__ == "__main__":
    sys.exit(main())
