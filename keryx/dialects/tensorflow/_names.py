"""Where the names below `tf` lead: place in `tf` | module here | names.

A name may be written `public=own`. `tf.compat.v1` knows all of these.
"""

_ROWS = """
| _dtypes | DType TensorShape TensorSpec as_dtype Dimension
dtypes | _dtypes | DType as_dtype
| _tensor | Tensor Variable constant convert_to_tensor is_tensor EagerTensor=Tensor
| _tensor | SparseTensor RaggedTensor IndexedSlices
| _tape | GradientTape UnconnectedGradients
| _shapes | shape reshape tile broadcast_to repeat slice=slice_ pad split gather zeros
| _shapes | ones fill range=range_ linspace one_hot sequence_mask meshgrid einsum add_n
| _shapes | unique clip_by_global_norm lin_space=linspace
linalg | _shapes | global_norm einsum
math | _shapes | add_n
| _shapes | global_norm
| _functions | confusion_matrix
| _control | function cond case switch_case while_loop map_fn vectorized_map scan foldl
| _control | foldr custom_gradient numpy_function py_function py_func=numpy_function
| _control | print=print_ Print=print_ group no_op name_scope=scope device=scope
| _control | variable_scope=scope control_dependencies=scope init_scope=scope
| _setup | executing_eagerly get_logger Module
| _setup | Session InteractiveSession=Session ConfigProto GPUOptions get_default_graph
| _setup | reset_default_graph global_variables_initializer placeholder
| _setup | initialize_all_variables=global_variables_initializer
| _setup | local_variables_initializer=global_variables_initializer
| _setup | tables_initializer=global_variables_initializer
| _setup | enable_eager_execution=ignored disable_eager_execution=ignored
| _setup | disable_v2_behavior=ignored enable_v2_behavior=ignored
| _setup | enable_resource_variables=ignored disable_resource_variables=ignored
| _setup | disable_v2_tensorshape=ignored disable_control_flow_v2=ignored
| _setup | enable_control_flow_v2=ignored
| _debugging | Assert assert_equal assert_greater assert_less assert_rank
| _random | set_random_seed=set_seed random_normal=normal random_uniform=uniform
| _random | truncated_normal random_shuffle=shuffle multinomial=categorical
random | _random | set_seed set_random_seed=set_seed normal uniform truncated_normal
random | _random | shuffle categorical gamma poisson stateless_normal stateless_uniform
random | _random | stateless_truncated_normal Generator
random.experimental | _random | Generator
nn | _nn | sigmoid_cross_entropy_with_logits weighted_cross_entropy_with_logits l2_loss
nn | _nn | softmax_cross_entropy_with_logits sparse_softmax_cross_entropy_with_logits
nn | _nn | softmax_cross_entropy_with_logits_v2=softmax_cross_entropy_with_logits
nn | _nn | log_poisson_loss conv1d conv2d conv3d depthwise_conv2d conv2d_transpose
nn | _nn | max_pool max_pool1d max_pool2d max_pool3d avg_pool avg_pool1d avg_pool2d
nn | _nn | avg_pool3d bias_add batch_normalization dropout
image | _image | resize ResizeMethod resize_with_pad resize_with_crop_or_pad rot90
image | _image | resize_image_with_crop_or_pad=resize_with_crop_or_pad
image | _image | resize_images=resize resize_image_with_pad=resize_with_pad psnr
image | _image | crop_to_bounding_box pad_to_bounding_box central_crop flip_left_right
image | _image | flip_up_down transpose random_flip_left_right random_flip_up_down
image | _image | random_crop per_image_standardization convert_image_dtype
image | _image | total_variation image_gradients
image | _color | rgb_to_grayscale grayscale_to_rgb adjust_brightness adjust_contrast
image | _color | adjust_gamma adjust_saturation adjust_hue rgb_to_hsv hsv_to_rgb
image | _color | random_brightness random_hue random_contrast random_saturation
image | _files | decode_image decode_jpeg decode_png decode_bmp decode_gif encode_jpeg
image | _files | encode_png
io | _files | read_file write_file matching_files decode_image decode_jpeg decode_png
io | _files | decode_bmp decode_gif encode_jpeg encode_png decode_raw
| _files | read_file write_file
io.gfile | _files | GFile glob=glob_ exists isdir listdir makedirs mkdir=makedirs remove
io.gfile | _files | rmtree copy rename walk
gfile | _files | GFile FastGFile=GFile Open=GFile Glob=glob_ Exists=exists Remove=remove
gfile | _files | IsDirectory=isdir ListDirectory=listdir MakeDirs=makedirs
strings | _strings | lower upper strip regex_replace regex_full_match join reduce_join
strings | _strings | split length substr to_number as_string bytes_split unicode_split
| _strings | as_string
nest | _nest | flatten map_structure is_nested pack_sequence_as assert_same_structure
debugging | _debugging | assert_equal assert_none_equal assert_less assert_less_equal
debugging | _debugging | assert_greater assert_greater_equal assert_near assert_positive
debugging | _debugging | assert_non_negative check_numerics assert_all_finite
debugging | _debugging | enable_check_numerics assert_shapes assert_rank assert_type
debugging | _debugging | Assert
debugging | _setup | set_log_device_placement=ignored disable_check_numerics=ignored
errors | _debugging | InvalidArgumentError
errors | _errors | OutOfRangeError NotFoundError ResourceExhaustedError OpError
data | _data | Dataset TextLineDataset AUTOTUNE Options
data | _data_rows | INFINITE_CARDINALITY=INFINITE UNKNOWN_CARDINALITY=UNKNOWN
data.experimental | _data | AUTOTUNE cardinality get_single_element
data.experimental | _data_rows | INFINITE_CARDINALITY=INFINITE
data.experimental | _data_rows | UNKNOWN_CARDINALITY=UNKNOWN
config | _setup | list_physical_devices list_logical_devices get_visible_devices
config | _setup | set_visible_devices=ignored set_soft_device_placement=ignored
config | _setup | set_logical_device_configuration=ignored LogicalDeviceConfiguration
config | _setup | run_functions_eagerly
config | _setup | experimental_run_functions_eagerly=run_functions_eagerly
config.experimental | _setup | list_physical_devices list_logical_devices
config.experimental | _setup | set_memory_growth=ignored get_memory_growth
config.experimental | _setup | set_visible_devices=ignored get_visible_devices
config.experimental | _setup | set_virtual_device_configuration=ignored get_memory_info
config.experimental | _setup | VirtualDeviceConfiguration=LogicalDeviceConfiguration
config.experimental | _setup | enable_tensor_float_32_execution=ignored
config.experimental | _setup | get_device_details
config.experimental | _setup | enable_op_determinism=ignored
config.optimizer | _setup | set_jit=ignored set_experimental_options=ignored
config.threading | _setup | set_intra_op_parallelism_threads=ignored
config.threading | _setup | set_inter_op_parallelism_threads=ignored
test | _setup | is_gpu_available gpu_device_name is_built_with_cuda=is_gpu_available
autograph.experimental | _control | do_not_convert=function
autograph | _setup | set_verbosity
logging | _setup | DEBUG INFO WARN ERROR FATAL set_verbosity info debug warning error
logging | _setup | warn=warning
distribute | _setup | Strategy MirroredStrategy=Strategy OneDeviceStrategy=Strategy
distribute | _setup | MultiWorkerMirroredStrategy=Strategy get_strategy ReduceOp
distribute.experimental | _setup | CentralStorageStrategy=Strategy
saved_model | _setup | save=refuse_saved_model load=refuse_saved_model
summary | _setup | create_file_writer scalar=ignored histogram=ignored image=ignored
summary | _setup | text=ignored trace_on=ignored trace_export=ignored flush=ignored
summary | _setup | FileWriter=create_file_writer
version | _setup | VERSION
profiler.experimental | _setup | start=ignored stop=ignored
types.experimental | _tensor | Tensor TensorLike=Tensor
"""
# Places that are another one's, and what their names are in it.
SAME = {"compat.v1": "", "compat.v2": ""}
# Modules of Keras's that are below `tf` as well.
KERAS = ("initializers", "losses", "metrics", "optimizers")


def _rows() -> dict[str, tuple[str, str]]:
    found = {}
    for line in _ROWS.strip().splitlines():
        place, module, names = (part.strip() for part in line.split("|"))
        for name in names.split():
            public, _, own = name.partition("=")
            path = f"{place}.{public}" if place else public
            found[path] = module, own or public
    return found


# Path below `tf` → (module here, name in it).
NAMES = _rows()
