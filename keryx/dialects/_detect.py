"""Which Keras a program was written for, told from its text. Nothing is run."""

import ast
from collections import Counter
from collections.abc import Iterator

from keryx._core.errors import ArgumentError
from keryx.dialects._era import Era

ONE, TWO, TF, THREE = (Era.K1,), (Era.K2,), (Era.TF,), (Era.K3,)
_OLD = (Era.K1, Era.K2)

# Modules that only some eras had.
MODULES: dict[str, tuple[Era, ...]] = {
    "keras.initializations": ONE,
    "keras.utils.visualize_util": ONE,
    "keras.layers.containers": ONE,
    "keras.objectives": _OLD,
    "keras.legacy": TWO,
    "keras.utils.vis_utils": TWO,
    "keras.utils.multi_gpu_utils": TWO,
    "keras.layers.merge": TWO,
    "keras.engine": _OLD,
    "keras.layers.core": _OLD,
    "keras.layers.convolutional": _OLD,
    "keras.layers.normalization": _OLD,
    "keras.layers.recurrent": _OLD,
    "keras.layers.embeddings": _OLD,
    "keras.layers.advanced_activations": _OLD,
    "keras.utils.np_utils": _OLD,
    "keras.wrappers": _OLD,
    "keras.preprocessing.image": _OLD,
    "keras.preprocessing.text": _OLD,
    "keras.backend": (Era.K1, Era.K2, Era.TF),
    "keras.backend.tensorflow_backend": TWO,
    "keras.ops": THREE,
    "keras.random": THREE,
    "keras.saving": THREE,
    "keras.saving.hdf5_format": TF,
    "keras.saving.legacy": TF,
    "keras.saving.save": TF,
    "keras.tree": THREE,
    "keras.distribution": THREE,
    "tensorflow.keras": TF,
    "tensorflow.python.keras": TF,
    "tensorflow.contrib.keras": TF,
    "tf_keras": TF,
}
# Names that only some eras had.
NAMES: dict[str, tuple[Era, ...]] = {
    "Convolution1D": _OLD,
    "Convolution2D": _OLD,
    "Convolution3D": _OLD,
    "Merge": ONE,
    "merge": ONE,
    "MaxoutDense": ONE,
    "Highway": ONE,
    "TimeDistributedDense": ONE,
    "Deconvolution2D": ONE,
    "AtrousConvolution2D": ONE,
    "Graph": ONE,
    "maxnorm": ONE,
    "l1l2": ONE,
    "set_image_dim_ordering": ONE,
    "image_dim_ordering": ONE,
    "set_image_data_format": (Era.K2, Era.TF),
    "CuDNNLSTM": TWO,
    "CuDNNGRU": TWO,
    "multi_gpu_model": TWO,
    "fit_generator": (Era.K1, Era.K2, Era.TF),
    "predict_generator": (Era.K1, Era.K2, Era.TF),
    "predict_classes": (Era.K1, Era.K2, Era.TF),
    "PyDataset": THREE,
    "StatelessScope": THREE,
    "SeedGenerator": THREE,
}
# Keyword arguments that only some eras had.
KEYWORDS: dict[str, tuple[Era, ...]] = {
    "nb_epoch": ONE,
    "nb_filter": ONE,
    "nb_row": ONE,
    "nb_col": ONE,
    "border_mode": ONE,
    "subsample": ONE,
    "dim_ordering": ONE,
    "init": ONE,
    "inner_init": ONE,
    "inner_activation": ONE,
    "W_regularizer": ONE,
    "b_regularizer": ONE,
    "U_regularizer": ONE,
    "W_constraint": ONE,
    "b_constraint": ONE,
    "dropout_W": ONE,
    "dropout_U": ONE,
    "samples_per_epoch": ONE,
    "nb_val_samples": ONE,
    "val_samples": ONE,
    "nb_worker": ONE,
    "show_accuracy": ONE,
    "class_mode": (),
    "nb_classes": ONE,
    "nb_words": ONE,
    "pool_length": ONE,
    "forget_bias_init": ONE,
    "lr": (Era.K1, Era.K2, Era.TF),
    "decay": (Era.K1, Era.K2, Era.TF),
    "batch_input_shape": (Era.K1, Era.K2, Era.TF),
    "input_length": (Era.K1, Era.K2, Era.TF),
    "input_dim": (Era.K1, Era.K2, Era.TF),
    "epochs": (Era.K2, Era.TF, Era.K3),
    "kernel_size": (Era.K2, Era.TF, Era.K3),
    "units": (Era.K2, Era.TF, Era.K3),
    "padding": (Era.K2, Era.TF, Era.K3),
    "kernel_initializer": (Era.K2, Era.TF, Era.K3),
    "steps_per_epoch": (Era.K2, Era.TF, Era.K3),
    "learning_rate": (Era.TF, Era.K3),
    "safe_mode": THREE,
    "jit_compile": (Era.TF, Era.K3),
}
# A word that one era alone has outweighs any number that several share.
SURE, HINT = 10, 1
_LATEST = (Era.K3, Era.TF, Era.K2, Era.K1)


def detect(source: str) -> tuple[Era, list[str]]:
    """Returns the era that a program was written for, and what tells it.

    Example:
        >>> detect("from keras.layers import Dense; Dense(output_dim=3, init='zero')")
        (<Era.K1: '1'>, ['line 1: argument `init` (Keras 1)'])

    Args:
        source: The text of the program.

    Raises:
        ArgumentError: If it is not Python 3.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ArgumentError(
            "detect", "source", expected="Python 3", got=f"line {error.lineno}"
        ) from None
    votes: Counter[Era] = Counter()
    reasons: list[str] = []
    for line, what, eras in dict.fromkeys(_signs(tree)):
        votes.update(dict.fromkeys(eras, SURE if len(eras) == 1 else HINT))
        if len(eras) == 1:
            reasons.append(f"line {line}: {what} ({_called(eras[0])})")
    if not votes:
        return Era.K3, []
    best = max(votes.values())
    era = next(e for e in _LATEST if votes[e] == best)
    if era is Era.TF and votes[Era.K2] == best and _plain_keras(tree):
        era = Era.K2
    mine = [reason for reason in reasons if _called(era) in reason]
    return era, list(dict.fromkeys(mine))


def _called(era: Era) -> str:
    return "tf.keras" if era is Era.TF else f"Keras {era.value}"


def _plain_keras(tree: ast.AST) -> bool:
    """Tells whether the program imports `keras` itself."""
    return any(m.partition(".")[0] == "keras" for _, m in _imports(tree))


def _imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yields the modules, and what is taken from them as if it were one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _signs(tree: ast.AST) -> Iterator[tuple[int, str, tuple[Era, ...]]]:
    """Yields what tells an era: line, words, eras."""
    for line, module in dict.fromkeys(_imports(tree)):
        name, known = module.rpartition(".")[2], _known(module)
        if known:
            yield line, f"module `{known}`", MODULES[known]
        ours = module.partition(".")[0] in ("keras", "tensorflow")
        if ours and known != module and name in NAMES:
            yield line, f"name `{name}`", NAMES[name]
    own = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)} | {"dict"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield from _attribute(node)
        elif isinstance(node, ast.Call) and _called_name(node) not in own:
            yield from _keywords(node)


def _known(module: str) -> str:
    """Returns the module of the table that a module is, or is in; "" for none."""
    while module and module not in MODULES:
        module = module.rpartition(".")[0]
    return module


def _called_name(node: ast.Call) -> str:
    """Returns the last part of what a call names."""
    func = node.func
    return str(getattr(func, "attr", getattr(func, "id", "")))


def _keywords(node: ast.Call) -> Iterator[tuple[int, str, tuple[Era, ...]]]:
    if _called_name(node) == "Convolution2D" and len(node.args) > 2:
        yield node.lineno, "rows and columns of `Convolution2D`", ONE
    for word in node.keywords:
        # What `Embedding` calls so is the number of its rows, to this day.
        if word.arg == "input_dim" and _called_name(node) == "Embedding":
            continue
        if word.arg in KEYWORDS and KEYWORDS[word.arg]:
            yield node.lineno, f"argument `{word.arg}`", KEYWORDS[word.arg]


def _attribute(node: ast.Attribute) -> Iterator[tuple[int, str, tuple[Era, ...]]]:
    if node.attr in NAMES and node.attr not in ("merge", "Graph"):
        yield node.lineno, f"name `{node.attr}`", NAMES[node.attr]
    owner = node.value
    if node.attr == "keras" and isinstance(owner, ast.Name) and owner.id == "tf":
        yield node.lineno, "`tf.keras`", TF
