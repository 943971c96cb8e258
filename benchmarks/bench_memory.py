"""Memory that stays behind when models are built, fitted and dropped, one by one."""

import gc
import resource
from pathlib import Path

from harness import main, same_weights, Work
from libraries import load
from networks import labelled, wide

EARLY = 20


def resident():
    """Returns the process's memory in KiB; its peak where the system tells no more."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(lines["VmRSS"].split()[0])


def growing(work, side, repeats):
    """Returns the KiB that each model leaves behind after the first 20."""
    library = load(side.name, side.options)
    x, y = labelled(128, 784)
    early, late = side.pick((EARLY, 200 if side.name == "keryx" else 40), (1, 3))
    used = {}
    for count in range(1, late + 1):
        model = wide(library)
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        same_weights(model)
        model.fit(x, y, batch_size=32, epochs=1, verbose=0)
        del model
        if count in (early, late):
            gc.collect()
            used[count] = resident()
    return {
        "models": late,
        "early_MiB": used[early] / 1024,
        "late_MiB": used[late] / 1024,
        "grown_KiB": (used[late] - used[early]) / (late - early),
    }


if __name__ == "__main__":
    words = "memory left by each further model, built, fitted and dropped (784-512-10)"
    work = Work("memory", words, {"keras": None}, executions=(), rounds=1)
    main(work._replace(measure=growing, key="grown_KiB"))
