"""The old names of attributes: all that is known of them before one is used."""

ATTRIBUTES = frozenset(
    (
        # models
        "predict_classes", "predict_proba", "fit_generator", "evaluate_generator",
        "predict_generator", "reset_states", "to_yaml", "model", "nodes",
        "flattened_layers", "container_nodes", "regularizers", "constraints",
        "updates", "state_updates", "uses_learning_phase", "metrics_tensors",
        "loss_functions", "targets", "sample_weights", "total_loss",
        "validation_data", "_make_predict_function", "_make_train_function",
        "_make_test_function", "save_spec",
        # layers
        "get_output_at", "get_input_at", "get_output_shape_at", "get_input_shape_at",
        "get_input_mask_at", "get_output_mask_at", "get_output_shape_for",
        "inbound_nodes", "outbound_nodes", "_inbound_nodes", "_outbound_nodes",
        "output_shape", "input_shape", "input_mask", "output_mask", "add_update",
        "get_updates_for", "get_losses_for", "add_metric", "apply", "add_inbound_node",
        "W", "U", "b", "W_regularizer", "b_regularizer", "U_regularizer",
        "W_constraint", "U_constraint", "b_constraint", "init", "inner_init",
        "inner_activation", "output_dim", "nb_filter", "nb_row", "nb_col", "subsample",
        "border_mode", "dim_ordering", "p", "sigma", "bias", "filter_length",
        "subsample_length", "atrous_rate", "running_mean", "running_std",
        "batch_input_shape", "alpha",
        # optimizers
        "lr", "initial_decay", "weights", "get_weights", "set_weights",
        "get_state", "set_state", "get_gradients", "get_updates", "get_slot",
        "minimize",
        # variables and symbolic tensors
        "get_value", "set_value", "read_value", "eval", "get_shape", "set_shape",
        "_keras_shape", "_keras_history", "_uses_learning_phase",
        # callbacks
        "epsilon", "period", "nb_epoch", "nb_sample", "nb_words",
        # pictures
        "nb_class", "principal_components", "channel_index", "row_index", "col_index",
        # nodes of a graph
        "input_tensors", "output_tensors", "input_shapes", "output_shapes",
        "inbound_layers", "outbound_layer",
    )
)  # fmt: skip

# Those that programs assign to.
ASSIGNABLE = frozenset(
    ("lr", "trainable_weights", "non_trainable_weights", "updates", "outputs")
)
