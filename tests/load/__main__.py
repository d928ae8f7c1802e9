"""`make load`: a served home with its sample and 200 people on it for two minutes, and again while workers are killed; says whether the goals are met."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.load import data
from tests.load.machine import Watch
from tests.load.table import Table
from tests.setup.processes import ROOT, Served, free_port, until

#: Milliseconds that 95 of 100 requests may take.
GOAL = 500
#: Seconds in which everybody signs in; what happens then is not counted.
RAMP = 60


def main() -> int:
    """Serves, fills, lets everybody at it. Exit code 1 where a goal is missed."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="tracker-load-"))
    served = Served(folder / "home", free_port())
    try:
        served.ready()
        data.dispatches(folder, served, 1 + options.users // 27)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            people = pool.submit(data.people, served.home, options.users).result()
        (folder / "people.json").write_text(json.dumps(people))
        missed = [line for killing in options.halves for line in _half(served, folder, options, killing)]
        until(lambda: data.unsent(served.home) == 0, 90)
        print("Every mail that was ordered has left.")
        print("\n".join(f"MISSED: {line}" for line in missed) or f"Met: no errors, p95 <= {GOAL} ms, memory flat.")
        return 1 if missed else 0
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make load ARGS=…", description=__doc__)
    parser.add_argument("--users", type=int, default=200, help="people at once (2 to 500)")
    parser.add_argument("--seconds", type=int, default=120, help="how long each half (10 to 3600)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--calm", dest="halves", action="store_const", const=[False], default=[False, True], help="only the half in which nothing is killed")
    which.add_argument("--kill-workers", dest="halves", action="store_const", const=[True], help="only the half in which a worker is killed every ten seconds")
    found = parser.parse_args()
    if not 2 <= found.users <= 500 or not 10 <= found.seconds <= 3600:
        parser.error("--users 2 to 500, --seconds 10 to 3600")
    return found


def _half(served: Served, folder: Path, options: argparse.Namespace, killing: bool) -> list[str]:
    """One run of locust in a process of its own, which has its own way with sockets; prints its table, gives the goals it missed."""
    told, ramp = folder / f"told-{killing}.json", min(RAMP, options.users)
    argv = [
        *(sys.executable, "-m", "locust", "-f", "tests/load/people.py", "--headless", "--only-summary", "--reset-stats", "--loglevel", "ERROR"),
        *("--host", f"http://127.0.0.1:{served.port}", "-u", str(options.users), "-r", str(options.users / ramp)),
        *("--run-time", f"{ramp + options.seconds}s", "--stop-timeout", "20", "--json-file", str(told.with_suffix(""))),
    ]
    env = {**os.environ, "LOAD_PEOPLE": str(folder / "people.json"), "LOAD_PASSWORD": data.PASSWORD, "PYTHONPATH": str(ROOT)}
    with Watch(served, ramp, killing) as watch:
        done = subprocess.run(argv, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if not told.exists():
        raise SystemExit(done.stderr)
    table = Table(json.loads(told.read_text()))
    print(f"\n{options.users} people for {options.seconds} s{f', {watch.killed} worker processes killed' if killing else ''}")
    print(table.text(options.seconds))
    print(watch.text(), flush=True)
    if done.stderr.strip():
        print(done.stderr.strip()[:2000])
    return table.missed(GOAL) + watch.missed()


if __name__ == "__main__":
    sys.exit(main())
