"""What a run of `fit` compiled, how long that took, and what ran how, in words."""

from collections.abc import Sequence

from keryx._engine.plan import Plan
from keryx._engine.program import Account, Made


def account_of(plan: Plan, account: Account) -> str:
    """Says in a few lines how a run went."""
    lines = [f"Ran {plan.words()}."]
    if not plan.eager:
        lines += [_compiling(account.new, account.batch), *account.first.forms]
        if plan.step_seconds:
            lines.append(f"A step took {_time(plan.step_seconds)}.")
    return "\n".join(lines)


def _compiling(new: Sequence[Made], batch: int) -> str:
    """Says what was compiled, and how long it took."""
    if not new:
        return "Compiled nothing: a program of the same structure was there."
    what = f"for batches of {batch}"
    if len(new) > 1:
        what = f"{len(new)} times, for batches of different shapes,"
    seconds, found = sum(m.seconds for m in new), sum(m.found for m in new)
    where = ": found on the disk" if found else ""
    if 0 < found < len(new):
        where = f": {found} of them found on the disk"
    return f"Compiled the training step {what} in {seconds:.2f} s{where}."


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"
