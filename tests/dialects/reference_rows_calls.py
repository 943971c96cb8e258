"""Calls in old spellings, and what they are today: layers and their parts. Data.

A line is `old => today`, both Python; `1:`, `2:`, `tf:` or `3:` in front is the era \
that
the old one is read in. `L` is `keras.layers`, `M` its `models`, `I` the initializers,
`A` the activations, `R` the regularizers, `C` the constraints; `run(layer, x, weights)`
is what a layer makes of an array.
"""

# Names of classes.
CLASSES = """
L.Convolution1D(4, 3) => L.Conv1D(4, 3)
L.Convolution2D(4, 3, 5) => L.Conv2D(4, (3, 5))
L.Convolution3D(4, 2, 3, 5) => L.Conv3D(4, (2, 3, 5))
L.AtrousConvolution1D(4, 3, atrous_rate=2) => L.Conv1D(4, 3, dilation_rate=2)
L.AtrousConvolution2D(4, 3, 3, atrous_rate=(2, 2)) => L.Conv2D(4, 3, dilation_rate=2)
L.AtrousConv1D(4, 3, atrous_rate=2) => L.Conv1D(4, 3, dilation_rate=2)
L.AtrousConv2D(4, 3, 3, atrous_rate=(2, 2)) => L.Conv2D(4, 3, dilation_rate=2)
L.AtrousConvolution2D(4, (3, 3), rate=2) => L.Conv2D(4, 3, dilation_rate=2)
L.SeparableConvolution1D(4, 3) => L.SeparableConv1D(4, 3)
L.SeparableConvolution2D(4, 3, 3) => L.SeparableConv2D(4, 3)
L.Deconvolution2D(4, 3, 3, (None, 8, 8, 4)) => L.Conv2DTranspose(4, 3)
L.Deconvolution3D(4, 3, 3, 3, (None, 8, 8, 8, 4)) => L.Conv3DTranspose(4, 3)
L.Deconv2D(4, (3, 3)) => L.Conv2DTranspose(4, 3)
L.Deconv3D(4, (3, 3, 3)) => L.Conv3DTranspose(4, 3)
L.Convolution2DTranspose(4, (3, 3)) => L.Conv2DTranspose(4, 3)
L.Convolution3DTranspose(4, (3, 3, 3)) => L.Conv3DTranspose(4, 3)
L.AvgPool1D(3) => L.AveragePooling1D(3)
L.AvgPool2D(3) => L.AveragePooling2D(3)
L.AvgPool3D(3) => L.AveragePooling3D(3)
L.MaxPool1D(3) => L.MaxPooling1D(3)
L.MaxPool2D(3) => L.MaxPooling2D(3)
L.MaxPool3D(3) => L.MaxPooling3D(3)
L.GlobalMaxPool1D() => L.GlobalMaxPooling1D()
L.GlobalMaxPool2D() => L.GlobalMaxPooling2D()
L.GlobalMaxPool3D() => L.GlobalMaxPooling3D()
L.GlobalAvgPool1D() => L.GlobalAveragePooling1D()
L.GlobalAvgPool2D() => L.GlobalAveragePooling2D()
L.GlobalAvgPool3D() => L.GlobalAveragePooling3D()
L.TimeDistributedDense(3) => L.TimeDistributed(L.Dense(3))
run(L.TimeDistributedMerge(), x3) => x3.sum(1)
run(L.TimeDistributedMerge(mode='ave'), x3) => x3.mean(1)
run(L.TimeDistributedMerge(mode='mul'), x3) => x3.prod(1)
run(L.MaxoutDense(3, nb_feature=2), x, [w243, b23]) => maxout(x, w243, b23)
run(L.MaxoutDense(3), x, None).shape => (2, 3)
L.MaxoutDense(3).nb_feature => 4
run(L.Highway(activation='tanh'), x, [w44, v44, b4, c4]) => highway(x, w44, v44, b4, c4)
run(L.Highway(), x, [0 * w44, 0 * v44, b4, 0 * b4]) => (b4 + x) / 2
built(L.Highway(), x).get_weights()[3] => np.ones(4)
L.CuDNNLSTM(3) => L.LSTM(3, recurrent_activation='sigmoid')
2: L.CuDNNLSTM(3) => L.LSTM(3, recurrent_activation='sigmoid')
L.CuDNNGRU(3) => L.GRU(3, recurrent_activation='sigmoid', reset_after=True)
2: L.CuDNNGRU(3) => L.GRU(3, recurrent_activation='sigmoid', reset_after=True)
run(L.ThresholdedReLU(), x) => np.where(x > 1, x, 0)
run(L.ThresholdedReLU(theta=.5), x) => np.where(x > .5, x, 0)
run(L.ThresholdedLinear(theta=.5), x) => np.where(abs(x) > .5, x, 0)
run(L.ParametricSoftplus(), x) => .2 * np.log1p(np.exp(5 * x))
run(L.ParametricSoftplus(alpha_init=1, beta_init=2), x) => np.log1p(np.exp(2 * x))
run(L.SReLU(), x, [-.5 + 0 * b4, .1 + 0 * b4, 1 + 0 * b4, 2 + 0 * b4]) => srelu(x)
isinstance(L.LSTM(3), L.Recurrent) => True
isinstance(L.Dense(3), L.Recurrent) => False
L.InputLayer(input_shape=(3,)) => L.InputLayer(shape=(3,))
L.InputLayer(batch_input_shape=(2, 3)) => L.InputLayer(batch_shape=(2, 3))
L.InputLayer(input_shape=(3,), input_dtype='int32') => L.InputLayer((3,), dtype='int32')
L.BatchNormalizationV1() => L.BatchNormalization()
L.BatchNormalizationV2() => L.BatchNormalization()
L.LSTMV2(3) => L.LSTM(3)
L.GRUV2(3) => L.GRU(3)
L.GRUV1(3) => L.GRU(3, reset_after=False, recurrent_activation='hard_sigmoid_02')
L.LSTMV1(3) => L.LSTM(3, recurrent_activation='hard_sigmoid_02')
L.SyncBatchNormalization() => L.BatchNormalization(synchronized=True)
L.experimental.SyncBatchNormalization() => L.BatchNormalization(synchronized=True)
L.experimental.EinsumDense('ab,bc->ac', 3) => L.EinsumDense('ab,bc->ac', 3)
L.CategoryEncoding(max_tokens=4) => L.CategoryEncoding(num_tokens=4)
L.CategoryEncoding(4, output_mode='binary') => L.CategoryEncoding(4, 'multi_hot')
L.TextVectorization(output_mode='binary') => \
L.TextVectorization(output_mode='multi_hot')
L.TextVectorization(output_mode='tf-idf') => L.TextVectorization(output_mode='tf_idf')
L.StringLookup(max_values=9) => L.StringLookup(max_tokens=9)
L.StringLookup(mask_value='') => L.StringLookup(mask_token='')
L.IntegerLookup(oov_value=-1) => L.IntegerLookup(oov_token=-1)
"""
# Ways to join tensors, as a function and as a layer; `a` and `b` are symbolic.
MERGES = """
L.merge([a, b], mode='sum') => L.add([a, b])
L.merge([a, b]) => L.add([a, b])
L.merge([a, b], mode='mul') => L.multiply([a, b])
L.merge([a, b], mode='ave') => L.average([a, b])
L.merge([a, b], mode='max') => L.maximum([a, b])
L.merge([a, b], mode='concat') => L.concatenate([a, b])
L.merge([a, b], mode='concat', concat_axis=1) => L.concatenate([a, b], axis=1)
L.merge([a, b], mode='dot') => L.dot([a, b], axes=-1)
L.merge([a, b], mode='dot', dot_axes=1) => L.dot([a, b], axes=1)
L.merge([a, b], mode='dot', dot_axes=[1, 1]) => L.dot([a, b], axes=[1, 1])
L.merge([a, b], mode='cos') => L.Reshape((1, 1))(L.dot([a, b], -1, normalize=True))
L.merge([a, b], mode=lambda z: z[0] - z[1], output_shape=(4,)) => L.subtract([a, b])
L.merge([a, b], 'concat', 1) => L.concatenate([a, b], axis=1)
L.merge([a, b], mode='sum', name='both').node.function.name => 'both'
L.Merge(mode='concat')([a, b]) => L.concatenate([a, b])
"""
# Names of arguments.
ARGUMENTS = """
L.Dense(output_dim=3) => L.Dense(units=3)
L.LSTM(output_dim=3) => L.LSTM(units=3)
L.Embedding(input_dim=9, output_dim=3) => L.Embedding(9, 3)
L.Convolution1D(nb_filter=4, filter_length=3) => L.Conv1D(filters=4, kernel_size=3)
L.Convolution2D(nb_filter=4, nb_row=3, nb_col=5) => L.Conv2D(4, (3, 5))
L.Conv3D(4, kernel_dim1=2, kernel_dim2=3, kernel_dim3=4) => L.Conv3D(4, (2, 3, 4))
L.Convolution2D(4, 3, 3, subsample=(2, 1)) => L.Conv2D(4, 3, strides=(2, 1))
L.Convolution1D(4, 3, subsample_length=2) => L.Conv1D(4, 3, strides=2)
L.Convolution2D(4, 3, 3, border_mode='same') => L.Conv2D(4, 3, padding='same')
L.Convolution2D(4, 3, 3, border_mode='valid') => L.Conv2D(4, 3, padding='valid')
L.MaxPooling2D(border_mode='same') => L.MaxPooling2D(padding='same')
L.MaxPooling2D(dim_ordering='th') => L.MaxPooling2D(data_format='channels_first')
L.MaxPooling2D(dim_ordering='tf') => L.MaxPooling2D(data_format='channels_last')
L.MaxPooling2D(dim_ordering='default') => L.MaxPooling2D(data_format=None)
L.ZeroPadding2D(dim_ordering='th') => L.ZeroPadding2D(data_format='channels_first')
L.Dense(3, init='uniform') => L.Dense(3, kernel_initializer='uniform')
L.Embedding(9, 3, init='normal') => L.Embedding(9, 3, embeddings_initializer='normal')
L.PReLU(init='one') => L.PReLU(alpha_initializer='ones')
L.SeparableConv2D(4, 3, 3, init='one') => separable('initializer', 'ones')
L.GRU(3, inner_init='zero') => L.GRU(3, recurrent_initializer='zeros')
L.LSTM(3, forget_bias_init='one') => L.LSTM(3, unit_forget_bias=True)
L.LSTM(3, forget_bias_init='zero') => L.LSTM(3, unit_forget_bias=False)
L.LSTM(3, inner_activation='tanh') => L.LSTM(3, recurrent_activation='tanh')
L.Dense(3, W_regularizer='l2') => L.Dense(3, kernel_regularizer='l2')
L.LSTM(3, U_regularizer='l2') => L.LSTM(3, recurrent_regularizer='l2')
L.Dense(3, b_regularizer='l2') => L.Dense(3, bias_regularizer='l2')
L.Embedding(9, 3, W_regularizer='l1') => L.Embedding(9, 3, embeddings_regularizer='l1')
L.SeparableConv2D(4, 3, 3, W_regularizer='l1') => separable('regularizer', 'l1')
L.Dense(3, W_constraint='nonneg') => L.Dense(3, kernel_constraint='non_neg')
L.LSTM(3, U_constraint='nonneg') => L.LSTM(3, recurrent_constraint='non_neg')
L.Dense(3, b_constraint='nonneg') => L.Dense(3, bias_constraint='non_neg')
L.Embedding(9, 3, W_constraint='unitnorm') => \
embedding(embeddings_constraint='unit_norm')
L.Dense(3, bias=False) => L.Dense(3, use_bias=False)
L.LSTM(3, dropout_W=.2, dropout_U=.3) => L.LSTM(3, dropout=.2, recurrent_dropout=.3)
L.LSTM(3, consume_less='gpu') => L.LSTM(3)
L.LSTM(3, implementation=2) => L.LSTM(3)
L.Dropout(p=.3) => L.Dropout(rate=.3)
L.GaussianDropout(p=.3) => L.GaussianDropout(rate=.3)
L.SpatialDropout2D(p=.3) => L.SpatialDropout2D(rate=.3)
L.GaussianNoise(sigma=.3) => L.GaussianNoise(stddev=.3)
L.MaxPooling1D(pool_length=3, stride=2) => L.MaxPooling1D(pool_size=3, strides=2)
L.MaxPooling2D(poolsize=(3, 3)) => L.MaxPooling2D(pool_size=(3, 3))
L.MaxPooling2D(poolsize=(3, 3), ignore_border=True) => L.MaxPooling2D((3, 3))
L.UpSampling1D(length=3) => L.UpSampling1D(size=3)
L.Reshape(dims=(3, 4)) => L.Reshape(target_shape=(3, 4))
L.Permute(dims=(2, 1)) => L.Permute((2, 1))
run(L.Dense(3, weights=[w43, b3]), x) => x @ w43 + b3
L.Dense(3, input_dim=4) => L.Dense(3, input_shape=(4,))
L.LSTM(3, input_dim=4, input_length=7) => L.LSTM(3, input_shape=(7, 4))
1: L.LSTM(3, input_dim=4)._declared_shape => (None, None, 4)
1: L.Convolution1D(4, 3, input_dim=4) => L.Conv1D(4, 3, input_shape=(None, 4))
L.TimeDistributedDense(3, input_dim=4, input_length=7) => steps_dense((7, 4))
L.Embedding(9, 3, input_length=7) => L.Embedding(9, 3, input_shape=(7,))
L.Dense(3, batch_input_shape=(2, 4)) => L.Dense(3, batch_shape=(2, 4))
L.Dense(3, input_shape=(4,), batch_size=2) => L.Dense(3, batch_shape=(2, 4))
L.Dense(3, input_shape=(4,), input_dtype='float32') => L.Dense(3, input_shape=(4,))
L.Dense(3, trainable=False, name='d').trainable => False
L.BatchNormalization(beta_init='one') => L.BatchNormalization(beta_initializer='ones')
L.BatchNormalization(gamma_init='zero') => \
L.BatchNormalization(gamma_initializer='zeros')
L.BatchNormalization(mode=0) => L.BatchNormalization()
run(L.BatchNormalization(mode=1, epsilon=0.), x) => standard(x, 1)
run(L.BatchNormalization(mode=2, epsilon=0.), x) => standard(x, 0)
L.BatchNormalization(fused=True) => L.BatchNormalization()
L.BatchNormalization(virtual_batch_size=None, adjustment=None) => L.BatchNormalization()
L.BatchNormalization(renorm=False) => L.BatchNormalization()
L.Embedding(9, 3, dropout=0.) => L.Embedding(9, 3)
run(L.Embedding(9, 3, dropout=.5, weights=[w93]), ids) => w93[ids]
L.Bidirectional(L.GRU(3), merge_mode='sum') => L.Bidirectional(L.GRU(3), 'sum')
run(L.Lambda(lambda z, k: z * k, arguments={'k': 3}, output_shape=(4,)), x) => 3 * x
L.LeakyReLU(alpha=.3) => L.LeakyReLU(negative_slope=.3)
L.ReLU(max_value=6., threshold=1.) => L.ReLU(6., 0., 1.)
A.relu(x, alpha=.1) => np.where(x > 0, x, .1 * x)
A.relu(x, alpha=.1, max_value=.5, threshold=0.) => np.clip(np.where(x > 0, x, .1 * x),\
 None, .5)
L.ZeroPadding2D({'top_pad': 1, 'bottom_pad': 2, 'left_pad': 3}) => pads(((1, 2), (3, \
0)))
L.ZeroPadding2D(padding=(1, 2, 3, 4)) => pads(((1, 2), (3, 4)))
L.ZeroPadding1D({'left_pad': 1, 'right_pad': 2}) => L.ZeroPadding1D((1, 2))
deconvolved(L.Deconvolution2D(1, 3, 3, (None, 8, 8, 1), subsample=(2, 2))) => (8, 8)
deconvolved(L.Deconvolution2D(1, 3, 3, (None, 7, 7, 1), subsample=(2, 2))) => (7, 7)
L.Conv2DTranspose(4, 3, strides=2, output_padding=1).output_padding => (1, 1)
L.UpSampling2D(2, interpolation='bilinear') => L.UpSampling2D(interpolation='bilinear')
run(L.Flatten(data_format='channels_first'), x3) => x3.transpose(0, 2, 1).reshape(2, -1)
L.LSTM(3, time_major=False, unroll=False, return_state=True) => L.LSTM(3, \
return_state=True)
L.LSTM(3, return_runtime=True) => L.LSTM(3)
C.get('nonneg') => C.NonNeg()
Doubling(name='d').compute_output_shape((2, 4)) => (2, 4)
run(Doubling(), x) => 2 * x
run(WithWeight(('w', (4,))), x) => x + 1
run(WithWeight(((4,),)), x) => x + 1
run(OldWeights(), x) => x + 1
len(built(OldWeights(), x).trainable_weights) => 1
L.Layer().add_update([], None) => None
L.Layer().uses_learning_phase => False
L.InputSpec(ndim=3).ndim => 3
connected().get_output_at(0).shape => (None, 3)
connected().get_input_at(0).shape => (None, 4)
connected().get_output_shape_at(0) => (None, 3)
connected().get_input_mask_at(0) => None
len(connected().inbound_nodes) => 1
len(connected()._inbound_nodes) => 1
connected().output_shape => (None, 3)
connected().input_shape => (None, 4)
refused(lambda: L.Dense(3, W=1)) => 'SignatureError'
L.Conv2D(4, 3, padding='SAME') => L.Conv2D(4, 3, padding='same')
L.Conv2D(4, 3, padding='Same') => L.Conv2D(4, 3, padding='same')
O.get('ADAM') => O.Adam()
"""
# Calls whose positions told another story.
POSITIONS = """
L.Convolution2D(32, 3, 3) => L.Conv2D(32, (3, 3))
L.Conv2D(32, 3, 3, border_mode='same') => L.Conv2D(32, (3, 3), padding='same')
1: L.Conv2D(32, 3, 3) => L.Conv2D(32, (3, 3))
2: L.Conv2D(32, 3, 3) => L.Conv2D(32, (3, 3))
tf: L.Conv2D(32, 3, 3) => L.Conv2D(32, 3, strides=3)
3: L.Conv2D(32, 3, 3) => L.Conv2D(32, 3, strides=3)
2: L.Conv2D(32, 3, 2, padding='same') => L.Conv2D(32, 3, strides=2, padding='same')
L.Conv3D(8, 3, 4, 5) => L.Conv3D(8, (3, 4, 5))
L.Convolution1D(64, 3) => L.Conv1D(64, 3)
L.Dense(784, 128) => L.Dense(128, input_dim=784)
L.Convolution2D(32, 1, 3, 5) => L.Conv2D(32, (3, 5))
L.Dense(64, 'uniform') => L.Dense(64, kernel_initializer='uniform')
L.Dense(64, 'relu') => L.Dense(64, activation='relu')
L.Dense(64, 'linear') => L.Dense(64, activation='linear')
L.Dense(64, 'identity') => L.Dense(64, kernel_initializer='identity')
L.LSTM(64, 'glorot_uniform', 'orthogonal') => L.LSTM(64)
L.Dense(64, 'he_normal', 'relu') => L.Dense(64, 'relu', kernel_initializer='he_normal')
L.Embedding(1000, 64, 'uniform', 80) => L.Embedding(1000, 64, input_shape=(80,))
L.MaxPooling2D((2, 2), (1, 1), 'same') => L.MaxPooling2D(2, strides=1, padding='same')
L.MaxPooling2D(2, 2) => L.MaxPooling2D(pool_size=2, strides=2)
L.BatchNormalization(1e-4) => L.BatchNormalization(epsilon=1e-4)
L.BatchNormalization(1) => L.BatchNormalization(axis=1)
compiled('sgd', 'mse', ['mae'])[1:] => ['mae']
2: compiled('sgd', 'mse', ['mae'])[1:] => ['mean_absolute_error']
compiled('sgd', 'mse', None, ['mae'])[1:] => ['mae']
compiled('sgd', 'mse', 'categorical')[1:] => []
epochs_of(x, x, 2, 3) => 3
on_batch({0: 1.}, None) => on_batch(None, {0: 1.})
counted_steps(6, 1, era='1') => 3
counted_steps(6, 1, era='2') => 6
K.categorical_crossentropy(p, q) => -(p * np.log(q)).sum(-1)
1: K.categorical_crossentropy(q, p) => -(p * np.log(q)).sum(-1)
1: K.binary_crossentropy(q, p) => -p * np.log(q) - (1 - p) * np.log(1 - q)
2: K.binary_crossentropy(p, q) => -p * np.log(q) - (1 - p) * np.log(1 - q)
1: K.sparse_categorical_crossentropy(q, classes) => -np.log(q[[0, 1], [1, 2]])
2: K.sparse_categorical_crossentropy(classes, q) => -np.log(q[[0, 1], [1, 2]])
L.Layer().add_weight((3, 4), name='w').shape => (3, 4)
L.Layer().add_weight('w', (3, 4)).name => 'w'
L.Layer().add_weight('w', (3, 4), initializer='ones').numpy() => np.ones((3, 4))
L.Reshape(3, 4) => L.Reshape((3, 4))
L.Reshape((3, 4)) => L.Reshape(target_shape=(3, 4))
L.Permute(2, 1) => L.Permute((2, 1))
stated('list') => stated('argument')
M.Sequential([L.Dense(3)], 'mine').name => 'mine'
C.MaxNorm(2, 0) => C.MaxNorm(max_value=2, axis=0)
R.l1l2(.1, .2) => R.L1L2(l1=.1, l2=.2)
summed(100, [.33, .55, .67, 1.]) => True
"""
# Initializers, activations, regularizers, constraints.
PARTS = """
I.get('zero') => I.Zeros()
I.get('zeros') => I.Zeros()
I.get('one') => I.Ones()
I.get('ones') => I.Ones()
I.get('uniform') => I.RandomUniform(-.05, .05)
1: I.get('uniform') => I.RandomUniform(-.05, .05)
I.get('normal') => I.RandomNormal(0., .05)
2: I.get('normal') => I.RandomNormal(0., .05)
law(I.get('glorot_uniform')) => (1., 'fan_avg', 'uniform')
1: law(I.get('glorot_normal')) => (1., 'fan_avg', 'untruncated_normal')
2: law(I.get('glorot_normal')) => (1., 'fan_avg', 'truncated_normal')
1: law(I.get('he_normal')) => (2., 'fan_in', 'untruncated_normal')
2: law(I.get('he_normal')) => (2., 'fan_in', 'truncated_normal')
law(I.get('he_uniform')) => (2., 'fan_in', 'uniform')
law(I.get('lecun_uniform')) => (1., 'fan_in', 'uniform')
law(I.get('lecun_normal')) => (1., 'fan_in', 'truncated_normal')
1: gram(I.get('orthogonal')) => 1.21 * np.eye(3)
2: gram(I.get('orthogonal')) => np.eye(3)
I.get('identity')((3, 3)) => np.eye(3)
2: I.get('identity')((2, 3)) => np.eye(2, 3)
I.Identity(scale=2.)((3, 3)) => 2 * np.eye(3)
I.VarianceScaling(distribution='normal') => \
I.VarianceScaling(distribution='truncated_normal')
I.Constant(2.)((2,)) => np.array([2., 2.])
I.Constant()((2,)) => np.zeros(2)
old.initializations.zero((2, 3)).numpy() => np.zeros((2, 3))
old.initializations.one((2, 3)).numpy() => np.ones((2, 3))
old.initializations.identity((3, 3), scale=2.).numpy() => 2 * np.eye(3)
gram(old.initializations.orthogonal) => 1.21 * np.eye(3)
abs(old.initializations.uniform((9, 9), scale=.1).numpy()).max() < .1 => True
abs(old.initializations.uniform((9, 9), scale=.1).numpy()).max() > .05 => True
old.initializations.normal((2, 3), name='n').name => 'n'
old.initializations.glorot_uniform((2, 3), dim_ordering='th').shape => (2, 3)
built(L.Dense(3, init=lambda shape, name: 7 * np.ones(shape)), x).get_weights()[0] => \
7 * np.ones((4, 3))
built(L.Dense(3, init=lambda shape, name=None: np.ones(shape)), x).get_weights()[0] \
=> np.ones((4, 3))
A.get('softmax')(x) => np.exp(x) / np.exp(x).sum(-1, keepdims=True)
A.get('softplus')(x) => np.log1p(np.exp(x))
A.get('softsign')(x) => x / (1 + abs(x))
A.get('relu')(x) => np.maximum(x, 0)
A.get('tanh')(x) => np.tanh(x)
A.get('sigmoid')(x) => 1 / (1 + np.exp(-x))
A.get('linear')(x) => x
A.get('elu')(x) => np.where(x > 0, x, np.expm1(x))
A.get('selu')(x) => 1.05070098 * np.where(x > 0, x, 1.67326324 * np.expm1(x))
A.get('exponential')(x) => np.exp(x)
A.get('swish')(x) => x / (1 + np.exp(-x))
1: A.get('hard_sigmoid')(x) => np.clip(.2 * x + .5, 0, 1)
2: A.get('hard_sigmoid')(x) => np.clip(.2 * x + .5, 0, 1)
tf: A.get('hard_sigmoid')(x) => np.clip(.2 * x + .5, 0, 1)
3: A.get('hard_sigmoid')(x) => np.clip(x / 6 + .5, 0, 1)
2: A.hard_sigmoid(x) => np.clip(.2 * x + .5, 0, 1)
R.l1(l=.1) => R.L1(.1)
R.l2(l=.1) => R.L2(.1)
R.l1(.1) => R.L1(.1)
R.l1() => R.L1(.01)
R.l2()(x) => .01 * (x ** 2).sum()
R.l1(.1)(x) => .1 * abs(x).sum()
R.l1l2() => R.L1L2(.01, .01)
R.l1l2(l1=.1, l2=.2) => R.L1L2(.1, .2)
R.l1_l2(l1=.1, l2=.2) => R.L1L2(.1, .2)
R.WeightRegularizer(l1=.1, l2=.2) => R.L1L2(.1, .2)
R.L1L2Regularizer(l1=.1, l2=.2) => R.L1L2(.1, .2)
R.activity_l1(.1)(x) => .1 * abs(x).sum()
R.activity_l2(.1)(x) => .1 * (x ** 2).sum()
R.activity_l1l2(.1, .2)(x) => .1 * abs(x).sum() + .2 * (x ** 2).sum()
1: activity('l2') => .01 * (x ** 2).sum()
2: activity('l2') => .01 * (x ** 2).sum()
tf: activity('l2') => .01 * (x ** 2).sum() / 2
3: activity('l2') => .01 * (x ** 2).sum() / 2
R.EigenvalueRegularizer(.1)(np.diag([1., 2., 3.])) => .1 * 9
R.get('l2') => R.L2(.01)
R.get('l1') => R.L1(.01)
1: R.get('l1l2') => R.L1L2(.01, .01)
2: R.get('l1l2') => R.L1L2(.01, .01)
3: R.get('l1l2') => R.L1L2(0., 0.)
2: R.l1_l2() => R.L1L2(.01, .01)
R.get('l1_l2') => R.L1L2(.01, .01)
C.maxnorm(m=3, axis=1) => C.MaxNorm(3, 1)
C.maxnorm(3) => C.MaxNorm(3, 0)
C.maxnorm() => C.MaxNorm(2, 0)
C.max_norm(3.) => C.MaxNorm(3.)
C.nonneg() => C.NonNeg()
C.non_neg() => C.NonNeg()
C.unitnorm(axis=1) => C.UnitNorm(1)
C.unit_norm() => C.UnitNorm(0)
C.MinMaxNorm(low=.1, high=.9) => C.MinMaxNorm(.1, .9)
C.min_max_norm(.1, .9) => C.MinMaxNorm(.1, .9)
C.get('maxnorm') => C.MaxNorm()
C.get('unitnorm') => C.UnitNorm()
"""
