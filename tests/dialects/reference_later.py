"""Rows of the reference tables that do not hold yet, and why. Data.

The lines below a reason are the names of rows. A row that holds by now makes its test
fail: delete its line.
"""

_TEXT = """
helper functions that few programs used are not here yet
    layers.convolutional_recurrent.ConvLSTM2DCell
    engine.topology.Node
    engine.training.batch_shuffle
    engine.training.standardize_input_data
    utils.np_utils.convert_kernel
    utils.np_utils.binary_logloss
    utils.np_utils.multiclass_logloss
    utils.generic_utils.func_dump
    utils.generic_utils.func_load
    utils.generic_utils.object_list_uid
    utils.generic_utils.get_from_module
    utils.generic_utils.make_tuple
    utils.io_utils.H5Dict
    utils.io_utils.h5dict
    utils.io_utils.ask_to_proceed_with_overwrite
    utils.io_utils.save_array
    utils.io_utils.load_array
    utils.conv_utils.deconv_length
    utils.conv_utils.convert_kernel
    utils.test_utils.layer_test
    utils.test_utils.keras_test
    old.utils.conv_utils.deconv_length(4, 2, 3, 'valid')
    old.utils.conv_utils.deconv_length(4, 2, 3, 'same')
    old.utils.conv_utils.convert_kernel(kernels)
    get_test(nb_train=4, nb_test=2, nb_class=3)[0].shape
there are no layers that prepare data yet
    layers.experimental.preprocessing.Rescaling
    layers.experimental.preprocessing.Normalization
    layers.experimental.preprocessing.Resizing
    layers.experimental.preprocessing.CenterCrop
    layers.experimental.preprocessing.RandomFlip
    layers.experimental.preprocessing.RandomRotation
    layers.experimental.preprocessing.RandomZoom
    layers.experimental.preprocessing.RandomTranslation
    layers.experimental.preprocessing.RandomCrop
    layers.experimental.preprocessing.RandomContrast
    layers.experimental.preprocessing.TextVectorization
    layers.experimental.preprocessing.StringLookup
    layers.experimental.preprocessing.IntegerLookup
    layers.experimental.preprocessing.CategoryEncoding
    layers.experimental.preprocessing.Hashing
    layers.experimental.preprocessing.Discretization
    layers.experimental.preprocessing.RandomHeight
    layers.experimental.preprocessing.RandomWidth
    layers.preprocessing.Rescaling
    layers.preprocessing.Normalization
    L.CategoryEncoding(max_tokens=4)
    L.CategoryEncoding(4, output_mode='binary')
    L.TextVectorization(output_mode='binary')
    L.TextVectorization(output_mode='tf-idf')
    L.StringLookup(max_values=9)
    L.StringLookup(mask_value='')
    L.IntegerLookup(oov_value=-1)
batches are made by one thread: there are no queues
    engine.training.GeneratorEnqueuer
    utils.data_utils.OrderedEnqueuer
    utils.data_utils.GeneratorEnqueuer
    utils.data_utils.SequenceEnqueuer
    utils: GeneratorEnqueuer
    utils: OrderedEnqueuer
    utils: SequenceEnqueuer
logs for TensorBoard are not written yet
    callbacks.tensorboard_v1.TensorBoard
    callbacks.tensorboard_v2.TensorBoard
    B.TensorBoard('logs', histogram_freq=0, batch_size=32, write_graph=False).log_dir
    B.TensorBoard('logs', write_grads=False, embeddings_layer_names=None).log_dir
models are not drawn yet
    utils.vis_utils.plot_model
    utils.vis_utils.model_to_dot
    utils.visualize_util.plot
    utils.visualize_util.model_to_dot
    utils.visualize_util.to_graph
models are no estimators of scikit-learn yet
    wrappers.scikit_learn.KerasClassifier
    wrappers.scikit_learn.KerasRegressor
    wrappers.scikit_learn.BaseWrapper
    wrappers: scikit_learn.KerasClassifier
pictures cannot be read, written or changed at random yet
    preprocessing.image.ImageDataGenerator
    preprocessing.image.load_img
    preprocessing.image.img_to_array
    preprocessing.image.array_to_img
    image.ImageDataGenerator
    image.ImageDataGenerator.flow
    image.ImageDataGenerator.flow_from_directory
    image.ImageDataGenerator.flow_from_dataframe(dataframe,directory,x_col,y_col)
    image.ImageDataGenerator.fit(x,augment,rounds,seed)
    image.ImageDataGenerator.standardize(x)
    image.ImageDataGenerator.random_transform(x,seed)
    image.ImageDataGenerator.get_random_transform(img_shape,seed)
    image.ImageDataGenerator.apply_transform(x,transform_parameters)
    image.load_img(path)
    image.img_to_array(img,data_format)
    image.array_to_img(x,data_format,scale)
    image.save_img(path,x)
    image.list_pictures(directory,ext)
    image.random_rotation(x,rg,row_axis,col_axis,channel_axis,fill_mode,cval)
    image.random_shift(x,wrg,hrg,row_axis,col_axis,channel_axis,fill_mode,cval)
    image.random_shear(x,intensity,row_axis,col_axis,channel_axis,fill_mode,cval)
    image.random_zoom(x,zoom_range,row_axis,col_axis,channel_axis,fill_mode,cval)
    image.random_channel_shift(x,intensity_range)
    image.random_brightness(x,brightness_range)
    image.flip_axis(x,axis)
    image.Iterator(n,batch_size,shuffle,seed)
    image.NumpyArrayIterator(x,y)
    image.DirectoryIterator(directory)
    image.DataFrameIterator(dataframe)
    image.img_to_array(np.zeros((2, 3))).shape
    image.flip_axis(x, 1)
    flowed()
    image.ImageDataGenerator(rescale=.5).standardize(pictures[0])
    image.ImageDataGenerator(samplewise_center=True).standardize(pictures[0] * \
1.).mean()
data sets are not read from folders yet
    preprocessing.image_dataset.image_dataset_from_directory
    preprocessing.text_dataset.text_dataset_from_directory
there are no trained networks yet
    applications.vgg16.VGG16
    applications.vgg19.VGG19
    applications.resnet50.ResNet50
    applications.resnet.ResNet101
    applications.resnet_v2.ResNet50V2
    applications.inception_v3.InceptionV3
    applications.inception_resnet_v2.InceptionResNetV2
    applications.xception.Xception
    applications.mobilenet.MobileNet
    applications.mobilenet_v2.MobileNetV2
    applications.mobilenetv2.MobileNetV2
    applications.densenet.DenseNet121
    applications.nasnet.NASNetMobile
    applications.imagenet_utils.preprocess_input
    applications.imagenet_utils.decode_predictions
    applications.music_tagger_crnn
    applications.audio_conv_utils
    applications: regnet.RegNetX002
    applications: resnet_rs.ResNetRS50
kernels cannot be constrained to circles
    constraints: RadialConstraint
    constraints: radial_constraint
what TensorFlow had around Keras has no counterpart
    experimental: LinearModel
    experimental: WideDeepModel
    experimental: SequenceFeatures
    experimental: SidecarEvaluator
    estimator: model_to_estimator
    layers: DenseFeatures
    layers: experimental.RandomFourierFeatures
    models: experimental.SharpnessAwareMinimization
    models: LinearModel
    models: WideDeepModel
    utils: experimental.DatasetCreator
these metrics of tf.keras have no counterpart yet
    metrics: MeanRelativeError
    metrics: MeanTensor
    E.MeanRelativeError(normalizer=[1.]).name
    E.MeanTensor().name
a model does not say what it is saved for
    Model: save_spec
optimizers do not work on graphs
    Optimizer: get_slot
    Optimizer: minimize
    Optimizer: get_updates
    callable(O.SGD().get_gradients)
    callable(O.SGD().get_updates)
the form of `keras.legacy` is not read
    L.AtrousConvolution2D(4, (3, 3), rate=2)
states are given by name alone
    stated('list')
normal distributions are truncated in every era
    1: law(I.get('glorot_normal'))
    1: law(I.get('he_normal'))
activations that are called as functions are today's
    2: A.hard_sigmoid(x)
`l1_l2` without numbers means 0, not 0.01
    R.l1l2()
    R.get('l1l2')
    R.get('l1_l2')
penalties of outputs are means over the batch in every era
    1: activity('l2')
    2: activity('l2')
configurations are in today's words
    2: O.SGD(.5).get_config()['lr']
weighted metrics have no prefix
    2: logs([], weighted_metrics=['mse'])
lists of layers are read from files alone
    sequential_of_list().count_params()
weights are in today's order in every era
    1: [w.trainable for w in two_norms().weights]
    2: [w.trainable for w in two_norms().weights]
names are numbered as of today in every era
    1: named('Dense', 3)
    1: named('MaxPooling2D')
    2: named('Dense', 3)
    2: named('MaxPooling2D')
    2: input_name()
    tf: input_name()
logs of batches have no `batch` and no `size`
    sorted(batch_logs())
BatchNormalization is today's in every era
    2: variance()
    1: frozen()
    2: frozen()
loaders of data sets do not know old arguments
    longest(nb_words=6)
"""


def _rows() -> dict[str, str]:
    found, reason = {}, ""
    for line in filter(None, _TEXT.splitlines()):
        if line.startswith(" "):
            found[line.strip()] = reason
        else:
            reason = line
    return found


LATER = _rows()
