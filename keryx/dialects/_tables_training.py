"""Optimizers, models, callbacks and helpers: old arguments, one row each. Data."""

from keryx.dialects import _convert as to, _images
from keryx.dialects._rules import Drop, Rename, Row, Value

_FED = "batches are made by one thread, ahead of training"
_GRAPH = "there is no graph to run by hand"
_SHOWN = "`compile(metrics=['acc'])` says it, and was told so"

OPTIMIZERS: tuple[Row, ...] = (
    Rename("lr", "learning_rate"),
    Value("epsilon", to.epsilon),
    Drop("kappa", "it had no effect"),
    Drop("is_legacy_optimizer", "there is one implementation"),
    Drop("jit_compile", "updates are always compiled"),
)

_WORKERS: tuple[Row, ...] = (
    Drop("max_queue_size", _FED),
    Drop("max_q_size", _FED),
    Drop("workers", _FED),
    Drop("nb_worker", _FED),
    Drop("nb_val_worker", _FED),
    Drop("use_multiprocessing", _FED),
    Drop("pickle_safe", _FED),
)
_X: tuple[Row, ...] = (Rename("X", "x"), Rename("generator", "x"))

# Functions and methods by their qualified names.
FUNCTIONS: dict[str, tuple[Row, ...]] = {
    **_images.FUNCTIONS,
    "get_test_data": (
        Rename("nb_train", "num_train"),
        Rename("nb_test", "num_test"),
        Rename("nb_class", "num_classes"),
    ),
    "SequenceEnqueuer.start": (
        Rename("nb_worker", "workers"),
        Rename("max_q_size", "max_queue_size"),
        Drop("wait_time", "threads wait for room, and not a time"),
    ),
    "GeneratorEnqueuer.__init__": (
        Rename("generator", "sequence"),
        Rename("pickle_safe", "use_multiprocessing"),
    ),
    "plot_model": (Drop("layer_range", "the whole model is drawn", (None,)),),
    "Trainable.compile": (
        Drop("class_mode", "the loss and the shapes tell it"),
        Drop("theano_mode", _GRAPH),
        Drop("mode", _GRAPH),
        Drop("options", _GRAPH),
        Drop("run_metadata", _GRAPH),
        Drop("sample_weight_mode", "weights may have a time axis at any time"),
        Drop("target_tensors", "targets come with `fit`", (None,)),
        Drop("experimental_run_tf_function", _GRAPH),
        Drop("distribute", _GRAPH, (None,)),
        Rename("experimental_steps_per_execution", "steps_per_execution"),
    ),
    "load_data": (Rename("nb_words", "num_words"),),
    "Trainable.fit": (
        *_X,
        *_WORKERS,
        Rename("nb_epoch", "epochs"),
        Drop("show_accuracy", _SHOWN),
        Value("class_weight", to.class_weight),
        Value("steps_per_epoch", to.whole),
        Value("validation_steps", to.whole),
        Value("epochs", to.whole),
    ),
    "Trainable.evaluate": (
        *_X,
        *_WORKERS,
        Drop("show_accuracy", _SHOWN),
        Value("steps", to.whole),
    ),
    "Trainable.predict": (
        *_X,
        *_WORKERS,
        Value("steps", to.whole),
    ),
    "Trainable.train_on_batch": (
        *_X,
        Drop("accuracy", _SHOWN),
        Drop("reset_metrics", "`reset_metrics()` of the model does it"),
        Value("class_weight", to.class_weight),
    ),
    "Trainable.test_on_batch": (
        *_X,
        Drop("accuracy", _SHOWN),
        Drop("reset_metrics", "`reset_metrics()` of the model does it"),
    ),
    "Model.save": (
        Drop("save_format", "the file's name tells it"),
        Drop("signatures", "a file holds one function", (None,)),
        Drop("options", "there are none", (None,)),
        Drop("save_traces", "no code is saved"),
    ),
    "save_model": (
        Drop("save_format", "the file's name tells it"),
        Drop("signatures", "a file holds one function", (None,)),
        Drop("options", "there are none", (None,)),
        Drop("save_traces", "no code is saved"),
    ),
    "Model.save_weights": (
        Drop("save_format", "the file's name tells it"),
        Drop("options", "there are none", (None,)),
    ),
    "Model.load_weights": (
        Drop("options", "there are none", (None,)),
        Drop("reshape", "shapes must be equal", (False,)),
    ),
    "load_model": (Drop("options", "there are none", (None,)),),
    "to_categorical": (
        Rename("y", "x"),
        Rename("nb_classes", "num_classes"),
    ),
    "Input": (
        Rename("batch_input_shape", "batch_shape"),
        Rename("input_shape", "shape"),
        Drop("ragged", "there are no ragged tensors", (False, None)),
        Drop("type_spec", "shape and dtype say it", (None,)),
    ),
    "WeightOwner.add_weight": (
        Drop("use_resource", "there is one kind of variable"),
        Drop("synchronization", "there is one copy of each variable"),
        Drop("partitioner", "there is one copy of each variable", (None,)),
        Drop("collections", "there is no graph", (None,)),
        Drop("getter", "there is no graph", (None,)),
        Rename("experimental_autocast", "autocast"),
        Value("initializer", to.initializer),
    ),
    "Layer.add_loss": (Drop("inputs", "a loss belongs to the run it is made in"),),
    "Tokenizer.__init__": (Rename("nb_words", "num_words"),),
    "Model.summary": (
        Value("positions", lambda p: None if p is not None and len(p) == 4 else p),
    ),
    "relu": (Rename("alpha", "negative_slope"),),
    "Optimizer.apply_gradients": (
        Drop("experimental_aggregate_gradients", "gradients are those of the batch"),
        Drop("name", "an update has no name"),
    ),
}

CALLBACKS: dict[str, tuple[Row, ...]] = {
    "ModelCheckpoint": (
        Drop("load_weights_on_restart", "`BackupAndRestore` does it", (False,)),
        Drop("options", "there are none", (None,)),
    ),
    "ReduceLROnPlateau": (Rename("epsilon", "min_delta"),),
    "TensorBoard": (
        Drop("batch_size", "histograms need no data"),
        Drop("write_grads", "gradients are not kept"),
        Drop("embeddings_layer_names", "all of them are written"),
        Drop("embeddings_data", "none is needed"),
    ),
    "ProgbarLogger": (
        Drop("count_mode", "it counts batches"),
        Drop("stateful_metrics", "all metrics are running ones"),
    ),
}

# Regularizers, constraints, initializers, metrics and losses.
OTHERS: dict[str, tuple[Row, ...]] = {
    "L1": (Rename("l", "l1"),),
    "L2": (Rename("l", "l2"),),
    "L1L2": (),
    "MaxNorm": (Rename("m", "max_value"),),
    "MinMaxNorm": (Rename("low", "min_value"), Rename("high", "max_value")),
    "RandomUniform": (Drop("scale", "use `minval` and `maxval`", (0.05,)),),
    "RandomNormal": (Rename("scale", "stddev"),),
    "Orthogonal": (Rename("scale", "gain"),),
    "Identity": (Rename("scale", "gain"),),
    "VarianceScaling": (
        Value("distribution", lambda d: {"normal": "truncated_normal"}.get(d, d)),
    ),
}
# Arguments of old classes that say nothing today, wherever they occur.
ANYWHERE: tuple[Row, ...] = (
    Drop("dim_ordering", "arrays have one layout", ("th", "tf", "default", None)),
)
