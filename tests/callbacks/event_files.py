"""Reads event files by the words of their formats: records, messages, tensors."""

import struct
from typing import NamedTuple

import numpy as np


def _table():
    rows = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        rows = (rows >> 1) ^ np.where(rows & 1, np.uint32(0x82F63B78), np.uint32(0))
    return rows.tolist()


TABLE = _table()


def crc32c(data):
    """The checksum of RFC 3720, Castagnoli's polynomial."""
    value = 0xFFFFFFFF
    for byte in data:
        value = TABLE[(value ^ byte) & 0xFF] ^ (value >> 8)
    return value ^ 0xFFFFFFFF


def masked(data):
    """The checksum as records have it: turned by 15 bits, and a number added."""
    value = crc32c(data)
    return (((value >> 15) | (value << 17)) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    """Yields the bytes of each record; checks both of its checksums."""
    place = 0
    while place < len(data):
        head = data[place : place + 8]
        (size,), start = struct.unpack("<Q", head), place + 12
        body = data[start : start + size]
        place = start + size + 4
        assert struct.unpack("<I", data[start - 4 : start])[0] == masked(head)
        assert struct.unpack("<I", data[place - 4 : place])[0] == masked(body)
        yield body


def varint(data, place):
    value = shift = 0
    while True:
        byte = data[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


def fields(data):
    """Returns what a message has under each number, in order."""
    found, place = {}, 0
    while place < len(data):
        key, place = varint(data, place)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, place = varint(data, place)
        else:
            size = {1: 8, 5: 4}.get(wire)
            if size is None:
                size, place = varint(data, place)
            value, place = data[place : place + size], place + size
        found.setdefault(number, []).append(value)
    return found


class Value(NamedTuple):
    """A value of an event file: who shows it, its step, and its array or strings."""

    plugin: str
    step: int
    value: object


def array(message):
    """The tensor of a message: `dtype` 1, `shape` 2, `content` 4, `strings` 8."""
    found = fields(message)
    dims = fields(found.get(2, [b""])[0]).get(2, [])
    shape = [fields(dim).get(1, [0])[0] for dim in dims]
    if found[1] == [7]:
        return found[8]
    dtype = {1: "<f4", 2: "<f8"}[found[1][0]]
    return np.frombuffer(found[4][0], dtype).reshape(shape)


def read(folder):
    """Returns the values in the event files of a folder, by tag."""
    found = {}
    for path in sorted(folder.glob("events.out.tfevents.*")):
        first, *rest = map(fields, records(path.read_bytes()))
        assert first[3] == [b"brain.Event:2"]
        for event in rest:
            for item in map(fields, fields(event[5][0])[1]):
                plugin = fields(fields(item[9][0])[1][0])[1][0].decode()
                value = Value(plugin, event.get(2, [0])[0], array(item[8][0]))
                found.setdefault(item[1][0].decode(), []).append(value)
    return found
