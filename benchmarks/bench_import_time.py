"""How long the import takes, in fresh processes."""

import os
import subprocess
import sys

from harness import main, spread, Work
from libraries import environment, SIDES

PROGRAM = """\
import time
start = time.perf_counter()
import {}
print(time.perf_counter() - start)
"""


def importing(work, side, repeats):
    """Times the import of a side's library."""
    command = [sys.executable, "-c", PROGRAM.format(SIDES[side.name].module)]
    settings = {**os.environ, **environment(side.name)}
    times = []
    for _ in range(repeats):
        done = subprocess.run(
            command, capture_output=True, check=True, env=settings, text=True
        )
        times.append(float(done.stdout.split()[-1]))
    return spread(times)


if __name__ == "__main__":
    makes = dict.fromkeys(("keras", "torch", "jax"))
    work = Work("import_time", "importing it", makes, executions=(), torch=({},))
    main(work._replace(measure=importing, repeats=1, rounds=9))
