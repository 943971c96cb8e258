"""Optimizers, losses, models, callbacks and data of old programs, and today's. Data.

Lines are as in `reference_rows_calls`; `O` are the optimizers, `T` is `keras.losses`,
`E` is `keras.metrics`, `U` is `keras.utils`, `B` are the callbacks.
"""

OPTIMIZERS = """
O.get('sgd') => O.SGD()
O.get('rmsprop') => O.RMSprop()
O.get('adagrad') => O.Adagrad()
O.get('adadelta') => O.Adadelta()
O.get('adam') => O.Adam()
O.get('adamax') => O.Adamax()
O.get('nadam') => O.Nadam()
O.get('Adam') => O.Adam()
O.sgd(lr=.5) => O.SGD(.5)
O.rmsprop(lr=.5) => O.RMSprop(.5)
O.adagrad(lr=.5) => O.Adagrad(.5)
O.adadelta(lr=.5) => O.Adadelta(.5)
O.adam(lr=.5) => O.Adam(.5)
O.adamax(lr=.5) => O.Adamax(.5)
O.nadam(lr=.5) => O.Nadam(.5)
O.SGD(lr=.5) => O.SGD(learning_rate=.5)
O.SGD(lr=.5, learning_rate=.1) => O.SGD(learning_rate=.5)
moves(O.SGD(lr=.5, decay=.5)) => -.5 / (1 + .5 * np.arange(3))
2: moves(O.Adam(lr=.5, decay=.5, epsilon=0.)) => -.5 / (1 + .5 * np.arange(3))
O.Adam(epsilon=None) => O.Adam(epsilon=1e-7)
1: O.Adam().epsilon => 1e-8
2: O.Adam().epsilon => 1e-7
tf: O.Adam().epsilon => 1e-7
1: moves(O.Nadam(lr=.1))[0] => -.1 * nadam_first(.004)
2: O.Nadam(schedule_decay=.004) => O.Nadam(.002)
1: moves(O.SGD(1., clipnorm=1.), 2)[0] => -1 / np.sqrt(2)
2: moves(O.SGD(1., clipnorm=1.), 2)[0] => -1 / np.sqrt(2)
tf: moves(O.SGD(1., clipnorm=1.), 2)[0] => -1
3: moves(O.SGD(1., clipnorm=1.), 2)[0] => -1
moves(O.SGD(1., clipvalue=.25))[0] => -.25
2: moves(O.SGD(1., clipnorm=1., clipvalue=.25), 2)[0] => -.25
O.SGD(lr=.5, name='mine').name => 'mine'
2: O.Adam(amsgrad=True).amsgrad => True
1: O.SGD().learning_rate => .01
moves(O.SGD(lr=1., momentum=.5)) => -np.array([1, 1.5, 1.75])
moves(O.SGD(lr=1., momentum=.5, nesterov=True)) => -np.array([1.5, 1.75, 1.875])
1: O.RMSprop().learning_rate => .001
2: moves(O.RMSprop(lr=1., rho=.75, epsilon=1.))[0] => -1 / (.5 + 1)
3: moves(O.RMSprop(1., rho=.75, epsilon=1.))[0] => -1 / np.sqrt(.25 + 1)
1: O.Adagrad().learning_rate => .01
2: moves(O.Adagrad(lr=1., epsilon=1.))[0] => -1 / (1 + 1)
3: moves(O.Adagrad(1., epsilon=1.))[0] => -1 / np.sqrt(1.1 + 1)
1: O.Adadelta().learning_rate => 1.
2: O.Adadelta().learning_rate => 1.
tf: O.Adadelta().learning_rate => .001
moves(O.Adadelta(lr=1., rho=.5, epsilon=1.))[0] => -1 / np.sqrt(.5 + 1)
O.Adam(lr=.1, beta_1=.8, beta_2=.9) => O.Adam(.1, .8, .9)
1: O.Adamax().learning_rate => .002
2: O.Adamax().learning_rate => .002
tf: O.Adamax().learning_rate => .001
2: O.Nadam().learning_rate => .002
tf: O.Nadam().learning_rate => .001
O.Adam(kappa=1) => O.Adam()
O.TFOptimizer(O.SGD(.5)) => O.SGD(.5)
O.SGD(.5).lr => .5
O.SGD(lr=.5, decay=.25).decay => .25
O.SGD(lr=.5, decay=.25).initial_decay => .25
O.SGD(.5).iterations => 0
O.SGD(momentum=.5).momentum => .5
K.get_value(O.SGD(.5).lr) => .5
changed(lambda o: K.set_value(o.lr, .1)).learning_rate => .1
changed(lambda o: o.lr.set_value(.1)).learning_rate => .1
changed(lambda o: o.lr.assign(.1)).learning_rate => .1
changed(lambda o: setattr(o, 'lr', .1)).learning_rate => .1
O.SGD(.5).lr.get_value() => .5
float(O.SGD(.5).lr) => .5
len(trained().get_weights()) => len(trained().variables)
len(trained().get_state()) => len(trained().variables)
len(trained().weights) => len(trained().variables)
changed(lambda o: o.set_weights([3, .5])).iterations => 3
2: O.SGD(.5).get_config()['lr'] => .5
O.SGD(.5).get_config()['learning_rate'] => .5
O.get({'class_name': 'SGD', 'config': {'lr': .5}}) => O.SGD(.5)
O.get({'class_name': 'sgd', 'config': {'lr': .5}}) => O.SGD(.5)
O.optimizer_from_config({'class_name': 'SGD', 'config': {'lr': .5}}) => O.SGD(.5)
callable(O.SGD().get_gradients) => True
callable(O.SGD().get_updates) => True
"""
LOSSES = """
T.get('mse') => T.get('mean_squared_error')
T.get('MSE') => T.get('mean_squared_error')
T.get('mae') => T.get('mean_absolute_error')
T.get('MAE') => T.get('mean_absolute_error')
T.get('mape') => T.get('mean_absolute_percentage_error')
T.get('MAPE') => T.get('mean_absolute_percentage_error')
T.get('msle') => T.get('mean_squared_logarithmic_error')
T.get('MSLE') => T.get('mean_squared_logarithmic_error')
T.get('bce') => T.get('binary_crossentropy')
T.get('kld') => T.get('kl_divergence')
T.get('KLD') => T.get('kl_divergence')
T.get('kullback_leibler_divergence') => T.get('kl_divergence')
T.get('logcosh') => T.get('log_cosh')
T.get('huber_loss') => T.get('huber')
n(T.mse(p, q)) => ((p - q) ** 2).mean(-1)
n(T.mean_absolute_percentage_error(p, q)) => 100 * (abs(p - q) / np.clip(abs(p), 1e-7,\
 None)).mean(-1)
n(T.msle(p, q)) => (np.log((1 + p) / (1 + q)) ** 2).mean(-1)
n(T.binary_crossentropy(np.ones((1, 1)), np.zeros((1, 1)))) => np.array([-np.log(1e-7)])
n(T.categorical_crossentropy(p, 2 * q)) => -(p * np.log(q)).sum(-1)
n(T.sparse_categorical_crossentropy(classes, q)) => -np.log(q[[0, 1], [1, 2]])
n(T.poisson(p, q)) => (q - p * np.log(q + 1e-7)).mean(-1)
n(T.categorical_hinge(p, q)) => np.maximum(((1 - p) * q).max(-1) - (p * q).sum(-1) + \
1, 0)
2: n(T.get('hinge')(zeros_ones, q)) => np.maximum(1 - zeros_ones * q, 0).mean(-1)
1: n(T.get('squared_hinge')(zeros_ones, q)) => (np.maximum(1 - zeros_ones * q, 0) ** \
2).mean(-1)
tf: n(T.get('hinge')(zeros_ones, q)) => np.maximum(1 - (2 * zeros_ones - 1) * q, \
0).mean(-1)
3: n(T.get('hinge')(zeros_ones, q)) => np.maximum(1 - (2 * zeros_ones - 1) * q, \
0).mean(-1)
n(T.get('cosine_proximity')(p, q)) => -cosine(p, q)
n(T.get('cosine')(p, q)) => -cosine(p, q)
2: n(T.cosine_proximity(p, q)) => -cosine(p, q)
n(T.cosine_proximity(p, q)) => -cosine(p, q)
logs(['accuracy']) => ['accuracy']
1: logs(['accuracy']) => ['acc']
2: logs(['accuracy']) => ['acc']
tf: logs(['accuracy']) => ['accuracy']
2: logs(['acc']) => ['acc']
tf: logs(['acc']) => ['acc']
1: logs(['mse', 'mae']) => ['mean_squared_error', 'mean_absolute_error']
2: logs(['mse', 'mae']) => ['mean_squared_error', 'mean_absolute_error']
tf: logs(['mse', 'mae']) => ['mse', 'mae']
3: logs(['mse', 'mae']) => ['mse', 'mae']
2: logs(['mean_squared_error']) => ['mean_squared_error']
tf: logs(['mean_squared_error']) => ['mean_squared_error']
2: logs([cosine_metric]) => ['cosine_metric']
tf: logs([cosine_metric]) => ['cosine_metric']
2: logs([E.MeanSquaredError(name='m')]) => ['m']
2: logs([], weighted_metrics=['mse']) => ['weighted_mean_squared_error']
2: multilabel('accuracy') => .75
tf: multilabel('accuracy') => .75
3: multilabel('accuracy') => .5
metrics_named(2)[:3] => ['loss', 'first_loss', 'second_loss']
2: metrics_named(2)[3:] => ['first_acc', 'second_acc']
evaluated() => 0.
n(E.top_k_categorical_accuracy(np.eye(9), -np.eye(9), k=8)) => np.zeros(9)
n(E.top_k_categorical_accuracy(np.eye(9), np.eye(9))) => np.ones(9)
1: n(E.get('precision')(yes, maybe)) => .5
1: n(E.get('recall')(yes, maybe)) => .5
1: n(E.get('fmeasure')(yes, maybe)) => .5
1: n(E.get('matthews_correlation')(yes, maybe)) => -.5
n(E.fbeta_score(yes, maybe, beta=2)) => .5
E.Mean().reset_states() => None
E.CosineProximity(name='c') => E.CosineSimilarity(name='c')
E.MeanRelativeError(normalizer=[1.]).name => 'mean_relative_error'
E.MeanTensor().name => 'mean_tensor'
recorded(2)['acc'] => recorded(2)['accuracy']
1: recorded(1)['acc'] => recorded(1)['accuracy']
"""
# Functions of helper modules.
HELPERS = """
old.utils.np_utils.categorical_probas_to_classes(q) => q.argmax(1)
old.utils.np_utils.probas_to_classes(q) => q.argmax(1)
old.utils.np_utils.probas_to_classes(np.array([[.2], [.7]])) => np.array([0, 1])
old.utils.np_utils.accuracy(classes, np.array([1, 0])) => .5
old.utils.np_utils.normalize(np.array([[3., 4.]])) => np.array([[.6, .8]])
old.utils.np_utils.conv_output_length(10, 3, 'valid', 2) => 4
old.utils.np_utils.conv_output_length(10, 3, 'same', 2) => 5
old.utils.conv_utils.conv_output_length(10, 3, 'valid', 1, dilation=2) => 6
old.utils.conv_utils.conv_input_length(4, 3, 'valid', 2) => 9
old.utils.conv_utils.deconv_length(4, 2, 3, 'valid') => 9
old.utils.conv_utils.deconv_length(4, 2, 3, 'same') => 8
old.utils.conv_utils.normalize_tuple(3, 2, 'size') => (3, 3)
old.utils.conv_utils.normalize_padding('SAME') => 'same'
old.utils.conv_utils.normalize_data_format(None) => 'channels_last'
old.utils.conv_utils.convert_kernel(kernels) => kernels[::-1, ::-1]
old.utils.generic_utils.to_list(3) => [3]
old.utils.generic_utils.unpack_singleton([3]) => 3
old.utils.generic_utils.slice_arrays([x, x], 1, 2)[1] => x[1:2]
old.utils.generic_utils.has_arg(lambda z: z, 'z') => True
old.engine.training.make_batches(5, 2) => [(0, 2), (2, 4), (4, 5)]
old.engine.training.slice_X([x], 0, 1)[0] => x[:1]
old.utils.layer_utils.count_params([np.ones((2, 3))]) => 6
U.multi_gpu_model(tiny(), gpus=2).name => 'tiny'
get_test(num_train=4, num_test=2)[0].shape => (4, 10)
get_test(nb_train=4, nb_test=2, nb_class=3)[0].shape => (4, 10)
U.to_categorical(y=classes, nb_classes=3) => np.eye(3)[classes]
U.to_categorical(classes, 3, dtype='int8').dtype => np.dtype('int8')
2: U.to_categorical([[0], [1]]).shape => (2, 2)
U.normalize(np.array([[3., 4.]]), axis=-1, order=2) => np.array([[.6, .8]])
"""
# Models; `tiny()` is one that is compiled, of four numbers to one.
MODELS = """
M.Model(input=a, output=b4sum(a)).output.shape => (None, 1)
M.Model(inputs=a, outputs=b4sum(a)).input.shape => (None, 4)
epochs_of(x, x, nb_epoch=2) => 2
epochs_of(x, x, epochs=2.) => 2
1: epochs_of(x, x) => 10
2: epochs_of(x, x) => 1
fitted(show_accuracy=True) => True
fitted(validation_data=[x, y]) => True
fitted(validation_data=(x, y, np.ones(2))) => True
fitted(validation_split=.5) => True
fitted(shuffle='batch') => True
fitted(class_weight='auto') => True
fitted(max_queue_size=9, workers=2, use_multiprocessing=False) => True
fitted(max_q_size=9, nb_worker=2, pickle_safe=False) => True
fitted(X=x) => True
fitted(initial_epoch=0, sample_weight=np.ones(2)) => True
compiled('sgd', 'mse', class_mode='binary')[1:] => []
compiled('sgd', 'mse', sample_weight_mode='temporal')[1:] => []
compiled('sgd', 'mse', theano_mode=None)[1:] => []
compiled('sgd', 'mse', target_tensors=None, weighted_metrics=None)[1:] => []
compiled('sgd', 'mse', experimental_run_tf_function=False)[1:] => []
compiled('sgd', 'mse', options=None, run_metadata=None)[1:] => []
compiled(optimizer='sgd', loss='mse', steps_per_execution=1)[1:] => []
counted_steps(samples_per_epoch=5, nb_epoch=1) => 3
counted_steps(steps_per_epoch=3, epochs=1) => 3
counted_steps(steps_per_epoch=2.5, epochs=1) => 3
counted_steps(steps_per_epoch=2, epochs=1, max_queue_size=9, workers=2) => 2
len(tiny().predict_generator(pairs(), steps=2)) => 4
1: len(tiny().predict_generator(pairs(), 3)) => 4
1: len(tiny().predict_generator(pairs(), val_samples=3)) => 4
tiny().evaluate_generator(pairs(), steps=2) => tiny().evaluate(x, y, verbose=0)
1: tiny().evaluate_generator(pairs(), val_samples=4) => tiny().evaluate(x, y, verbose=0)
tiny().predict_classes(x).shape => (2, 1)
tiny(3).predict_classes(x) => tiny(3).predict(x, verbose=0).argmax(-1)
tiny().predict_classes(x, batch_size=1, verbose=0).dtype => np.dtype('int32')
tiny().predict_proba(x) => tiny().predict(x, verbose=0)
tiny().train_on_batch(x, y) => squares()
tiny().test_on_batch(x, y) => squares()
tiny().test_on_batch(x, y, accuracy=True)[0] => squares()
tiny().train_on_batch(x, y, reset_metrics=True) => squares()
tiny().train_on_batch(x, y, return_dict=True)['loss'] => squares()
type(tiny().predict_on_batch(x)) => np.ndarray
tiny().reset_states() => None
tiny().reset_metrics() => None
tiny().metrics_names => ['loss']
tiny().metrics_tensors => []
refused(lambda: tiny().total_loss) => 'Gone'
refused(lambda: tiny().targets) => 'Gone'
refused(lambda: tiny().sample_weights) => 'Gone'
len(trained_model().loss_functions) => 1
trained_model().validation_data is None => True
trained_model().stop_training => False
type(trained_model().history).__name__ => 'History'
tiny()._make_predict_function() => None
tiny()._make_train_function() => None
tiny().model.name => 'tiny'
len(tiny().layers) => 1
len(M.Model(a, b4sum(a)).layers) => 2
tiny().get_layer('last').units => 1
tiny().get_layer(index=0).units => 1
tiny().nodes['last'].units => 1
popped() => 0
tiny().flattened_layers[0].units => 1
tiny().container_nodes => set()
tiny().regularizers => []
tiny().constraints => {}
tiny().updates => []
tiny().state_updates => []
tiny().uses_learning_phase => False
printed(line_length=60)[-1].strip() != '' => True
saved('a.h5') => True
saved('a.hdf5') => True
saved('a.keras') => True
1: saved('a') => True
2: saved('b') => True
saved('a.h5', include_optimizer=False) => True
saved('a.h5', True) => True
saved('a.h5', save_format='h5') => True
weights_saved('w.h5') => True
weights_saved('w.h5', True) => True
2: weights_saved('w') => True
weights_saved('w.hdf5', by_name=True) => True
weights_saved('w.h5', by_name=True, skip_mismatch=True) => True
loaded(custom_objects={}, compile=False) => True
M.model_from_json(tiny().to_json()).get_config() => tiny().get_config()
yaml_model().get_config() => tiny().get_config()
M.model_from_config({'class_name': 'Sequential', 'config': tiny().get_config()}).name \
=> 'tiny'
sequential_of_list().count_params() => 5
[w.shape for w in normed().get_weights()] => [(4,), (4,), (4,), (4,)]
1: [w.trainable for w in two_norms().weights] => 4 * [True] + 4 * [False]
2: [w.trainable for w in two_norms().weights] => 4 * [True] + 4 * [False]
3: [w.trainable for w in two_norms().weights] => 2 * (2 * [True] + 2 * [False])
M.clone_model(tiny()).get_config() => tiny().get_config()
U.multi_gpu_model(tiny(), 2).count_params() => 5
copied('copy').count_params() => 5
copied('pickle').count_params() => 5
graph()['out'].shape => (2, 1)
phase(0) => x
named('Dense', 3) => ['dense', 'dense_1']
named('MaxPooling2D', 3) => ['max_pooling2d', 'max_pooling2d_1']
1: named('Dense', 3) => ['dense_1', 'dense_2']
1: named('MaxPooling2D') => ['maxpooling2d_1', 'maxpooling2d_2']
2: named('Dense', 3) => ['dense_1', 'dense_2']
2: named('MaxPooling2D') => ['max_pooling2d_1', 'max_pooling2d_2']
tf: named('Dense', 3) => ['dense', 'dense_1']
2: input_name() => 'input_1'
tf: input_name() => 'input_1'
3: input_name() => 'input_layer'
"""
CALLBACKS = """
saves(B.ModelCheckpoint('{epoch}.h5', period=2), 4) => ['2.h5', '4.h5']
saves(B.ModelCheckpoint('{epoch}.h5', monitor='val_acc', verbose=0), 2) => ['1.h5', \
'2.h5']
1: saves(B.ModelCheckpoint('{epoch}.h5'), 2) => ['0.h5', '1.h5']
2: saves(B.ModelCheckpoint('{epoch}.h5'), 2) => ['1.h5', '2.h5']
saves(B.ModelCheckpoint('{epoch}-{val_acc:.1f}.h5'), 1) => ['1-0.5.h5']
saves(B.ModelCheckpoint('b.h5', 'val_acc', save_best_only=True, mode='auto'), 2) => \
['b.h5']
saves(B.ModelCheckpoint('b.h5', load_weights_on_restart=False, options=None), 1) => \
['b.h5']
1: stops(B.EarlyStopping('val_loss', patience=1)) => 3
2: stops(B.EarlyStopping('val_loss', patience=1)) => 2
3: stops(B.EarlyStopping('val_loss', patience=1)) => 2
stops(B.EarlyStopping('val_acc', patience=1, mode='auto')) => 2
B.EarlyStopping(baseline=1., restore_best_weights=True, start_from_epoch=2).baseline \
=> 1.
B.ReduceLROnPlateau(epsilon=.1).min_delta => .1
1: rates(B.ReduceLROnPlateau('val_loss', patience=1, factor=.5), 3) => [1., 1., .5]
2: rates(B.ReduceLROnPlateau('val_loss', patience=1, factor=.5), 3) => [1., .5, .25]
rates(B.LearningRateScheduler(lambda epoch: 1. / (epoch + 1)), 2) => [1., .5]
rates(B.LearningRateScheduler(lambda epoch, lr: lr / 2), 2) => [.5, .25]
B.TensorBoard('logs', histogram_freq=0, batch_size=32, write_graph=False).log_dir => \
'logs'
B.TensorBoard('logs', write_grads=False, embeddings_layer_names=None).log_dir => 'logs'
B.RemoteMonitor('http://localhost:1', path='/p/', field='data', headers=None).root => \
'http://localhost:1'
columns(B.CSVLogger('log.csv', separator=';', append=False)) => 'epoch;acc;loss'
lambdas() => [(0, True), (0, True), (0, True), (0, True), (True,), (True,)]
B.BaseLogger(stateful_metrics=['acc']).stateful_metrics => ['acc']
type(B.ProgbarLogger(count_mode='samples', stateful_metrics=None)).__name__ => \
'ProgbarLogger'
type(B.CallbackList([B.History()], queue_length=10)).__name__ => 'CallbackList'
B.History().on_train_begin() => None
hooks() => ['batch_begin', 'batch_end', 'epoch_end']
1: sorted(batch_logs()) => ['batch', 'loss', 'size']
2: sorted(batch_logs()) => ['batch', 'loss', 'size']
3: sorted(batch_logs()) => ['loss']
batch_logs()['loss'] > 0 => True
1: sorted(set(params()) & {'batch_size', 'nb_epoch', 'nb_sample', 'verbose', \
'metrics'}) => ['batch_size', 'metrics', 'nb_epoch', 'nb_sample', 'verbose']
sorted(set(params()) & {'epochs', 'steps', 'samples', 'verbose'}) => ['epochs', \
'samples', 'steps', 'verbose']
[len(part) for part in validation()] => [2, 2, 2]
recorded_key() => [.5]
[name for name in ('epoch', 'history', 'model', 'params') if \
hasattr(trained_model().history, name)] => ['epoch', 'history', 'model', 'params']
"""
DEFAULTS = """
1: K.image_data_format() => 'channels_last'
K.epsilon() => 1e-7
1: L.BatchNormalization().epsilon => 1e-3
2: L.BatchNormalization().epsilon => 1e-3
1: L.BatchNormalization().momentum => .99
3: L.BatchNormalization().momentum => .99
1: variance() => .01 * 4 + .99
2: variance() => .01 * 4 * 3 / (3 - 1.001) + .99
3: variance() => .01 * 4 + .99
1: frozen() => 0.
2: frozen() => 0.
tf: frozen() => 1.
3: frozen() => 1.
1: gate(L.LSTM(3)) => .7
2: gate(L.LSTM(3)) => .7
tf: L.LSTM(3).recurrent_activation.__name__ => 'sigmoid'
3: L.LSTM(3).recurrent_activation.__name__ => 'sigmoid'
1: gate(L.GRU(3)) => .7
2: gate(L.GRU(3)) => .7
1: L.GRU(3).reset_after => False
2: L.GRU(3).reset_after => False
tf: L.GRU(3).reset_after => True
3: L.GRU(3).reset_after => True
1: L.GRU(3).activation.__name__ => 'tanh'
1: L.LSTM(3).unit_forget_bias => True
3: L.LSTM(3).unit_forget_bias => True
1: type(L.LSTM(3).recurrent_initializer).__name__ in ('Orthogonal', 'GlorotUniform') \
=> True
2: L.LSTM(3).recurrent_initializer => I.Orthogonal(1.)
L.LSTM(3, implementation=1) => L.LSTM(3)
1: L.Convolution1D(4, 3).kernel_initializer => I.GlorotUniform()
1: L.Dense(3).kernel_initializer => I.GlorotUniform()
1: run(L.Dense(3), x3).shape => (2, 3, 3)
1: L.Embedding(9, 3).embeddings_initializer => I.RandomUniform(-.05, .05)
np.unique(np.round(drawn(L.Dropout(.5)), 4)) => np.array([0., 2.])
run(L.SpatialDropout1D(.5), x3) => x3
run(L.GaussianNoise(1.), x) => x
L.LeakyReLU().negative_slope => .3
L.ELU().alpha => 1.
L.PReLU().alpha_initializer => I.Zeros()
run(L.Flatten(), x3) => x3.reshape(2, -1)
run(L.AveragePooling1D(2, 2, 'same'), np.ones((1, 3, 1))).ravel() => np.ones(2)
built(L.Conv2D(3, 2, data_format='channels_first'), pictures.transpose(0, 3, 1, \
2)).get_weights()[0].shape => (2, 2, 2, 3)
run(L.Conv1D(1, 2, weights=[np.array([1., 10.]).reshape(2, 1, 1), np.zeros(1)]), \
np.arange(3.).reshape(1, 3, 1)).ravel() => np.array([10., 21.])
run(L.Conv1D(1, 3, strides=2, padding='same', weights=[np.array([1., 10., \
100.]).reshape(3, 1, 1), np.zeros(1)]), np.ones((1, 4, 1))).ravel() => np.array([111.,\
 11.])
"""
