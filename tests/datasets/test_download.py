"""Files from a server that breaks off, lies, or sends archives meant to do harm."""

import bz2
import contextlib
import gzip
import hashlib
import io
import lzma
import os
import stat
import struct
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from keryx._core import archive, download
from keryx._core.errors import ArgumentError, FileError, KeryxWarning
from keryx.utils import get_file, validate_file

CONTENT = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
MD5 = hashlib.md5(CONTENT).hexdigest()


class Server:
    """What a server has, how it behaves, and what it was asked."""

    def __init__(self):
        self.content = CONTENT
        self.ranges = True
        self.tag = '"v1"'
        self.breaks = []  # after so many bytes, for the next requests
        self.redirect = None
        self.says_length = True
        self.asked = []
        self.url = ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def log_message(self, *_):
        pass

    def do_GET(self):
        server = self.server.behaviour
        wanted = self.headers.get("Range")
        server.asked.append(wanted)
        if server.redirect and self.path == "/x":
            self.send_response(302)
            self.send_header("Location", server.redirect)
            self.end_headers()
            return
        if "missing" in self.path:
            self.send_error(404)
            return
        start = self._start(server, wanted)
        if start is None:
            self.send_response(416)
            self.end_headers()
            return
        self.send_response(206 if start else 200)
        if start:
            total = len(server.content)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        if server.tag:
            self.send_header("ETag", server.tag)
        body = server.content[start:]
        if server.says_length:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body[: server.breaks.pop(0)] if server.breaks else body)

    def _start(self, server, wanted):
        """Returns the first byte to send; `None` if there is none."""
        same = self.headers.get("If-Range") in (None, server.tag)
        if not wanted or not server.ranges or not same:
            return 0
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        return start if start < len(server.content) else None


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(download.time, "sleep", lambda _: None)
    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.behaviour = Server()
    http.behaviour.url = f"http://127.0.0.1:{http.server_port}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield http.behaviour
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("KERYX_TRUST_LOCAL_DATA", raising=False)
    return tmp_path / "home" / "datasets"


def names(folder):
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*"))


def test_signature_is_that_of_keras():
    import inspect

    import keras

    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(f).parameters.values()]
        for f in (get_file, keras.utils.get_file)
    )
    assert ours == theirs


@pytest.mark.parametrize("says_length", [True, False])
def test_a_file_is_downloaded_once(server, cache, says_length):
    server.says_length = says_length

    paths = [get_file("a.bin", f"{server.url}/x") for _ in range(2)]

    assert paths == [str(cache / "a.bin")] * 2
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert server.asked == [None]
    assert names(cache) == ["a.bin"]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/data/a.txt?x=1#y", "a.txt"),
        ("/..%2f..%2fa.txt", "a.txt"),
        ("/x/..%5c..%5ca.txt", "a.txt"),
        ("/a%00b%0ac.txt", "a_b_c.txt"),
        ("/%C3%BC.txt", "ü.txt"),
    ],
)
def test_name_from_a_url_is_a_name(server, cache, path, name):
    assert get_file(origin=server.url + path) == str(cache / name)
    assert names(cache) == [name]


@pytest.mark.parametrize(
    "path", ["/", "", "/x/..", "/x/%2e%2e", "/x/.", "/" + "a" * 300]
)
def test_urls_without_a_name_need_one(server, cache, path):
    with pytest.raises(ArgumentError, match="does not end in a usable name"):
        get_file(origin=server.url + path)


@pytest.mark.parametrize(
    "name",
    ["../a", "a/b", "/a", "a\\b", "C:a", "", ".", "..", "a\0b", "a\nb", "a" * 300],
)
def test_names_that_are_paths_are_errors(server, cache, name):
    with pytest.raises(ArgumentError, match="the name of a file, not a path"):
        get_file(name, f"{server.url}/x")


@pytest.mark.parametrize(
    "origin", [None, "", "ftp://x/a", "data:,x", "/etc/hostname", "http://x/a b", 3]
)
def test_origins_that_are_no_urls_are_errors(cache, origin):
    with pytest.raises(ArgumentError, match="a URL that starts with https, http or"):
        get_file("a", origin)


def test_local_files_may_be_given_as_urls(tmp_path, cache):
    (tmp_path / "a b.txt").write_text("hello")

    path = get_file("c.txt", (tmp_path / "a b.txt").as_uri())

    assert (cache / "c.txt").read_text() == "hello"
    assert path == str(cache / "c.txt")


@pytest.mark.parametrize(
    "place", ["file:///nowhere/a", "file://elsewhere/etc/hostname"]
)
def test_what_is_not_a_local_file_is_an_error(cache, place):
    with pytest.raises(FileError, match="is not a file of this machine"):
        get_file("a", place)


@pytest.mark.parametrize(
    "options",
    [
        {"file_hash": SHA256},
        {"file_hash": SHA256.upper(), "hash_algorithm": "SHA256"},
        {"file_hash": MD5},
        {"md5_hash": MD5},
        {"file_hash": MD5, "hash_algorithm": "md5"},
    ],
    ids=str,
)
def test_digests_in_all_spellings_are_checked(server, cache, options):
    get_file("a.bin", f"{server.url}/x", **options)
    server.content = b"another"

    get_file("a.bin", f"{server.url}/x", **options)
    with pytest.raises(FileError, match="expected a file with"):
        get_file("b.bin", f"{server.url}/x", **options)

    assert names(cache) == ["a.bin"]
    assert validate_file(cache / "a.bin", next(iter(options.values())))


@pytest.mark.parametrize(
    ("value", "algorithm"),
    [
        ("0" * 63, "auto"),
        (MD5, "sha256"),
        ("g" * 64, "auto"),
        (SHA256, "md5"),
        (3, "auto"),
    ],
)
def test_what_is_no_digest_is_an_error(cache, value, algorithm):
    with pytest.raises(ArgumentError, match="hexadecimal digits"):
        get_file("a", "http://x/a", file_hash=value, hash_algorithm=algorithm)


@pytest.mark.parametrize("tag", ['"v1"', ""])
def test_a_broken_connection_is_taken_up_again(server, cache, tag):
    server.breaks, server.tag = [100_000, 150_000], tag

    get_file("a.bin", f"{server.url}/x", file_hash=SHA256)

    assert (cache / "a.bin").read_bytes() == CONTENT
    assert server.asked == [None, "bytes=100000-", "bytes=250000-"]


def test_without_ranges_a_download_starts_over(server, cache):
    server.breaks, server.ranges = [100_000, 150_000], False

    get_file("a.bin", f"{server.url}/x")

    assert (cache / "a.bin").read_bytes() == CONTENT
    assert names(cache) == ["a.bin"]


def break_off(server, at, **options):
    server.breaks = [at] + [0] * (download.TRIES + 1)
    with pytest.raises(
        FileError, match=r"InterruptedTransfer: only \d+ of 512000 bytes"
    ):
        get_file("a.bin", f"{server.url}/x", **options)
    server.breaks, server.asked = [], []


def test_the_next_call_goes_on_where_the_last_one_stopped(server, cache):
    break_off(server, 100_000)
    assert names(cache) == ["a.bin.part", "a.bin.part.json"]

    get_file("a.bin", f"{server.url}/x")

    assert server.asked == ["bytes=100000-"]
    assert (cache / "a.bin").read_bytes() == CONTENT
    assert names(cache) == ["a.bin"]


def test_parts_of_an_older_version_are_not_mixed_in(server, cache):
    break_off(server, 100_000)
    server.content, server.tag = CONTENT[::-1], '"v2"'

    get_file("a.bin", f"{server.url}/x")

    assert (cache / "a.bin").read_bytes() == CONTENT[::-1]


def test_parts_that_nothing_can_vouch_for_are_not_used(server, cache):
    server.tag = ""
    break_off(server, 100_000)

    get_file("a.bin", f"{server.url}/x")

    assert server.asked == [None]


@pytest.mark.parametrize("junk", [b"x" * 1000, CONTENT + b"x"], ids=["other", "longer"])
def test_a_part_of_something_else_is_found_out_by_the_digest(server, cache, junk):
    cache.mkdir(parents=True)
    (cache / "a.bin.part").write_bytes(junk)

    get_file("a.bin", f"{server.url}/x", file_hash=SHA256)

    assert (cache / "a.bin").read_bytes() == CONTENT


def test_a_part_that_another_process_writes_is_left_alone(server, cache):
    fcntl = pytest.importorskip("fcntl")
    cache.mkdir(parents=True)
    with (cache / "a.bin.part").open("wb") as file:
        file.write(b"theirs")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        get_file("a.bin", f"{server.url}/x")

    assert (cache / "a.bin").read_bytes() == CONTENT
    assert (cache / "a.bin.part").read_bytes() == b"theirs"
    assert names(cache) == ["a.bin", "a.bin.part"]


def test_redirections_are_followed(server, cache):
    server.redirect = f"{server.url}/y"

    get_file("a", f"{server.url}/x")

    assert (cache / "a").read_bytes() == CONTENT


@pytest.mark.parametrize("place", ["file:///etc/hostname", "ftp://127.0.0.1:9/a"])
def test_redirections_to_other_kinds_of_places_are_not_followed(server, cache, place):
    server.redirect = place

    with pytest.raises(FileError, match="expected to download"):
        get_file("a", f"{server.url}/x")

    assert names(cache) == []


def test_a_kept_file_with_another_digest_is_replaced(server, cache):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(b"older")

    get_file("a.bin", f"{server.url}/x", file_hash=SHA256)

    assert (cache / "a.bin").read_bytes() == CONTENT


def test_force_download_replaces_what_is_kept(server, cache):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(b"older")

    get_file("a.bin", f"{server.url}/x", force_download=True)

    assert (cache / "a.bin").read_bytes() == CONTENT


def test_a_wrong_download_leaves_what_was_there(server, cache):
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(b"older")

    with pytest.raises(FileError, match="but got one with sha256"):
        get_file("a.bin", f"{server.url}/x", file_hash="0" * 64)

    assert (cache / "a.bin").read_bytes() == b"older"
    assert names(cache) == ["a.bin"]


def test_offline_the_error_says_what_to_do(cache):
    with pytest.raises(FileError) as caught:
        get_file("a.bin", "http://127.0.0.1:9/a.bin", file_hash=SHA256)

    said = str(caught.value)
    assert "http://127.0.0.1:9/a.bin" in said
    assert f"put the file by hand at {cache / 'a.bin'} (sha256 {SHA256})" in said
    assert "KERYX_TRUST_LOCAL_DATA=1" in said


def test_a_missing_file_is_called_that(server, cache):
    with pytest.raises(FileError, match="HTTP Error 404"):
        get_file("a.bin", f"{server.url}/missing")


@pytest.mark.parametrize("value", ["1", "true", "YES"])
def test_local_data_are_trusted_on_demand(cache, monkeypatch, value):
    monkeypatch.setenv("KERYX_TRUST_LOCAL_DATA", value)
    cache.mkdir(parents=True)
    (cache / "a.bin").write_bytes(b"a cut-down copy")

    with pytest.warns(KeryxWarning, match="because KERYX_TRUST_LOCAL_DATA is set"):
        path = get_file("a.bin", "http://127.0.0.1:9/a", file_hash=SHA256)

    assert path == str(cache / "a.bin")


def test_folders_are_chosen_as_in_keras(server, cache, tmp_path):
    url = f"{server.url}/x"
    places = [
        get_file("a", url, cache_dir=tmp_path / "new"),
        get_file("a", url, cache_dir=tmp_path, cache_subdir="models/big"),
        get_file("a", url, cache_subdir=str(tmp_path / "else")),
    ]

    expected = ["new/datasets/a", "models/big/a", "else/a"]
    assert places == [str(tmp_path / place) for place in expected]


def test_no_room_is_said_before_the_download(server, cache, monkeypatch):
    usage = type("Usage", (), {"free": 1000})
    monkeypatch.setattr(download.shutil, "disk_usage", lambda _: usage)

    with pytest.raises(FileError, match="KERAS_HOME"):
        get_file("a", f"{server.url}/x")


def test_a_log_has_one_line_for_a_download(server, cache, capsys):
    get_file("a", f"{server.url}/x")

    assert capsys.readouterr().out == f"Downloading {server.url}/x (0.5 MiB)\n"


def test_a_terminal_has_a_bar(server, cache, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr("sys.stdout", screen)

    get_file("[red]a", f"{server.url}/x")

    assert "[red]a" in screen.getvalue()
    assert "512.0/512.0 kB" in screen.getvalue()


# Archives


def add(tar, name, content=b"x", **fields):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for field, value in fields.items():
        setattr(member, field, value)
    tar.addfile(member, io.BytesIO(content))


def make_tar(*members, mode="w:gz"):
    """Returns a tar of `(name, content, fields)`."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode=mode) as tar:
        for name, *rest in members:
            content = rest[0] if rest else b"x"
            add(tar, name, content, **(rest[1] if len(rest) > 1 else {}))
    return stream.getvalue()


def make_zip(*members):
    """Returns a zip of `(name, content, mode)`."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, *rest in members:
            info = zipfile.ZipInfo("x" * len(name))
            info.filename = info.orig_filename = name
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (rest[1] if len(rest) > 1 else 0o644) << 16
            file.NameToInfo.clear()  # it warns of a name that is there already
            file.writestr(info, rest[0] if rest else b"x")
    return stream.getvalue()


def links(name, kind, target):
    return (name, b"", {"type": kind, "linkname": target})


def with_a_size(size):
    """Returns a tar with a member that says it is so long."""
    member = tarfile.TarInfo("a")
    member.size = size
    return member.tobuf(tarfile.GNU_FORMAT) + bytes(1024)


def endless_header():
    """Returns a tar with an extended header of a gigabyte, of which some is there."""
    member = tarfile.TarInfo("a")
    member.type, member.size = tarfile.XHDTYPE, 2**30
    return gzip.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(40 * 2**20))


def overlapping():
    """Returns a zip whose many members are all the same bytes."""
    data = make_zip(("a", b"x" * 500), ("b", b"x" * 500))
    offset = struct.unpack("<I", data[-6:-2])[0]
    entry = data[offset : offset + 47]
    directory = b"".join(entry[:46] + bytes([c]) for c in range(97, 117))
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 20, 20, len(directory), offset, 0)
    return data[:offset] + directory + end


def with_password():
    data = bytearray(make_zip(("a", b"x")))
    for signature, at in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        data[data.index(signature) + at] |= 1
    return bytes(data)


def other_checksum():
    data = bytearray(make_zip(("a", b"x" * 50)))
    data[data.index(b"PK\1\2") + 16] ^= 1
    return bytes(data)


OUTSIDE = [
    "../x",
    "a/../../x",
    "/x",
    "a/..",
    "..\\x",
    "C:x",
    "a\nb",
    "a" * 256,
    "a/" * 70,
]
EVIL = {
    **{f"tar {n[:9]!r}": lambda n=n: make_tar((n,)) for n in OUTSIDE},
    **{f"zip {n[:9]!r}": lambda n=n: make_zip((n.rstrip("/"),)) for n in OUTSIDE},
    "zip NUL": lambda: make_zip(("a\0b",)),
    "zip folder": lambda: make_zip(("../x/",)),
    "tar folder": lambda: make_tar(("../x", b"", {"type": tarfile.DIRTYPE})),
    "tar symbolic link": lambda: make_tar(links("a", tarfile.SYMTYPE, "/etc/hostname")),
    "tar link inside": lambda: make_tar(("a",), links("b", tarfile.SYMTYPE, "a")),
    "tar link to here": lambda: make_tar(links("l", tarfile.SYMTYPE, "."), ("l/x",)),
    "tar link and through": lambda: make_tar(
        links("l", tarfile.SYMTYPE, "../.."), ("l/x",)
    ),
    "tar link of long names": lambda: make_tar(
        links("l", tarfile.SYMTYPE, "a/" * 2500)
    ),
    "tar hard link": lambda: make_tar(links("a", tarfile.LNKTYPE, "/etc/hostname")),
    "tar hard link out": lambda: make_tar(("a",), links("../x", tarfile.LNKTYPE, "a")),
    "tar device": lambda: make_tar(("a", b"", {"type": tarfile.CHRTYPE})),
    "tar block device": lambda: make_tar(("a", b"", {"type": tarfile.BLKTYPE})),
    "tar pipe": lambda: make_tar(("a", b"", {"type": tarfile.FIFOTYPE})),
    "tar twice": lambda: make_tar(("a",), ("a",)),
    "tar twice, spelled": lambda: make_tar(("a",), ("./a",)),
    "tar file as folder": lambda: make_tar(("a",), ("a/b",)),
    "tar root as file": lambda: make_tar(("./",)),
    "tar bomb": lambda: with_a_size(2**40),
    "tar negative": lambda: with_a_size(-512),
    "tar cut": lambda: with_a_size(4096),
    "tar endless header": endless_header,
    "gzip cut": lambda: make_tar(("a", os.urandom(5000)))[:3000],
    "zip link": lambda: make_zip(("a", b"/etc/hostname", stat.S_IFLNK | 0o777)),
    "zip pipe": lambda: make_zip(("a", b"", stat.S_IFIFO | 0o644)),
    "zip device": lambda: make_zip(("a", b"", stat.S_IFCHR | 0o644)),
    "zip twice": lambda: make_zip(("a",), ("a",)),
    "zip overlapping": overlapping,
    "zip password": with_password,
    "zip checksum": other_checksum,
    "zip bomb": lambda: make_zip(("a", bytes(3 * 2**20))),
    "many members": lambda: make_tar(*((str(i), b"") for i in range(3000))),
    "no archive": lambda: b"<html>not found</html>",
}


@pytest.fixture
def evil_place(tmp_path, monkeypatch):
    """An archive's path, its target's, and a way to see that nothing else changed."""
    monkeypatch.setattr(archive, "FLOOR", 2**20)
    monkeypatch.setattr(archive, "RATIO", 20)
    inner = tmp_path / "deep" / "inner"
    inner.mkdir(parents=True)
    return inner


@pytest.mark.parametrize("cwd", ["/", None], ids=["root", "here"])
@pytest.mark.parametrize("make", EVIL.values(), ids=list(EVIL))
def test_archives_that_could_do_harm_are_refused(
    tmp_path, evil_place, monkeypatch, make, cwd
):
    monkeypatch.chdir(cwd or evil_place)
    (evil_place / "a.tar").write_bytes(make())
    before = names(tmp_path)

    with pytest.raises(FileError, match=r"a\.tar: expected an"):
        archive.unpack(evil_place / "a.tar", evil_place / "out", ("tar", "zip"))

    assert names(tmp_path) == before


GOOD = [("top.txt", b"1"), ("d/e/inner.txt", b"2" * 3000), ("ü", b""), ("./f/g", b"3")]
FORMS = {
    "tar": lambda: make_tar(*GOOD, mode="w"),
    "gzip": lambda: make_tar(*GOOD),
    "bzip2": lambda: bz2.compress(make_tar(*GOOD, mode="w")),
    "xz": lambda: lzma.compress(make_tar(*GOOD, mode="w")),
    "zip": lambda: make_zip(*GOOD),
}


@pytest.mark.parametrize("make", FORMS.values(), ids=list(FORMS))
def test_archives_of_each_form_are_unpacked(tmp_path, make):
    (tmp_path / "a").write_bytes(make())
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").touch()

    archive.unpack(tmp_path / "a", tmp_path / "out", ("tar", "zip"))

    out = tmp_path / "out"
    assert names(out) == ["d", "d/e", "d/e/inner.txt", "f", "f/g", "top.txt", "ü"]
    assert (out / "d/e/inner.txt").read_bytes() == b"2" * 3000
    assert names(tmp_path) == sorted(["a", "out", *(f"out/{n}" for n in names(out))])


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o1777, 0o777, 0])
def test_modes_of_members_are_not_taken_over(tmp_path, mode):
    (tmp_path / "a").write_bytes(make_tar(("x", b"1", {"mode": mode})))

    archive.unpack(tmp_path / "a", tmp_path / "out", ("tar",))

    (tmp_path / "plain").touch()
    assert (tmp_path / "out/x").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_link_in_the_folders_place_is_replaced_not_followed(tmp_path):
    (tmp_path / "a").write_bytes(make_tar(("x",)))
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "kept").touch()
    (tmp_path / "out").symlink_to(tmp_path / "precious")

    archive.unpack(tmp_path / "a", tmp_path / "out", ("tar",))

    assert names(tmp_path / "precious") == ["kept"]
    assert names(tmp_path / "out") == ["x"]


@pytest.mark.parametrize(
    ("fname", "options", "packed", "folder"),
    [
        ("pack", {"untar": True}, "pack_archive", "pack"),
        ("pack.tar.gz", {"untar": True}, "pack.tar.gz", "pack_extracted"),
        ("pack.tar.gz", {"extract": True}, "pack.tar.gz", "pack_extracted"),
        ("v1.0", {"extract": True}, "v1.0", "v1_extracted"),
        ("pack", {"extract": True, "archive_format": "tar"}, "pack_archive", "pack"),
        (None, {"extract": True}, "p.tgz_archive", "p.tgz"),
    ],
    ids=str,
)
def test_archives_are_unpacked_where_keras_has_them(
    server, cache, tmp_path, fname, options, packed, folder
):
    import keras

    server.content = make_tar(*GOOD)
    (tmp_path / "keras").mkdir()

    got = get_file(fname, f"{server.url}/p.tgz", **options)

    assert got == str(cache / folder)
    assert (cache / packed).is_file()
    assert (cache / folder / "d/e/inner.txt").is_file()
    theirs = keras.utils.get_file(
        fname, f"{server.url}/p.tgz", cache_dir=tmp_path / "keras", **options
    )
    assert theirs == str(tmp_path / "keras/datasets" / folder)
    assert names(tmp_path / "keras/datasets") == names(cache)


def test_what_is_unpacked_is_not_unpacked_again(server, cache):
    server.content = make_tar(("x", b"1"))
    path = get_file("p", f"{server.url}/p", extract=True)
    (cache / "p" / "x").write_bytes(b"mine")

    assert get_file("p", f"{server.url}/p", extract=True) == path
    assert (cache / "p" / "x").read_bytes() == b"mine"
    get_file("p", f"{server.url}/p", extract=True, force_download=True)
    assert (cache / "p" / "x").read_bytes() == b"1"


def test_without_a_format_nothing_is_unpacked(server, cache):
    path = get_file("p.zip", f"{server.url}/p", extract=True, archive_format=None)

    assert path == str(cache / "p.zip")


def test_unknown_formats_are_errors():
    with pytest.raises(ArgumentError, match="Did you mean 'zip'"):
        get_file("p", "http://x/p", extract=True, archive_format="zipp")
