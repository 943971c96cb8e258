"""The functions of `keras.backend` of Keras 1 and 2, with their arguments. Data."""

# `name(arguments)` where the reference has them, in their order.
BACKEND = """
backend() epsilon() set_epsilon floatx() set_floatx cast_to_floatx(x)
image_data_format() set_image_data_format(data_format) normalize_data_format(value)
image_dim_ordering() set_image_dim_ordering(dim_ordering) get_uid(prefix) reset_uids()
clear_session() manual_variable_initialization(value) learning_phase()
set_learning_phase(value) get_session() set_session(session) symbolic(func) eager(func)
is_symbolic(x) v1_variable_initialization legacy_weight_ordering
set_legacy_weight_ordering learning_phase_scope name_scope get_graph
variable(value,dtype,name,constraint) constant(value,dtype,shape,name)
placeholder(shape,ndim,dtype,sparse,name) is_placeholder is_variable is_keras_tensor
is_tensor is_sparse to_dense shape(x) int_shape(x) ndim(x) size dtype(x) eval(x)
get_value(x) set_value(x,value) batch_get_value batch_set_value(tuples)
get_variable_shape count_params(x) zeros(shape,dtype,name) ones(shape,dtype,name)
eye(size,dtype,name) zeros_like(x) ones_like(x) identity(x)
random_uniform_variable(shape,low,high) random_normal_variable(shape,mean,scale)
print_tensor(x,message) update(x,new_x) update_add(x,increment) update_sub(x,decrement)
moving_average_update(x,value,momentum) function(inputs,outputs,updates)
gradients(loss,variables) stop_gradient control_dependencies dot(x,y)
batch_dot(x,y,axes) transpose(x) gather(reference,indices) cast(x,dtype)
max(x,axis,keepdims) min(x,axis,keepdims) sum(x,axis,keepdims) prod(x,axis,keepdims)
var(x,axis,keepdims) std(x,axis,keepdims) mean(x,axis,keepdims) any(x,axis,keepdims)
all(x,axis,keepdims) argmax(x,axis) argmin(x,axis) cumsum(x,axis) cumprod(x,axis)
logsumexp(x,axis,keepdims) square(x) abs(x) sqrt(x) exp(x) log(x) round(x) sign(x)
pow(x,a) clip(x,min_value,max_value) equal(x,y) not_equal(x,y) greater(x,y)
greater_equal(x,y) less(x,y) less_equal(x,y) maximum(x,y) minimum(x,y) sin(x) cos(x)
lesser lesser_equal concatenate(tensors,axis) reshape(x,shape)
permute_dimensions(x,pattern)
resize_images(x,height_factor,width_factor,data_format,interpolation)
resize_volumes(x,depth_factor,height_factor,width_factor,data_format)
repeat_elements(x,rep,axis) repeat(x,n) arange(start,stop,step,dtype) tile(x,n)
flatten(x) batch_flatten(x) expand_dims(x,axis) squeeze(x,axis)
temporal_padding(x,padding) spatial_2d_padding(x,padding,data_format)
spatial_3d_padding(x,padding,data_format) stack(x,axis) one_hot(indices,num_classes)
reverse(x,axes) slice(x,start,size) asymmetric_temporal_padding
asymmetric_spatial_2d_padding pack
rnn(step_function,inputs,initial_states,go_backwards,mask,constants,unroll,input_length)
switch(condition,then_expression,else_expression) in_train_phase(x,alt,training)
in_test_phase(x,alt,training) map_fn(fn,elems) foldl(fn,elems) foldr(fn,elems)
relu(x,alpha,max_value,threshold) elu(x,alpha) softmax(x,axis) softplus(x) softsign(x)
sigmoid(x) hard_sigmoid(x) tanh(x) dropout(x,level,noise_shape,seed)
l2_normalize(x,axis) in_top_k(predictions,targets,k)
categorical_crossentropy(target,output,from_logits,axis)
sparse_categorical_crossentropy(target,output,from_logits,axis)
binary_crossentropy(target,output,from_logits)
normalize_batch_in_training(x,gamma,beta,reduction_axes,epsilon)
batch_normalization(x,mean,var,beta,gamma,axis,epsilon) bias_add(x,bias,data_format)
conv1d(x,kernel,strides,padding,data_format,dilation_rate)
conv2d(x,kernel,strides,padding,data_format,dilation_rate)
conv2d_transpose(x,kernel,output_shape,strides,padding,data_format,dilation_rate)
separable_conv1d separable_conv2d depthwise_conv2d conv3d conv3d_transpose
pool2d(x,pool_size,strides,padding,data_format,pool_mode)
pool3d(x,pool_size,strides,padding,data_format,pool_mode) local_conv1d local_conv2d
deconv2d atrous_conv2d random_normal(shape,mean,stddev)
random_uniform(shape,minval,maxval) random_binomial(shape,p) truncated_normal(shape)
random_bernoulli(shape,p) ctc_batch_cost(y_true,y_pred,input_length,label_length)
ctc_decode(y_pred,input_length,greedy,beam_width,top_paths)
ctc_label_dense_to_sparse(labels,label_lengths)
"""
# What they give; `K` is the backend, `n` makes an array of NumPy's of it.
VALUES = """
K.backend() => 'tensorflow'
K.epsilon() => 1e-7
K.floatx() => 'float32'
K.image_data_format() => 'channels_last'
K.image_dim_ordering() => 'tf'
K.normalize_data_format(None) => 'channels_last'
K.cast_to_floatx(np.ones(2)).dtype => np.dtype('float32')
K.int_shape(a) => (None, 4)
K.ndim(a) => 2
K.dtype(a) => 'float32'
n(K.reshape(x, (K.shape(x)[1], -1))).shape => (4, 2)
K.random_normal(shape=(K.shape(x)[0], 3)).shape => (2, 3)
n(K.dot(x3, w43)) => x3 @ w43
n(K.dot(x3, x3.transpose(0, 2, 1))) => np.einsum('btf,cfu->btcu', x3, x3.transpose(0, \
2, 1))
n(K.batch_dot(x, x)) => (x * x).sum(1, keepdims=True)
n(K.batch_dot(x3, x3, axes=2)) => np.einsum('btf,bsf->bts', x3, x3)
n(K.batch_dot(x3, x3, axes=[2, 2])) => np.einsum('btf,bsf->bts', x3, x3)
n(K.batch_dot(x3, x3.transpose(0, 2, 1))) => x3 @ x3.transpose(0, 2, 1)
n(K.batch_dot(x, x3, axes=(1, 2))) => np.einsum('bf,btf->bt', x, x3)
n(K.expand_dims(x)).shape => (2, 4, 1)
n(K.expand_dims(x, dim=1)).shape => (2, 1, 4)
n(K.one_hot(classes, nb_classes=3)) => np.eye(3)[classes]
n(K.concatenate([x, x])).shape => (2, 8)
n(K.argmax(x)) => x.argmax(-1)
n(K.repeat(x, 3)) => np.repeat(x[:, None], 3, 1)
n(K.repeat_elements(x, 2, axis=1)) => np.repeat(x, 2, 1)
n(K.temporal_padding(x3)).shape => (2, 5, 4)
n(K.batch_flatten(x3)) => x3.reshape(2, -1)
n(K.permute_dimensions(x3, (0, 2, 1))) => x3.transpose(0, 2, 1)
n(K.batch_normalization(x, b4, c4, c4, 2 * c4, epsilon=0.)) => (x - b4) / np.sqrt(c4) \
* 2 * c4 + c4
n(K.normalize_batch_in_training(x, c4, b4, [0], epsilon=0.)[0]) => standard(x, 0) * \
c4 + b4
n(K.l2_normalize(x, axis=1)) => x / np.sqrt((x ** 2).sum(1, keepdims=True))
n(K.relu(x, alpha=.1, max_value=.5)) => np.clip(np.where(x > 0, x, .1 * x), None, .5)
n(K.hard_sigmoid(x)) => np.clip(.2 * x + .5, 0, 1)
n(K.in_top_k(q, classes, 1)) => np.array([False, False])
n(K.in_top_k(q, classes, 2)) => np.array([False, True])
n(K.clip(x, 0, 1)) => np.clip(x, 0, 1)
n(K.switch(True, x, -x)) => x
n(K.in_train_phase(x, -x, training=1)) => x
n(K.in_train_phase(x, -x, training=0)) => -x
n(K.in_test_phase(x, -x, training=0)) => x
n(K.map_fn(lambda r: r * 2, x)) => 2 * x
n(K.foldl(lambda s, r: s - r, x)) => x[0] - x[1]
n(K.logsumexp(x, axis=1)) => np.log(np.exp(x).sum(1))
n(K.stack([x, x])).shape => (2, 2, 4)
n(K.lesser(x, 0)) => x < 0
n(K.random_uniform((9,), low=2., high=3.)).min() >= 2 => True
n(K.random_normal((9,), mean=5., std=0.)) => 5 * np.ones(9)
n(K.gather(w93, ids)) => w93[ids]
n(K.resize_images(pictures, 2, 2, 'channels_last')).shape => (1, 8, 8, 2)
n(K.pool2d(pictures, (2, 2), (2, 2), pool_mode='avg')).shape => (1, 2, 2, 2)
n(K.conv2d(pictures, kernels, border_mode='same', dim_ordering='tf')).shape => (1, 4, \
4, 3)
n(K.deconv2d(pictures, kernels.transpose(0, 1, 3, 2), (1, 6, 6, 3))).shape => (1, 6, \
6, 3)
K.get_value(K.variable(x)) => x
updated(K.update_add(variable(0.), 2)) => 2.
updated(K.update(variable(0.), 3 * K.ones(()))) => 3.
updated(K.moving_average_update(variable(1.), 3., .5)) => 2.
K.function([a], [K.sum(a, axis=1)])([x])[0] => x.sum(1)
K.function([a, K.learning_phase()], [a * 2])([x, 0])[0] => 2 * x
K.function([a], K.gradients(K.sum(a ** 2), a))([x])[0] => 2 * x
K.eval(K.variable(x)) => x
K.count_params(K.zeros((2, 3))) => 6
K.is_keras_tensor(a) => True
K.get_uid('some_prefix_here') => 1
K.tensorflow_backend.set_session(None) => None
"""
