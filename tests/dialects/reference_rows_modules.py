"""What the modules of every Keras had in them, and where that is today. Data.

A line is `module > package of today: names`. A name is written `old=new` where it
changed, and `+old` where today's packages have nothing that is the same.
"""

# Modules below `keras`, of whatever era.
MODULES = """
layers.core > layers: Masking Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D
layers.core > layers: Activation Reshape Permute Flatten RepeatVector Lambda Dense
layers.core > layers: ActivityRegularization +MaxoutDense +Highway +TimeDistributedDense
layers.core > layers: +Merge +TimeDistributedMerge +LambdaMerge +Siamese +AutoEncoder
layers.core > layers: Layer InputSpec
layers.convolutional > layers: Conv1D Conv2D Conv3D Conv2DTranspose Conv3DTranspose
layers.convolutional > layers: SeparableConv1D SeparableConv2D DepthwiseConv2D
layers.convolutional > layers: UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D
layers.convolutional > layers: ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D
layers.convolutional > layers: Cropping3D MaxPooling1D MaxPooling2D MaxPooling3D
layers.convolutional > layers: AveragePooling1D AveragePooling2D AveragePooling3D
layers.pooling > layers: MaxPooling1D MaxPooling2D MaxPooling3D AveragePooling1D
layers.pooling > layers: AveragePooling2D AveragePooling3D GlobalMaxPooling1D
layers.pooling > layers: GlobalMaxPooling2D GlobalMaxPooling3D GlobalAveragePooling1D
layers.pooling > layers: GlobalAveragePooling2D GlobalAveragePooling3D
layers.recurrent > layers: SimpleRNN GRU LSTM RNN SimpleRNNCell GRUCell LSTMCell
layers.recurrent > layers: StackedRNNCells Recurrent=RNN
layers.convolutional_recurrent > layers: ConvLSTM2D ConvRecurrent2D=RNN +ConvLSTM2DCell
layers.convolutional_recurrent > layers: +ConvRNN2D
layers.cudnn_recurrent > layers: +CuDNNGRU +CuDNNLSTM
layers.embeddings > layers: Embedding
layers.normalization > layers: BatchNormalization
layers.noise > layers: GaussianNoise GaussianDropout AlphaDropout
layers.advanced_activations > layers: LeakyReLU PReLU ELU Softmax ReLU +ThresholdedReLU
layers.advanced_activations > layers: +ParametricSoftplus +SReLU +ThresholdedLinear
layers.local > layers: +LocallyConnected1D +LocallyConnected2D
layers.merge > layers: Add Subtract Multiply Average Maximum Minimum Concatenate Dot
layers.merge > layers: add subtract multiply average maximum minimum concatenate dot
layers.wrappers > layers: Wrapper TimeDistributed Bidirectional
layers.containers > models: Sequential +Graph
layers.experimental.preprocessing > layers: Rescaling Normalization Resizing CenterCrop
layers.experimental.preprocessing > layers: RandomFlip RandomRotation RandomZoom
layers.experimental.preprocessing > layers: RandomTranslation RandomCrop RandomContrast
layers.experimental.preprocessing > layers: TextVectorization StringLookup
layers.experimental.preprocessing > layers: IntegerLookup CategoryEncoding Hashing
layers.experimental.preprocessing > layers: Discretization +RandomHeight +RandomWidth
layers.preprocessing > layers: Rescaling Normalization
models > models: Sequential Model load_model save_model model_from_json clone_model
models > models: +model_from_yaml +model_from_config +Graph
models > layers: Input InputLayer
engine > layers: Layer Input InputLayer InputSpec
engine > models: Model Container=Model
engine.topology > layers: Layer Input InputLayer InputSpec +Merge +merge +Node
engine.topology > models: Container=Model
engine.topology > : +get_source_inputs
engine.training > models: Model
engine.training > utils: +GeneratorEnqueuer +slice_X +make_batches +batch_shuffle
engine.training > utils: +standardize_input_data
engine.base_layer > layers: Layer InputSpec
engine.input_layer > layers: Input InputLayer
engine.network > models: Network=Model
engine.sequential > models: Sequential
engine.functional > models: Functional
engine.saving > models: load_model save_model +model_from_config
engine.keras_tensor > : KerasTensor
legacy.layers > layers: +Merge +merge +MaxoutDense +Highway +AtrousConvolution1D
legacy.layers > layers: +AtrousConvolution2D Recurrent=RNN ConvRecurrent2D=RNN
legacy.models > models: +Graph
objectives > losses: mean_squared_error mse=mean_squared_error hinge poisson
objectives > losses: categorical_crossentropy binary_crossentropy get
callbacks.callbacks > callbacks: ModelCheckpoint EarlyStopping Callback History
callbacks.tensorboard_v1 > callbacks: +TensorBoard
callbacks.tensorboard_v2 > callbacks: +TensorBoard
utils.np_utils > utils: to_categorical normalize +categorical_probas_to_classes
utils.np_utils > utils: +probas_to_classes +accuracy +convert_kernel
utils.np_utils > utils: +conv_output_length +conv_input_length +binary_logloss
utils.np_utils > utils: +multiclass_logloss
utils.vis_utils > utils: +plot_model +model_to_dot
utils.visualize_util > utils: +plot +model_to_dot +to_graph
utils.data_utils > utils: get_file validate_file Sequence=PyDataset +OrderedEnqueuer
utils.data_utils > utils: +GeneratorEnqueuer +SequenceEnqueuer
utils.generic_utils > utils: Progbar CustomObjectScope custom_object_scope
utils.generic_utils > utils: get_custom_objects serialize_keras_object
utils.generic_utils > utils: deserialize_keras_object +func_dump +func_load +has_arg
utils.generic_utils > utils: +to_list +unpack_singleton +slice_arrays +object_list_uid
utils.generic_utils > utils: +get_from_module +make_tuple
utils.io_utils > utils: HDF5Matrix +H5Dict +h5dict +ask_to_proceed_with_overwrite
utils.io_utils > utils: +save_array +load_array
utils.layer_utils > report: print_summary
utils.layer_utils > utils: +count_params +convert_all_kernels_in_model
utils.layer_utils > utils: +convert_dense_weights_data_format +get_source_inputs
utils.layer_utils > utils: +layer_from_config
utils.conv_utils > utils: +normalize_tuple +normalize_padding +normalize_data_format
utils.conv_utils > utils: +conv_output_length +conv_input_length +deconv_length
utils.conv_utils > utils: +convert_kernel
utils.test_utils > utils: +get_test_data +layer_test +keras_test
utils.multi_gpu_utils > utils: +multi_gpu_model
utils.training_utils > utils: +multi_gpu_model
utils.losses_utils > losses: mean_squared_error
utils.metrics_utils > metrics: Metric
utils.tf_utils > utils: to_categorical
utils.dataset_utils > utils: to_categorical
wrappers.scikit_learn > : +KerasClassifier +KerasRegressor +BaseWrapper
preprocessing.image > : +ImageDataGenerator +load_img +img_to_array +array_to_img
preprocessing.sequence > preprocessing.sequence: pad_sequences make_sampling_table
preprocessing.sequence > preprocessing.sequence: skipgrams TimeseriesGenerator
preprocessing.text > preprocessing.text: Tokenizer text_to_word_sequence one_hot
preprocessing.text > preprocessing.text: hashing_trick tokenizer_from_json +base_filter
preprocessing.image_dataset > utils: +image_dataset_from_directory
preprocessing.text_dataset > utils: +text_dataset_from_directory
preprocessing.timeseries > utils: timeseries_dataset_from_array
datasets.mnist > datasets.mnist: load_data
datasets.data_utils > utils: get_file
applications.vgg16 > : +VGG16
applications.vgg19 > : +VGG19
applications.resnet50 > : +ResNet50
applications.resnet > : +ResNet101
applications.resnet_v2 > : +ResNet50V2
applications.inception_v3 > : +InceptionV3
applications.inception_resnet_v2 > : +InceptionResNetV2
applications.xception > : +Xception
applications.mobilenet > : +MobileNet
applications.mobilenet_v2 > : +MobileNetV2
applications.mobilenetv2 > : +MobileNetV2
applications.densenet > : +DenseNet121
applications.nasnet > : +NASNetMobile
applications.imagenet_utils > : +preprocess_input +decode_predictions
optimizers.legacy > optimizers: SGD RMSprop Adagrad Adadelta Adam Adamax Nadam Ftrl
optimizers.experimental > optimizers: SGD Adam AdamW Adafactor
optimizers.schedules > optimizers.schedules: ExponentialDecay PiecewiseConstantDecay
optimizers.schedules > optimizers.schedules: CosineDecay PolynomialDecay
optimizers.optimizer_v1 > optimizers: Adam Optimizer
optimizers.optimizer_v2 > optimizers: Adam Optimizer
saving.legacy > saving: load_model save_model
saving.hdf5_format > saving: load_model save_model
saving.save > saving: load_model save_model
saving.model_config > models: model_from_json +model_from_config +model_from_yaml
mixed_precision > config: set_global_policy=set_dtype_policy
mixed_precision.experimental > config: set_policy=set_dtype_policy
mixed_precision.experimental > config: global_policy=dtype_policy
mixed_precision.experimental > : Policy=DTypePolicy
"""
# Modules that must be there, whatever is in them.
BARE = """
layers.experimental engine.training_utils engine.training_arrays engine.data_adapter
engine.training_generator legacy.interfaces initializations backend
backend.tensorflow_backend backend.theano_backend backend.cntk_backend backend.common
backend.load_backend backend.numpy_backend applications.music_tagger_crnn
applications.audio_conv_utils utils.losses_utils utils.tf_utils
"""
# The same tree under other names.
ROOTS = """
tensorflow.keras tensorflow.python.keras tensorflow.contrib.keras tf_keras keras.src
tensorflow.contrib.keras.api.keras tensorflow.contrib.keras.python.keras keras.api
tensorflow.compat.v1.keras tensorflow.compat.v2.keras tensorflow._api.v2.keras
keras.api._v1.keras keras.api._v2.keras keras._tf_keras.keras
"""
BELOW = """
layers.Dense models.Sequential optimizers.Adam utils.to_categorical callbacks.Callback
layers.core.Dense engine.training.Model preprocessing.sequence.pad_sequences
datasets.mnist.load_data losses.mean_squared_error
"""
# Other packages that lead to Keras.
PACKAGES = """
keras_preprocessing.sequence.pad_sequences=preprocessing.sequence.pad_sequences
keras_preprocessing.text.Tokenizer=preprocessing.text.Tokenizer
keras.Input=layers.Input
keras.Model=models.Model
keras.Sequential=models.Sequential
keras.preprocessing.text=preprocessing.text
"""
# What tf.keras had and Keras 3 has not.
TF = """
backend: function in_test_phase in_train_phase learning_phase learning_phase_scope
backend: local_conv1d local_conv2d manual_variable_initialization
backend: normalize_batch_in_training placeholder print_tensor random_binomial reset_uids
backend: set_learning_phase get_session set_session
callbacks: BaseLogger experimental.BackupAndRestore
constraints: RadialConstraint radial_constraint
experimental: CosineDecay CosineDecayRestarts LinearModel WideDeepModel SequenceFeatures
experimental: SidecarEvaluator
estimator: model_to_estimator
layers: AbstractRNNCell DenseFeatures LocallyConnected1D LocallyConnected2D
layers: ThresholdedReLU experimental.EinsumDense experimental.RandomFourierFeatures
layers: experimental.SyncBatchNormalization CuDNNGRU CuDNNLSTM
losses: cosine cosine_proximity Reduction
metrics: MeanRelativeError MeanTensor cosine cosine_proximity
models: model_from_config model_from_yaml experimental.SharpnessAwareMinimization
models: LinearModel WideDeepModel
optimizers: experimental.Adam legacy.Adam legacy.SGD
initializers: normal uniform
utils: GeneratorEnqueuer OrderedEnqueuer SequenceEnqueuer experimental.DatasetCreator
utils: Sequence multi_gpu_model
wrappers: scikit_learn.KerasClassifier
applications: regnet.RegNetX002 resnet_rs.ResNetRS50
"""
# What other classes had, and whether it is a method.
TF_MEMBERS = """
Model: fit_generator evaluate_generator predict_generator state_updates reset_states
Model: to_yaml add_update add_metric save_spec
Layer: add_metric add_variable apply get_updates_for get_losses_for inbound_nodes
Layer: set_weights
Metric: reset_states
Optimizer: get_slot minimize get_updates apply_gradients
"""
