"""Hashes of text that are the same everywhere and for ever.

Each works on many texts of one length at a time, as rows of bytes. Of NumPy arrays the
results are NumPy arrays; of JAX arrays, in a compiled run too, they are JAX arrays.
"""

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Rows = Any  # (count, length), uint8
Hashes = Any  # (count,), uint64

_U = np.uint64
K0, K1, K2 = (_U(0xC3A5C85C97CB3127), _U(0xB492B66FBE98F273), _U(0x9AE16A3B2F90404F))
_CAT = _U(0xC6A4A7935BD1E995)
_DIGITS = 11  # of the longest number of 32 bits, with its sign


def of_texts(texts: Sequence[str], salt: Sequence[int] | None = None) -> Hashes:
    """Returns a hash of each text: FarmHash, or SipHash if there is a salt.

    Example:
        >>> (of_texts(["A", "B"]) % np.uint64(3)).tolist()
        [1, 0]

    Source:
        FarmHash, `Fingerprint64` (github.com/google/farmhash); Aumasson and Bernstein,
        "SipHash: a fast short-input PRF" (2012).
    """
    encoded = [text.encode("utf-8", "surrogateescape") for text in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    found = np.empty(len(encoded), np.uint64)
    with np.errstate(over="ignore"):  # 64 bits, and what is beyond them is dropped
        for length in np.unique(lengths):
            places = np.flatnonzero(lengths == length)
            joined = b"".join(encoded[i] for i in places)
            rows = np.frombuffer(joined, np.uint8).reshape(len(places), length)
            found[places] = of_rows(rows, salt)
    return found


def of_rows(rows: Rows, salt: Sequence[int] | None = None) -> Hashes:
    """Returns the hash of each row of bytes."""
    return farm(rows) if salt is None else sip(rows, salt)


def bins_of_numbers(
    numbers: jax.Array, bins: int, salt: Sequence[int] | None = None
) -> jax.Array:
    """Returns, in a compiled run too, the hash of each number's digits, modulo `bins`.

    Args:
        numbers: Whole numbers of at most 32 bits.
        bins: How many values there are.
        salt: Key of the hash.
    """
    with jax.enable_x64(True):
        flat = numbers.reshape(-1).astype("int64")
        digits, lengths = _digits(flat)
        found = jnp.zeros(flat.shape, "uint64")
        for length in range(1, _DIGITS + 1):
            hashes = of_rows(digits[:, _DIGITS - length :], salt)
            found = jnp.where(lengths == length, hashes, found)
        return (found % _U(bins)).astype("int32").reshape(numbers.shape)


def _digits(numbers: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Returns the characters of numbers, at the right end, and how many they are."""
    powers = 10 ** jnp.arange(_DIGITS - 1, -1, -1, dtype="int64")
    size = jnp.abs(numbers)[:, None]
    count = jnp.maximum((size >= powers).sum(axis=1), 1)
    digits = (size // powers % 10 + ord("0")).astype("uint8")
    negative = numbers < 0
    sign = jnp.arange(_DIGITS) == (_DIGITS - 1 - count)[:, None]
    digits = jnp.where(sign & negative[:, None], np.uint8(ord("-")), digits)
    return digits, count + negative


# --- FarmHash ---------------------------------------------------------------------


def farm(rows: Rows) -> Hashes:
    """Returns FarmHash's 64-bit fingerprint of each row."""
    length = rows.shape[1]
    if length <= 16:
        return _farm_short(rows, length)
    if length <= 32:
        return _farm_32(rows, length)
    if length <= 64:
        return _farm_64(rows, length)
    return _farm_long(rows, length)


def _farm_short(rows: Rows, length: int) -> Hashes:
    twice = _U(length * 2)
    mul = K2 + twice
    if length >= 8:
        a, b = _word(rows, 0) + K2, _word(rows, length - 8)
        c = _turn(b, 37) * mul + a
        return _mixed(c, (_turn(a, 25) + b) * mul, mul)
    if length >= 4:
        a = _word(rows, 0, 4)
        return _mixed((a << _U(3)) + _U(length), _word(rows, length - 4, 4), mul)
    if length > 0:
        a, b, c = (_word(rows, i, 1) for i in (0, length >> 1, length - 1))
        y, z = a + (b << _U(8)), _U(length) + (c << _U(2))
        return _shifted(y * K2 ^ z * K0) * K2
    return _zeros(rows) + K2


def _farm_32(rows: Rows, length: int) -> Hashes:
    mul = K2 + _U(length * 2)
    a, b = _word(rows, 0) * K1, _word(rows, 8)
    c, d = _word(rows, length - 8) * mul, _word(rows, length - 16) * K2
    first = _turn(a + b, 43) + _turn(c, 30) + d
    return _mixed(first, a + _turn(b + K2, 18) + c, mul)


def _farm_64(rows: Rows, length: int) -> Hashes:
    mul = K2 + _U(length * 2)
    a, b = _word(rows, 0) * K2, _word(rows, 8)
    c, d = _word(rows, length - 8) * mul, _word(rows, length - 16) * K2
    y = _turn(a + b, 43) + _turn(c, 30) + d
    z = _mixed(y, a + _turn(b + K2, 18) + c, mul)
    e, f = _word(rows, 16) * mul, _word(rows, 24)
    g = (y + _word(rows, length - 32)) * mul
    h = (z + _word(rows, length - 24)) * mul
    first = _turn(e + f, 43) + _turn(g, 30) + h
    return _mixed(first, e + _turn(f + a, 18) + g, mul)


def _farm_long(rows: Rows, length: int) -> Hashes:
    seed = _U(81)
    x, y = _zeros(rows) + seed * K2 + _word(rows, 0), _zeros(rows) + seed * K1 + _U(113)
    z = _shifted(y * K2 + _U(113)) * K2
    v = w = (_zeros(rows), _zeros(rows))
    last = (length - 1) // 64 * 64
    for at in range(0, last, 64):
        x = _turn(x + y + v[0] + _word(rows, at + 8), 37) * K1
        y = _turn(y + v[1] + _word(rows, at + 48), 42) * K1
        x, y = x ^ w[1], y + v[0] + _word(rows, at + 40)
        z = _turn(z + w[0], 33) * K1
        v = _weak(rows, at, v[1] * K1, x + w[0])
        w = _weak(rows, at + 32, z + w[1], y + _word(rows, at + 16))
        z, x = x, z
    mul = K1 + ((z & _U(0xFF)) << _U(1))
    at = length - 64
    w = (w[0] + _U((length - 1) & 63), w[1])
    v = (v[0] + w[0], v[1])
    w = (w[0] + v[0], w[1])
    x = _turn(x + y + v[0] + _word(rows, at + 8), 37) * mul
    y = _turn(y + v[1] + _word(rows, at + 48), 42) * mul
    x, y = x ^ w[1] * _U(9), y + v[0] * _U(9) + _word(rows, at + 40)
    z = _turn(z + w[0], 33) * mul
    v = _weak(rows, at, v[1] * mul, x + w[0])
    w = _weak(rows, at + 32, z + w[1], y + _word(rows, at + 16))
    z, x = x, z
    first = _mixed(v[0], w[0], mul) + _shifted(y) * K0 + z
    return _mixed(first, _mixed(v[1], w[1], mul) + x, mul)


def _weak(rows: Rows, at: int, a: Hashes, b: Hashes) -> tuple[Hashes, Hashes]:
    """Returns 32 bytes and two words as two words."""
    w, x, y, z = (_word(rows, at + 8 * i) for i in range(4))
    a = a + w
    b = _turn(b + a + z, 21)
    before, a = a, a + x + y
    return a + z, b + _turn(a, 44) + before


def cat(first: Hashes, second: Hashes) -> Hashes:
    """Returns the fingerprint of two fingerprints, one after the other."""
    result = (first ^ _CAT) ^ _shifted(second * _CAT) * _CAT
    return _shifted(_shifted(result * _CAT) * _CAT)


def bins_of_pairs(columns: Sequence[Any], bins: int, start: int) -> Any:
    """Returns the fingerprints of several columns of hashes, joined, modulo `bins`.

    Numbers are their own hashes.
    """
    if all(isinstance(column, np.ndarray) for column in columns):
        with np.errstate(over="ignore"):
            return (_joined(np, columns, start) % _U(bins)).astype("int32")
    with jax.enable_x64(True):
        return (_joined(jnp, columns, start) % _U(bins)).astype("int32")


def _joined(library: Any, columns: Sequence[Any], start: int) -> Hashes:
    hashes = library.full(columns[0].shape, _U(start))
    for column in columns:
        hashes = cat(hashes, column.astype("int64").astype("uint64"))
    return hashes


def _mixed(a: Hashes, b: Hashes, mul: Hashes) -> Hashes:
    a = _shifted((a ^ b) * mul)
    return _shifted((b ^ a) * mul) * mul


def _shifted(x: Hashes) -> Hashes:
    return x ^ (x >> _U(47))


def _turn(x: Hashes, count: int) -> Hashes:
    """Moves the bits of words to the right, and in again at the left."""
    return (x >> _U(count)) | (x << _U(64 - count))


def _word(rows: Rows, at: int, size: int = 8) -> Hashes:
    """Returns bytes of each row as one number, the first byte the lowest."""
    word = _zeros(rows)
    for i in range(size):
        word = word | (rows[:, at + i].astype("uint64") << _U(8 * i))
    return word


def _zeros(rows: Rows) -> Hashes:
    library: Any = np if isinstance(rows, np.ndarray) else jnp
    return library.zeros(rows.shape[0], "uint64")


# --- SipHash ----------------------------------------------------------------------

_SIP = (0x736F6D6570736575, 0x646F72616E646F6D, 0x6C7967656E657261, 0x7465646279746573)


def sip(rows: Rows, salt: Sequence[int]) -> Hashes:
    """Returns SipHash-2-4 of each row, with a key of two numbers."""
    key = [_U(int(part) % 2**64) for part in salt]
    v = [_zeros(rows) + (_U(_SIP[i]) ^ key[i % 2]) for i in range(4)]
    length = rows.shape[1]
    whole = length // 8 * 8
    blocks = [_word(rows, at) for at in range(0, whole, 8)]
    rest = _word(rows, whole, length - whole) | _U((length % 256) << 56)
    for block in (*blocks, rest):
        v[3] = v[3] ^ block
        v = _round(_round(v))
        v[0] = v[0] ^ block
    v[2] = v[2] ^ _U(0xFF)
    for _ in range(4):
        v = _round(v)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def _round(v: list[Hashes]) -> list[Hashes]:
    a, b, c, d = v  # Rotations are to the left in the paper: 13 there is 51 here.
    a, c = a + b, c + d
    b, d = _turn(b, 51) ^ a, _turn(d, 48) ^ c
    a, c = _turn(a, 32) + d, c + b
    b, d = _turn(b, 47) ^ c, _turn(d, 43) ^ a
    return [a, b, _turn(c, 32), d]
