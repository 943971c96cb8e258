"""Hostile zip archives, made from the members of a good one."""

import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.files.hostile.packs import CONFIG, Good, pack, WEIGHTS


def with_member(name: str, content: bytes = b"x") -> Any:
    def make(path: Path, good: Good) -> None:
        pack(path, {**good.members, name: content})

    return make


def instead(name: str, content: bytes, **options: Any) -> Any:
    def make(path: Path, good: Good) -> None:
        pack(path, {**good.members, name: content}, **options)

    return make


def zeros(name: str, size: int) -> Any:
    """An archive with a member that inflates to that many bytes."""

    def make(path: Path, good: Good) -> None:
        pack(path, {k: v for k, v in good.members.items() if k != name})
        with (
            zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
            archive.open(name, "w", force_zip64=True) as member,
        ):
            for _ in range(size // 2**20):
                member.write(bytes(2**20))

    return make


def config_bomb(path: Path, good: Good) -> None:
    """JSON of 200 MiB that says nothing, in 200 KiB."""
    text = b'{"x": "' + b" " * (200 * 2**20) + b'"}'
    pack(path, {**good.members, CONFIG: text}, compression=zipfile.ZIP_DEFLATED)


def config_objects(path: Path, good: Good) -> None:
    """JSON of 60 MiB that becomes 20 million empty lists."""
    text = b"[" + b"[]," * (20 * 2**20) + b"0]"
    pack(path, {**good.members, CONFIG: text}, compression=zipfile.ZIP_DEFLATED)


def linked(name: str) -> Any:
    """A member that says of itself that it is a symbolic link."""

    def make(path: Path, good: Good) -> None:
        info = zipfile.ZipInfo(name)
        info.external_attr = (0o120777 << 16) | 0x20
        others = {k: v for k, v in good.members.items() if k != name}
        secret = {"config.json": "secret.json"}.get(name, "secret.h5")
        pack(path, [*others.items(), (info, str(good.outside / secret))])

    return make


def duplicated(name: str) -> Any:
    def make(path: Path, good: Good) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pack(path, [*good.members.items(), (name, good.members[name])])

    return make


def patched(changes: Callable[[bytearray, int, int], None]) -> Any:
    """An archive of which headers were changed by hand.

    `changes(content, local, central)` gets the offsets of the headers of the weights.
    """

    def make(path: Path, good: Good) -> None:
        pack(path, good.members)
        content = bytearray(path.read_bytes())
        with zipfile.ZipFile(path) as archive:
            local = archive.getinfo(WEIGHTS).header_offset
        central = content.rfind(WEIGHTS.encode()) - 46
        changes(content, local, central)
        path.write_bytes(bytes(content))

    return make


def _encrypt(content: bytearray, local: int, central: int) -> None:
    content[local + 6] |= 1
    content[central + 8] |= 1


def _strong_method(content: bytearray, local: int, central: int) -> None:
    for at in (local + 8, central + 10):
        struct.pack_into("<H", content, at, 12)


def _unknown_method(content: bytearray, local: int, central: int) -> None:
    for at in (local + 8, central + 10):
        struct.pack_into("<H", content, at, 99)


def _larger(content: bytearray, local: int, central: int) -> None:
    for at in (local + 18, central + 20):
        struct.pack_into("<II", content, at, 2**31, 2**31)


def _smaller(content: bytearray, local: int, central: int) -> None:
    struct.pack_into("<II", content, central + 20, 100, 100)


def _unpacked_lie(content: bytearray, local: int, central: int) -> None:
    struct.pack_into("<I", content, central + 24, 7)


def _offset(content: bytearray, local: int, central: int) -> None:
    struct.pack_into("<I", content, central + 42, 2**31 - 1)


def _zip64(content: bytearray, local: int, central: int) -> None:
    """Sizes are in a zip64 field that is not there."""
    struct.pack_into("<II", content, central + 20, 2**32 - 1, 2**32 - 1)


def _count(content: bytearray, local: int, central: int) -> None:
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<HH", content, end + 8, 60_000, 60_000)


def _directory(content: bytearray, local: int, central: int) -> None:
    end = content.rfind(b"PK\x05\x06")
    struct.pack_into("<II", content, end + 12, 2**32 - 2, 2**31)


def _other_name(content: bytearray, local: int, central: int) -> None:
    content[local + 30 : local + 33] = b"../"


def truncated(path: Path, good: Good) -> None:
    pack(path, good.members)
    path.write_bytes(path.read_bytes()[:-30])


def overlapping(path: Path, good: Good) -> None:
    """Both large members are the same bytes of the file."""
    pack(path, {**good.members, CONFIG: good.members[CONFIG]})
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        config = archive.getinfo(CONFIG).header_offset
    at = content.rfind(WEIGHTS.encode()) - 46
    struct.pack_into("<I", content, at + 42, config)
    path.write_bytes(bytes(content))


ARCHIVES: dict[str, Any] = {
    "zip_parent": with_member("../canary"),
    "zip_absolute": with_member("/tmp/canary"),
    "zip_backslash": with_member("..\\canary"),
    "zip_drive": with_member("C:canary"),
    "zip_asset": with_member("assets/vocabulary.txt"),
    "zip_asset_bomb": zeros("assets/vocabulary.txt", 200 * 2**20),
    "zip_pickle": with_member("model.pkl", b"\x80\x04cos\nsystem\n."),
    "zip_link_weights": linked(WEIGHTS),
    "zip_link_config": linked(CONFIG),
    "zip_duplicate_config": duplicated(CONFIG),
    "zip_duplicate_weights": duplicated(WEIGHTS),
    "zip_config_bomb": config_bomb,
    "zip_config_objects": config_objects,
    "zip_weights_bomb": zeros(WEIGHTS, 300 * 2**20),
    "zip_encrypted": patched(_encrypt),
    "zip_bzip2": patched(_strong_method),
    "zip_unknown_method": patched(_unknown_method),
    "zip_larger_than_said": patched(_smaller),
    "zip_smaller_than_said": patched(_larger),
    "zip_inflated_size": patched(_unpacked_lie),
    "zip_offset": patched(_offset),
    "zip64_missing": patched(_zip64),
    "zip_count": patched(_count),
    "zip_directory": patched(_directory),
    "zip_two_names": patched(_other_name),
    "zip_overlapping": overlapping,
    "zip_truncated": truncated,
    "zip_config_missing": lambda path, good: pack(
        path, {k: v for k, v in good.members.items() if k != CONFIG}
    ),
    "json_depth": instead(CONFIG, b"[" * 100_000 + b"]" * 100_000),
    "json_depth_objects": instead(CONFIG, b'{"config":' * 50_000),
    "json_duplicate_keys": lambda path, good: pack(
        path,
        {
            **good.members,
            CONFIG: b'{"class_name": "Sequential", ' + good.members[CONFIG][1:],
        },
    ),
    "json_nan": instead(CONFIG, b"NaN"),
    "json_huge_number": instead(CONFIG, b"1" * 100_000),
    "json_not_utf8": instead(CONFIG, b'{"class_name": "\xff\xfe"}'),
    "json_surrogate": instead(CONFIG, b'{"class_name": "\\ud800", "config": {}}'),
    "json_null": instead(CONFIG, b"null"),
    "json_pickle": instead(CONFIG, b"\x80\x04\x95"),
    "config_yaml": instead(CONFIG, b"!!python/object/apply:os.system ['touch canary']"),
    "weights_pickle": instead(WEIGHTS, b"\x80\x04cos\nsystem\nX\x02\x00\x00\x00lsR."),
}
