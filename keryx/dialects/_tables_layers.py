"""Layers: arguments of Keras 0, 1, 2 and tf.keras, one row each. Data."""

from keryx.dialects import _convert as to
from keryx.dialects._rules import Drop, Join, Rename, Row, Value

_KERNELS = (
    "kernel_initializer", "embeddings_initializer", "alpha_initializer",
    "depthwise_initializer", "pointwise_initializer",
)  # fmt: skip
_SIZE = to.in_order("nb_row", "nb_col")
_CUBE = to.in_order("kernel_dim1", "kernel_dim2", "kernel_dim3")
_NOTHING = "it changes no numbers"
_SPEED = "there is one implementation"

# What holds for every layer that takes the new name and not the old one.
EVERY: tuple[Row, ...] = (
    Rename("output_dim", "units"),
    Rename("nb_filter", "filters"),
    Rename("filter_length", "kernel_size"),
    Join(("nb_row", "nb_col"), "kernel_size", _SIZE),
    Join(("kernel_dim1", "kernel_dim2", "kernel_dim3"), "kernel_size", _CUBE),
    Rename("subsample", "strides"),
    Rename("subsample_length", "strides"),
    Rename("border_mode", "padding", to.padding),
    Rename("dim_ordering", "data_format", to.data_format),
    Rename("init", _KERNELS, to.initializer),
    Rename("inner_init", "recurrent_initializer", to.initializer),
    Rename("forget_bias_init", "unit_forget_bias", to.forget_bias),
    Rename("inner_activation", "recurrent_activation"),
    Rename("W_regularizer", ("kernel_regularizer", "embeddings_regularizer")),
    Rename("U_regularizer", "recurrent_regularizer"),
    Rename("b_regularizer", "bias_regularizer"),
    Rename("W_constraint", ("kernel_constraint", "embeddings_constraint")),
    Rename("U_constraint", "recurrent_constraint"),
    Rename("b_constraint", "bias_constraint"),
    Rename("bias", "use_bias"),
    Rename("dropout_W", "dropout"),
    Rename("dropout_U", "recurrent_dropout"),
    Rename("beta_init", "beta_initializer", to.initializer),
    Rename("gamma_init", "gamma_initializer", to.initializer),
    Rename("p", "rate"),
    Rename("sigma", "stddev"),
    Rename("pool_length", "pool_size"),
    Rename("poolsize", "pool_size"),
    Rename("stride", "strides"),
    Rename("length", "size"),
    Rename("dims", "target_shape"),
    Rename("atrous_rate", "dilation_rate"),
    Join(("batch_size", "input_shape"), "batch_shape", to.batch_of, whole=True),
    Join(("input_length", "input_dim"), "input_shape", to.steps_shape, whole=True),
    Drop("input_length", "lengths are known from the data"),
    Rename("batch_input_shape", "batch_shape"),
    Drop("consume_less", _SPEED),
    Drop("implementation", _SPEED),
    Drop("return_runtime", _NOTHING),
    Drop("ignore_border", _NOTHING),
    Drop("time_major", "the batch comes first", (False, None)),
    Drop("input_dtype", "inputs are cast"),
    Drop("ragged", "there are no ragged tensors", (False, None)),
    Drop("dynamic", _NOTHING, (False, None)),
    Drop("fused", _SPEED),
    Drop("virtual_batch_size", "the batch is one", (None,)),
    Drop("adjustment", "there is none", (None,)),
    Drop("zero_output_for_mask", _NOTHING, (False, None)),
    Drop("experimental_autocast", _NOTHING),
)  # fmt: skip

# What holds for one class and those derived from it, by name.
BY_CLASS: dict[str, tuple[Row, ...]] = {
    "Embedding": (
        Drop("input_length", "lengths are known from the data", (None,)),
        Rename("input_length", "input_shape", to.length),
        Drop("dropout", "nothing is left out", (0, 0.0, None)),
    ),
    "LeakyReLU": (Rename("alpha", "negative_slope"),),
    "BatchNormalization": (
        Drop("mode", "statistics are per feature", (0,)),
        Value("axis", to.single),
    ),
    "ZeroPadding1D": (Value("padding", to.side_pads),),
    "ZeroPadding2D": (
        Value("padding", to.side_pads),
        Value("padding", to.sides_of_pair),
    ),
    "InputLayer": (
        Rename("input_shape", "shape"),
        Rename("input_dtype", "dtype"),
        Drop("type_spec", "shape and dtype say it", (None,)),
    ),
    "SeparableConv2D": (
        Rename("W_regularizer", ("depthwise_regularizer", "pointwise_regularizer")),
        Rename("W_constraint", ("depthwise_constraint", "pointwise_constraint")),
    ),
    "CategoryEncoding": (
        Rename("max_tokens", "num_tokens"),
        Value("output_mode", lambda mode: {"binary": "multi_hot"}.get(mode, mode)),
    ),
    "TextVectorization": (
        Value("output_mode", lambda mode: {"binary": "multi_hot", "tf-idf": "tf_idf"}
              .get(mode, mode)),
    ),
    "StringLookup": (
        Rename("max_values", "max_tokens"),
        Rename("mask_value", "mask_token"),
        Rename("oov_value", "oov_token"),
    ),
    "IntegerLookup": (
        Rename("max_values", "max_tokens"),
        Rename("mask_value", "mask_token"),
        Rename("oov_value", "oov_token"),
    ),
}  # fmt: skip

_W_B = ("W_regularizer", "b_regularizer", "activity_regularizer",
        "W_constraint", "b_constraint", "bias")  # fmt: skip
_CONV = ("init", "activation", "weights", "border_mode", "subsample", "dim_ordering",
         *_W_B)  # fmt: skip
_STEPS = ("init", "activation", "weights", "border_mode", "subsample_length", *_W_B,
          "input_dim", "input_length")  # fmt: skip
_GATES = ("init", "inner_init", "activation", "inner_activation", "W_regularizer",
          "U_regularizer", "b_regularizer", "dropout_W", "dropout_U")  # fmt: skip

# Positional arguments of Keras 1, by today's class (or the old one where it differs).
POSITIONS: dict[str, tuple[str, ...]] = {
    "Dense": ("output_dim", "init", "activation", "weights", *_W_B, "input_dim"),
    "Conv1D": ("nb_filter", "filter_length", *_STEPS),
    "Conv2D": ("nb_filter", "nb_row", "nb_col", *_CONV),
    "Conv3D": ("nb_filter", "kernel_dim1", "kernel_dim2", "kernel_dim3", *_CONV),
    "SeparableConv2D": (
        "nb_filter", "nb_row", "nb_col", "init", "activation", "weights",
        "border_mode", "subsample", "depth_multiplier", "dim_ordering"),
    "Conv2DTranspose": ("nb_filter", "nb_row", "nb_col", "output_shape", *_CONV),
    "Conv3DTranspose": ("nb_filter", "kernel_dim1", "kernel_dim2", "kernel_dim3",
                        "output_shape", *_CONV),
    "AtrousConvolution1D": ("nb_filter", "filter_length", "init", "activation",
                            "weights", "border_mode", "subsample_length",
                            "atrous_rate"),
    "AtrousConvolution2D": ("nb_filter", "nb_row", "nb_col", "init", "activation",
                            "weights", "border_mode", "subsample", "atrous_rate",
                            "dim_ordering"),
    "LocallyConnected1D": ("nb_filter", "filter_length", *_STEPS),
    "LocallyConnected2D": ("nb_filter", "nb_row", "nb_col", *_CONV),
    "ConvLSTM2D": ("nb_filter", "nb_row", "nb_col", "init", "inner_init",
                   "forget_bias_init", "activation", "inner_activation",
                   "dim_ordering", "border_mode", "subsample"),
    "LSTM": ("output_dim", "init", "inner_init", "forget_bias_init", "activation",
             "inner_activation", *_GATES[4:]),
    "GRU": ("output_dim", *_GATES),
    "SimpleRNN": ("output_dim", "init", "inner_init", "activation", *_GATES[4:]),
    "Embedding": ("input_dim", "output_dim", "init", "input_length", "W_regularizer",
                  "activity_regularizer", "W_constraint", "mask_zero", "weights",
                  "dropout"),
    "BatchNormalization": ("epsilon", "mode", "axis", "momentum", "weights",
                           "beta_init", "gamma_init", "gamma_regularizer",
                           "beta_regularizer"),
    "PReLU": ("init", "weights", "shared_axes"),
}  # fmt: skip
