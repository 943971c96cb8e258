"""What initializers draw has the distribution that they promise."""

import math

import numpy as np
import pytest
from scipy import stats

from keryx import initializers
from keryx.initializers import VarianceScaling

SHAPE = (60, 400)
TRUNCATED_STDDEV = stats.truncnorm(-2, 2).std()


def truncated(stddev):
    """Normal, cut off at two deviations, with this deviation after that."""
    return stats.truncnorm(-2, 2, scale=stddev / TRUNCATED_STDDEV)


def even(limit):
    return stats.uniform(-limit, 2 * limit)


CASES = [
    (initializers.RandomNormal(1.0, 0.3, seed=1), stats.norm(1.0, 0.3)),
    (initializers.RandomUniform(-1.0, 3.0, seed=2), stats.uniform(-1.0, 4.0)),
    (initializers.TruncatedNormal(1.0, 0.3, seed=3), stats.truncnorm(-2, 2, 1.0, 0.3)),
    (initializers.GlorotUniform(seed=4), even(math.sqrt(6 / 460))),
    (initializers.GlorotNormal(seed=5), truncated(math.sqrt(2 / 460))),
    (initializers.HeUniform(seed=6), even(math.sqrt(6 / 60))),
    (initializers.HeNormal(seed=7), truncated(math.sqrt(2 / 60))),
    (initializers.LecunUniform(seed=8), even(math.sqrt(3 / 60))),
    (initializers.LecunNormal(seed=9), truncated(math.sqrt(1 / 60))),
    (VarianceScaling(2.0, "fan_out", seed=10), truncated(math.sqrt(2 / 400))),
    (
        VarianceScaling(2.0, "fan_avg", "untruncated_normal", seed=11),
        stats.norm(0, math.sqrt(2 / 230)),
    ),
    (
        VarianceScaling(seed=12, input_axes=[0, 1], output_axes=[1]),
        truncated(math.sqrt(1 / 24000)),
    ),
]


@pytest.mark.parametrize(("initializer", "expected"), CASES, ids=lambda c: str(type(c)))
def test_values_follow_the_distribution(initializer, expected):
    values = initializer(SHAPE).ravel()

    assert stats.kstest(values, expected.cdf).pvalue > 0.001
    assert values.std() == pytest.approx(expected.std(), rel=0.02)


@pytest.mark.parametrize(("initializer", "expected"), CASES, ids=lambda c: str(type(c)))
def test_values_stay_inside_the_support(initializer, expected):
    values = np.float64(initializer(SHAPE))

    low, high = expected.support()
    slack = 1e-6 * np.ptp(values)
    assert low - slack <= values.min()
    assert values.max() <= high + slack


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (2, 2, 3, 5)], ids=str)
def test_orthogonal_weights_are_orthonormal_along_their_shorter_side(shape):
    q = initializers.Orthogonal(gain=2.0, seed=0)(shape).reshape(-1, shape[-1])

    short = q if len(q) < shape[-1] else q.T
    np.testing.assert_allclose(short @ short.T, 4 * np.eye(len(short)), atol=1e-5)


def test_angles_of_orthogonal_matrices_are_uniform():
    initializer = initializers.Orthogonal()
    generator = np.random.default_rng(0)

    firsts = [initializer.draw((2, 2), None, generator)[0] for _ in range(400)]

    angles = [math.atan2(y, x) for x, y in firsts]
    assert stats.kstest(angles, even(math.pi).cdf).pvalue > 0.001
