"""Vocabularies in files that somebody changed."""

import os
import zipfile

import pytest

import keryx
from keryx import layers, saving

INNER = "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt"
OUTER = "assets/layers/text_vectorization/vocabulary.txt"


@pytest.fixture
def path(tmp_path):
    layer = layers.TextVectorization()
    layer.adapt(["a b b"])
    model = keryx.Sequential([layers.Input((1,), dtype="string"), layer])
    path = tmp_path / "model.keras"
    saving.save_model(model, path)
    return path


def changed(path, change):
    """Writes the members of an archive again, changed."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def test_members_are_named_as_by_keras(path):
    with zipfile.ZipFile(path) as archive:
        assert {INNER, OUTER} < set(archive.namelist())
        assert archive.read(INNER) == b"\n[UNK]\nb\na"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("assets/vocabulary.txt", "expected an archive of"),
        ("assets/../layers/vocabulary.txt", "expected an archive of"),
        ("assets/layers/text_vectorization/other.txt", "expected an archive of"),
        ("assets//layers/vocabulary.txt", "expected an archive of"),
        ("assets/layers/embedding/vocabulary.txt", "one that belongs to none"),
    ],
)
@pytest.mark.parametrize("weights", [False, True], ids=["model", "weights"])
def test_members_that_belong_nowhere_are_refused(path, name, message, weights):
    model = saving.load_model(path)
    changed(path, lambda members: members.update({name: b"a"}))

    with pytest.raises(ValueError, match=message):
        model.load_weights(path) if weights else saving.load_model(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\n[UNK]\na\na", "each word once"),
        (b"\0" * (40 * 2**20), "expected at most"),
    ],
    ids=["twice", "bomb"],
)
def test_contents_that_are_no_vocabulary_are_refused(path, content, message):
    changed(path, lambda members: members.update({INNER: content}))

    with pytest.raises(ValueError, match=message):
        saving.load_model(path)


def test_a_vocabulary_may_be_missing(path):
    changed(path, lambda members: [members.pop(INNER), members.pop(OUTER)])

    model = saving.load_model(path)

    assert model.layers[0].get_vocabulary() == ["", "[UNK]"]


@pytest.mark.parametrize("part", [INNER, "assets/layers"], ids=["file", "folder"])
def test_links_in_folders_are_not_followed(path, tmp_path, part):
    folder = tmp_path / "folder"
    saving.save_model(saving.load_model(path), folder, zipped=False)
    elsewhere = tmp_path / "elsewhere"
    os.rename(folder / part, elsewhere)
    (folder / part).symlink_to(elsewhere)

    with pytest.raises(ValueError, match="expected a plain file"):
        saving.load_model(folder)


def test_a_folder_with_other_files_is_not_replaced(path, tmp_path):
    folder = tmp_path / "folder"
    (folder / "assets").mkdir(parents=True)
    (folder / "assets" / "notes.txt").write_text("mine")

    with pytest.raises(ValueError, match="other files in it"):
        saving.save_model(saving.load_model(path), folder, zipped=False)
