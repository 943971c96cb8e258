"""Many networks as one program, and one network on several devices."""

import os
import subprocess
import sys
import textwrap

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from keryx._engine.epoch import Extent, make_loop, over_population, Sizes
from keryx._engine.state import Batch
from keryx.optimizers import SGD


@pytest.mark.usefixtures("seeded")
def test_member_of_a_population_equals_a_run_of_its_own(make_model, make_job, data):
    jobs = [make_job(make_model(optimizer=SGD(0.01))) for _ in range(3)]
    rates = jnp.array([0.01, 0.1, 0.3])
    states = []
    for i, job in enumerate(jobs):
        state = jax.tree.map(jnp.array, job.session.read())
        states.append(state._replace(opt=state.opt.with_hyper(learning_rate=rates[i])))
    together = jax.tree.map(lambda *leaves: jnp.stack(leaves), *states)
    orders = np.stack([np.random.default_rng(i).permutation(44) for i in range(3)])
    extent = Extent(0, 4).array()
    one = make_loop(jobs[0].step, jobs[0].meters, Sizes(11))

    members, logs = jax.jit(over_population(one))(
        together, Batch(*data), orders[:, None], extent
    )

    for i, state in enumerate(states):
        alone, log = jax.jit(one)(state, Batch(*data), orders[i, None], extent)
        np.testing.assert_allclose(logs["loss"][i], log["loss"], rtol=1e-5)
        jax.tree.map(
            lambda a, b, i=i: np.testing.assert_allclose(a[i], b, rtol=1e-4, atol=1e-6),
            members.params,
            alone.params,
        )
    assert len(set(np.asarray(logs["loss"]).ravel().tolist())) == 3


FOUR_DEVICES = """
    import jax, numpy as np
    from jax.sharding import NamedSharding, PartitionSpec as P
    from keryx._engine.epoch import make_loop
    from keryx._engine.plan import Plan
    from keryx._engine.state import Batch
    from keryx.layers import Dense, Input
    from keryx.models import Sequential
    from keryx.models._trainer import sample_of, trainer_of

    assert jax.device_count() == 4
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(16, 3)), rng.normal(size=(16, 1))
    batch = Batch(x.astype("f4"), y.astype("f4"))
    model = Sequential([Input((3,)), Dense(5, "tanh"), Dense(1)])
    model.compile("sgd", "mse")
    job = trainer_of(model, sample_of(batch), "fit").job(1, Plan())
    state = jax.tree.map(np.array, job.session.read())
    mesh = jax.make_mesh((4,), ("data",), axis_types=(jax.sharding.AxisType.Auto,))
    rows, every = NamedSharding(mesh, P("data")), NamedSharding(mesh, P())
    step = jax.jit(job.step, in_shardings=(every, rows), out_shardings=every)
    many, one = state, state
    for _ in range(5):
        many, one = step(many, batch), jax.jit(job.step)(one, batch)
    for a, b in zip(many.params, one.params):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    assert len(many.params[0].sharding.device_set) == 4
    assert "all-reduce" in step.lower(state, batch).compile().as_text()
    print("equal")
"""


def test_four_devices_compute_what_one_does():
    flags = "--xla_force_host_platform_device_count=4"
    result = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FOUR_DEVICES)],
        env={**os.environ, "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert result.stdout.strip() == "equal", result.stderr[-2000:]
