"""A list of callbacks asks for no finer moments than its callbacks need."""

import pytest

from keryx import callbacks as cb
from keryx.callbacks._needs import every, reads_logs


class PerBatch(cb.Callback):
    def on_train_batch_end(self, batch, logs=None):
        pass


class OldPerBatch(cb.Callback):
    def on_batch_begin(self, batch, logs=None):
        pass


class PerChunk(cb.Callback):
    every = "chunk"

    def on_train_batch_end(self, batch, logs=None):
        pass


class PerEpoch(cb.Callback):
    every = 10  # a user's own attribute, which means something else

    def on_epoch_end(self, epoch, logs=None):
        pass


class FinerChild(PerChunk):
    def on_train_batch_begin(self, batch, logs=None):
        pass


class Starts(cb.Callback):
    def on_epoch_begin(self, epoch, logs=None):
        pass


class PerTestBatch(cb.Callback):
    def on_test_batch_end(self, batch, logs=None):
        pass


NEEDS = [
    (lambda: PerBatch(), "batch", True),
    (lambda: OldPerBatch(), "batch", False),
    (lambda: PerChunk(), "chunk", True),
    (lambda: FinerChild(), "batch", True),
    (lambda: PerEpoch(), "epoch", True),
    (lambda: Starts(), "epoch", False),
    (lambda: PerTestBatch(), "epoch", True),
    (lambda: cb.Callback(), "epoch", False),
    (lambda: cb.History(), "epoch", False),
    (lambda: cb.ProgbarLogger(), "epoch", True),
    (lambda: cb.EarlyStopping(), "epoch", True),
    (lambda: cb.ReduceLROnPlateau(), "epoch", True),
    (lambda: cb.LearningRateScheduler(lambda e: 0.1), "epoch", False),
    (lambda: cb.CSVLogger("x.csv"), "epoch", True),
    (lambda: cb.TerminateOnNaN(), "chunk", True),
    (lambda: cb.SwapEMAWeights(), "epoch", False),
    (lambda: cb.RemoteMonitor(), "epoch", True),
    (lambda: cb.BackupAndRestore("x"), "epoch", False),
    (lambda: cb.BackupAndRestore("x", save_freq=3), "batch", False),
    (lambda: cb.ModelCheckpoint("x.keras"), "epoch", False),
    (lambda: cb.ModelCheckpoint("{epoch}.keras"), "epoch", False),
    (lambda: cb.ModelCheckpoint("{loss}.keras"), "epoch", True),
    (lambda: cb.ModelCheckpoint("x.keras", save_best_only=True), "epoch", True),
    (lambda: cb.ModelCheckpoint("x.keras", save_freq=3), "batch", False),
    (lambda: cb.LambdaCallback(on_epoch_end=print), "epoch", True),
    (lambda: cb.LambdaCallback(on_train_begin=print), "epoch", False),
    (lambda: cb.LambdaCallback(on_train_batch_begin=print), "batch", False),
    (lambda: cb.LambdaCallback(on_batch_end=print), "batch", True),
]


@pytest.mark.parametrize(("make", "moment", "reads"), NEEDS)
def test_what_a_callback_needs_follows_from_its_hooks(make, moment, reads):
    callback = make()

    assert every(callback) == moment
    assert reads_logs(callback) is reads


@pytest.mark.parametrize(
    ("callbacks", "moment", "who"),
    [
        ([], "epoch", "nothing looks inside an epoch"),
        ([cb.TerminateOnNaN()], "chunk", "TerminateOnNaN looks at pieces of an epoch"),
        ([PerChunk(), PerBatch()], "batch", "PerBatch looks at single batches"),
    ],
)
def test_the_finest_need_decides_and_has_a_name(callbacks, moment, who):
    events = cb.CallbackList(callbacks, add_history=True)

    assert (events.every, events.who) == (moment, who)


def test_batches_of_evaluation_are_needed_by_those_who_look_at_them():
    events = cb.CallbackList([PerTestBatch(), cb.ProgbarLogger()])

    assert (events.every, events.every_test, events.every_predict) == (
        "epoch",
        "batch",
        "epoch",
    )


def test_history_alone_does_not_wait_for_the_device():
    assert not cb.CallbackList(add_history=True).eager
    assert cb.CallbackList([cb.EarlyStopping()], add_history=True).eager


def test_a_silent_progress_bar_reads_nothing():
    events = cb.CallbackList([cb.ProgbarLogger()], verbose=0, epochs=1, steps=1)

    assert not events.eager


def test_a_live_progress_bar_needs_pieces_of_an_epoch(terminal):
    events = cb.CallbackList(add_progbar=True, verbose="auto", epochs=2, steps=3)

    assert events.every == "chunk"
    assert events.who == "the progress bar looks at pieces of an epoch"


def test_hooks_reach_all_callbacks_in_order_with_one_dict_of_logs():
    seen = []

    class Adds(cb.Callback):
        def on_epoch_end(self, epoch, logs=None):
            logs["extra"] = 1.0

    reads = cb.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(dict(logs)))
    events = cb.CallbackList([[Adds()], (reads, None)], add_history=True)
    events.on_epoch_end(0, {"loss": 0.5})

    assert seen == [{"loss": 0.5, "extra": 1.0}]
    assert events.callbacks[-1].history == {"loss": [0.5], "extra": [1.0]}


HOOKS = [name for name in vars(cb.Callback) if name.startswith("on_")]


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_handed_on(hook):
    seen = []
    events = cb.CallbackList(cb.LambdaCallback(**{hook: lambda *a: seen.append(a)}))
    place = (3,) if "batch" in hook or "epoch" in hook else ()

    getattr(events, hook)(*place, {"loss": 1.0})

    assert seen == [(*place, {"loss": 1.0})]


def test_there_are_sixteen_hooks():
    assert len(HOOKS) == 16


@pytest.mark.parametrize("moment", ["begin", "end"])
def test_the_older_hook_of_batches_is_called_for_training_batches(moment):
    seen = []
    old = cb.LambdaCallback(**{f"on_batch_{moment}": lambda *a: seen.append(a)})

    getattr(cb.CallbackList([old]), f"on_train_batch_{moment}")(2)

    assert seen == [(2, {})]


def test_stop_is_the_models(model):
    events = cb.CallbackList(model=model)
    assert not events.stop

    model.stop_training = True
    assert events.stop

    events.stop = False
    assert model.stop_training is False


def test_callbacks_get_model_and_params(model):
    callback = cb.Callback()
    events = cb.CallbackList(
        callback, add_history=True, model=model, verbose=0, epochs=3, steps=None
    )

    assert callback.model is model
    assert callback.params == {"verbose": 0, "epochs": 3, "steps": None}
    assert model.history is events.callbacks[-1]


def test_a_history_of_the_users_is_used(model):
    mine = cb.History()

    events = cb.CallbackList([mine], add_history=True, model=model)

    assert events.callbacks == [mine]
    assert model.history is mine


def test_appended_callbacks_count(model):
    events = cb.CallbackList(model=model, epochs=1)
    late = PerBatch()

    events.append(late)

    assert events.every == "batch"
    assert (late.model, late.params) == (model, {"epochs": 1})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (cb.EarlyStopping, r"Write `EarlyStopping\(\)`"),
        (print, "LambdaCallback"),
        (3, "must be callbacks"),
    ],
)
def test_what_is_no_callback_is_an_error(wrong, message):
    with pytest.raises(ValueError, match=message):
        cb.CallbackList([wrong])


KNOWN = ["loss", "accuracy"]


@pytest.mark.parametrize(
    ("callback", "message"),
    [
        (cb.EarlyStopping("val_acc"), "no validation: .* or monitor 'acc'"),
        (cb.EarlyStopping("acuracy"), "Did you mean 'accuracy'"),
        (cb.ReduceLROnPlateau("zest"), "one of 'loss', 'accuracy', 'learning_rate'"),
        (cb.ModelCheckpoint("a.keras", "x", save_best_only=True), "monitor"),
        (cb.ModelCheckpoint("{val_loss:.2f}.keras"), "No log is called 'val_loss'"),
    ],
)
def test_a_monitor_that_names_nothing_is_an_error_before_training(callback, message):
    with pytest.raises(ValueError, match=message):
        cb.CallbackList([callback]).check_monitors(KNOWN)


@pytest.mark.parametrize(
    "callback",
    [
        cb.EarlyStopping("acc"),
        cb.ModelCheckpoint("a.keras"),
        cb.ModelCheckpoint("{epoch:02d}-{acc:.2f}.keras"),
        cb.ModelCheckpoint("a.keras", "Accuracy", save_best_only=True),
    ],
)
def test_a_monitor_in_any_spelling_is_fine(callback):
    cb.CallbackList([callback]).check_monitors(KNOWN)


def test_logs_that_callbacks_add_can_be_monitored():
    scheduler = cb.LearningRateScheduler(lambda epoch: 0.1)
    stopping = cb.EarlyStopping("lr", mode="min")

    cb.CallbackList([scheduler, stopping]).check_monitors(KNOWN)

    with pytest.raises(ValueError, match="learning_rate|'lr'"):
        cb.CallbackList([stopping, scheduler]).check_monitors(KNOWN)


def test_a_users_callback_in_front_may_add_any_log():
    stopping = cb.EarlyStopping("val_zest", mode="max")

    cb.CallbackList([PerEpoch(), stopping]).check_monitors(KNOWN)

    with pytest.raises(ValueError, match="val_zest"):
        cb.CallbackList([stopping, PerEpoch()]).check_monitors(KNOWN)


def test_names_that_are_not_complete_are_no_ground_for_errors():
    cb.CallbackList([cb.EarlyStopping("zest", mode="min")]).check_monitors([], False)


def test_a_wrong_hook_of_a_lambda_callback_is_an_error():
    with pytest.raises(ValueError, match="Did you mean 'on_epoch_end'"):
        cb.LambdaCallback(on_epoch_ends=print)


def test_notes_go_to_the_progress_bar(terminal):
    events = cb.CallbackList(add_progbar=True, verbose=1, epochs=1, steps=3)
    events.note("too early")
    events.on_epoch_begin(0)
    events.note("compiling")

    assert terminal.getvalue() == "\rcompiling"
