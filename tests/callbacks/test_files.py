"""Callbacks that write files."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs

import numpy as np
import pytest

from keryx import callbacks as cb


def play(callback, model, losses, batches=2, start=0):
    """Plays epochs of a few batches; the weight counts the batches."""
    events = cb.CallbackList([callback], model=model)
    events.on_train_begin()
    for epoch, loss in enumerate(losses, start):
        events.on_epoch_begin(epoch)
        for batch in range(batches):
            model.weight += 1
            events.on_train_batch_end(batch, {"loss": loss})
        events.on_epoch_end(epoch, {"loss": loss, "val_accuracy": -loss})
    return events


@pytest.mark.parametrize(
    ("pattern", "options", "names"),
    [
        ("m.keras", {}, ["m.keras"] * 3),
        ("{epoch:02d}.h5", {}, ["01.h5", "02.h5", "03.h5"]),
        ("{val_acc:.1f}.keras", {}, ["-2.0.keras", "-1.0.keras", "-3.0.keras"]),
        (
            "{epoch}.keras",
            {"monitor": "loss", "save_best_only": True},
            ["1.keras", "2.keras"],
        ),
        ("{epoch}.keras", {"monitor": "val_acc", "save_best_only": True, "mode": "max"},
         ["1.keras", "2.keras"]),
        ("{epoch}.keras", {"monitor": "loss", "save_best_only": True, "mode": "max"},
         ["1.keras", "3.keras"]),
        ("{epoch}.keras", {"monitor": "loss", "save_best_only": True,
                           "initial_value_threshold": 1.5}, ["2.keras"]),
        ("{epoch}-{batch}.keras", {"save_freq": 3}, ["2-1.keras", "3-2.keras"]),
        ("{epoch}/m.weights.h5", {"save_weights_only": True},
         [f"{i}/m.weights.h5" for i in (1, 2, 3)]),
    ],
)  # fmt: skip
def test_checkpoints_are_saved_when_and_where_asked(
    pattern, options, names, model, tmp_path
):
    play(cb.ModelCheckpoint(tmp_path / pattern, **options), model, [2.0, 1.0, 3.0])

    assert model.saved == [str(tmp_path / name) for name in names]


def test_a_checkpoint_says_what_it_did(model, tmp_path, capsys):
    path = tmp_path / "m.keras"
    play(cb.ModelCheckpoint(path, "loss", 1, True), model, [2.0, 3.0, 1.0])

    assert capsys.readouterr().out.splitlines() == [
        f"Epoch 1: loss improved from nothing to 2.00000, saved to {path}",
        "Epoch 2: loss is no better than 2.00000",
        f"Epoch 3: loss improved from 2.00000 to 1.00000, saved to {path}",
    ]


def test_a_best_checkpoint_waits_for_a_value(model, tmp_path):
    checkpoint = cb.ModelCheckpoint(tmp_path / "m.keras", save_best_only=True)
    checkpoint.check_monitor(["loss", "val_loss"])

    play(checkpoint, model, [1.0])

    assert model.saved == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"filepath": "model"}, "ends in .keras"),
        ({"filepath": "m.keras", "save_weights_only": True}, r"ends in \.weights\.h5"),
        ({"filepath": "m.keras", "save_freq": "batch"}, "save_freq"),
        ({"filepath": "m.keras", "save_freq": 0}, "positive integer"),
    ],
)
def test_wrong_checkpoints_are_errors_at_once(options, message):
    with pytest.raises(ValueError, match=message):
        cb.ModelCheckpoint(**options)


@pytest.mark.parametrize("name", ["file/m.keras", "folder.keras"])
def test_a_path_that_cannot_be_written_is_an_error_before_training(
    name, model, tmp_path
):
    (tmp_path / "file").write_text("")
    (tmp_path / "folder.keras").mkdir()

    with pytest.raises(OSError, match="folder that can be written"):
        play(cb.ModelCheckpoint(tmp_path / name), model, [1.0])


def test_csv_has_a_row_per_epoch(model, tmp_path):
    path = tmp_path / "log.csv"
    play(cb.CSVLogger(path, separator=";"), model, [2.0, 1.0])

    assert path.read_text() == ("epoch;loss;val_accuracy\n0;2.0;-2.0\n1;1.0;-1.0\n")


def test_csv_columns_are_there_before_their_values(tmp_path):
    logger = cb.CSVLogger(tmp_path / "log.csv")
    logger.check_monitor(["loss", "val_loss"])
    logger.on_train_begin()
    logger.on_epoch_end(0, {"loss": 0.5})
    logger.on_epoch_end(1, {"loss": 0.25, "val_loss": np.array([1.0, 2.0])})

    assert (tmp_path / "log.csv").read_text() == (
        'epoch,loss,val_loss\n0,0.5,NA\n1,0.25,"[1.0, 2.0]"\n'
    )


@pytest.mark.parametrize("append", [True, False])
def test_csv_goes_on_or_begins_anew(append, model, tmp_path):
    path = tmp_path / "log.csv"
    play(cb.CSVLogger(path), model, [2.0])
    play(cb.CSVLogger(path, append=append), model, [1.0])

    kept = "0,2.0,-2.0\n" if append else ""
    assert path.read_text() == f"epoch,loss,val_accuracy\n{kept}0,1.0,-1.0\n"


def test_csv_in_no_folder_is_an_error_before_training(model, tmp_path):
    with pytest.raises(FileNotFoundError, match="log.csv"):
        cb.CSVLogger(tmp_path / "nowhere" / "log.csv").on_train_begin()


def backup(tmp_path, **options):
    return cb.BackupAndRestore(tmp_path / "backup", **options)


def test_an_interrupted_run_goes_on_after_its_last_epoch(model, tmp_path):
    play(backup(tmp_path), model, [3.0, 2.0])
    other = type(model)()
    events = cb.CallbackList([backup(tmp_path)], model=other)

    assert events.restore() == 2
    np.testing.assert_array_equal(other.weight, [4, 4])


def test_a_backup_is_restored_when_training_begins(model, tmp_path):
    play(backup(tmp_path), model, [3.0])
    other = type(model)()

    cb.CallbackList([backup(tmp_path)], model=other).on_train_begin()

    np.testing.assert_array_equal(other.weight, [2, 2])


def test_a_backup_of_batches_begins_with_the_epoch_that_was_broken_off(model, tmp_path):
    play(backup(tmp_path, save_freq=3), model, [3.0, 2.0])
    record = json.loads((tmp_path / "backup" / "training_metadata.json").read_text())

    assert (record["epoch"], record["batch"]) == (1, 1)


def test_a_new_run_has_nothing_to_restore(model, tmp_path):
    assert cb.CallbackList([backup(tmp_path)], model=model).restore() == 0
    assert cb.CallbackList(model=model).restore() == 0


@pytest.mark.parametrize(("double", "files"), [(False, 1), (True, 2)])
def test_old_backups_are_dropped(double, files, model, tmp_path):
    play(backup(tmp_path, double_checkpoint=double), model, [3.0, 2.0, 1.0])

    assert len(list((tmp_path / "backup").glob("*.h5"))) == files


def test_the_backup_before_the_last_stands_in_for_a_broken_one(model, tmp_path):
    play(backup(tmp_path, double_checkpoint=True), model, [3.0, 2.0, 1.0])
    (tmp_path / "backup" / "epoch-3-batch-0.weights.h5").write_bytes(b"")
    other = type(model)()

    assert cb.CallbackList([backup(tmp_path)], model=other).restore() == 2
    np.testing.assert_array_equal(other.weight, [4, 4])


def test_a_broken_backup_is_an_error(model, tmp_path):
    play(backup(tmp_path), model, [3.0])
    (tmp_path / "backup" / "epoch-1-batch-0.weights.h5").write_bytes(b"")

    with pytest.raises(OSError, match="Remove the folder to begin anew"):
        cb.CallbackList([backup(tmp_path)], model=model).restore()


@pytest.mark.parametrize("text", ["", "[1]", "{"])
def test_a_broken_record_is_an_error(text, model, tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "training_metadata.json").write_text(text)

    with pytest.raises(OSError, match="record of a backup"):
        cb.CallbackList([backup(tmp_path)], model=model).restore()


@pytest.mark.parametrize("delete", [True, False])
def test_a_finished_run_removes_its_backup_and_nothing_else(delete, model, tmp_path):
    events = play(backup(tmp_path, delete_checkpoint=delete), model, [3.0])
    (tmp_path / "backup" / "notes.weights.h5").write_text("mine")

    events.on_train_end()

    assert (tmp_path / "backup" / "notes.weights.h5").exists()
    left = len(list((tmp_path / "backup").iterdir()))
    assert left == (1 if delete else 3)


def test_a_backup_needs_a_folder():
    with pytest.raises(ValueError, match="path of a folder"):
        cb.BackupAndRestore("")


@pytest.fixture
def server():
    """A server on a port of its own; returns its address and what it was sent."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent.append((self.path, self.headers["Content-Type"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        threading.Thread(target=http.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{http.server_port}", sent
        http.shutdown()


@pytest.mark.parametrize("as_json", [True, False])
def test_logs_are_sent_to_a_server(as_json, server):
    address, sent = server
    monitor = cb.RemoteMonitor(address, send_as_json=as_json)

    monitor.on_epoch_end(3, {"loss": np.float32(0.5)})

    (path, kind, body), = sent  # fmt: skip
    assert path == "/publish/epoch/end/"
    assert ("json" in kind) is as_json
    text = body if as_json else parse_qs(body)["data"][0]
    assert json.loads(text) == {"epoch": 3, "loss": 0.5}


def test_no_server_is_a_warning():
    with pytest.warns(UserWarning, match="expected a server at http://127.0.0.1:9"):
        cb.RemoteMonitor("http://127.0.0.1:9").on_epoch_end(0, {})
