"""Pictures, texts, sequences and data sets of old programs. Data.

Lines are as in `reference_rows_calls`; `old` is `keras` as a program imports it.
"""

# `function(arguments)`: what can be called, and the arguments it takes, in order.
SIGNATURES = """
image.ImageDataGenerator(featurewise_center,samplewise_center,\
featurewise_std_normalization,samplewise_std_normalization,zca_whitening,zca_epsilon,\
rotation_range,width_shift_range,height_shift_range,brightness_range,shear_range,\
zoom_range,channel_shift_range,fill_mode,cval,horizontal_flip,vertical_flip,rescale,\
preprocessing_function,data_format,validation_split)
image.ImageDataGenerator.flow(x,y,batch_size,shuffle,sample_weight,seed,save_to_dir,\
save_prefix,save_format)
image.ImageDataGenerator.flow_from_directory(directory,target_size,color_mode,classes,\
class_mode,batch_size,shuffle,seed)
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
sequence.pad_sequences(sequences,maxlen,dtype,padding,truncating,value)
sequence.skipgrams(sequence,vocabulary_size,window_size,negative_samples,shuffle,\
categorical,sampling_table,seed)
sequence.make_sampling_table(size,sampling_factor)
sequence.TimeseriesGenerator(data,targets,length,sampling_rate,stride,start_index,\
end_index,shuffle,reverse,batch_size)
text.text_to_word_sequence(text,filters,lower,split)
text.one_hot(text,n,filters,lower,split)
text.hashing_trick(text,n,hash_function,filters,lower,split)
text.Tokenizer(num_words,filters,lower,split,char_level,oov_token)
text.Tokenizer.fit_on_texts(texts)
text.Tokenizer.fit_on_sequences(sequences)
text.Tokenizer.texts_to_sequences(texts)
text.Tokenizer.texts_to_sequences_generator(texts)
text.Tokenizer.texts_to_matrix(texts,mode)
text.Tokenizer.sequences_to_matrix(sequences,mode)
text.Tokenizer.sequences_to_texts(sequences)
text.Tokenizer.sequences_to_texts_generator(sequences)
text.Tokenizer.get_config()
text.Tokenizer.to_json()
text.tokenizer_from_json(json_string)
"""
VALUES = """
image.img_to_array(np.zeros((2, 3))).shape => (2, 3, 1)
image.flip_axis(x, 1) => x[:, ::-1]
flowed() => [(2, 4, 4, 2), (2, 4, 4, 2), (1, 4, 4, 2)]
image.ImageDataGenerator(rescale=.5).standardize(pictures[0]) => pictures[0] / 2
image.ImageDataGenerator(samplewise_center=True).standardize(pictures[0] * 1.).mean() \
=> 0.
sequence.pad_sequences([[1, 2], [3]]) => np.array([[1, 2], [0, 3]])
sequence.pad_sequences([[1, 2, 3]], maxlen=2) => np.array([[2, 3]])
sequence.pad_sequences([[1]], maxlen=2, padding='post', value=9) => np.array([[1, 9]])
sequence.pad_sequences([[1, 2, 3]], 2, truncating='post') => np.array([[1, 2]])
sequence.pad_sequences([[.5]], dtype='float32').dtype => np.dtype('float32')
sequence.make_sampling_table(3)[2] => sampling(2)
sequence.skipgrams([0, 1, 2], 3, window_size=1, negative_samples=0., \
shuffle=False)[0] => [[1, 2], [2, 1]]
sequence.skipgrams([1, 2], 3, negative_samples=0., shuffle=False, \
categorical=True)[1] => [[0, 1], [0, 1]]
series(0)[0].tolist() => [[0, 1], [1, 2]]
series(0)[1].tolist() => [2, 3]
len(sequence.TimeseriesGenerator(np.arange(5), np.arange(5), 2, batch_size=2)) => 2
text.text_to_word_sequence('A-b, c!') => ['a', 'b', 'c']
text.text_to_word_sequence('A b', lower=False) => ['A', 'b']
text.hashing_trick('a', 9, 'md5') => [md5('a') % 8 + 1]
words().word_index => {'b': 1, 'a': 2, 'c': 3}
words().word_counts['b'] => 2
words().document_count => 2
words().index_word[1] => 'b'
words().word_docs['b'] => 2
words(oov_token='?').word_index => {'?': 1, 'b': 2, 'a': 3, 'c': 4}
words(num_words=2).texts_to_sequences(['a b c']) => [[1]]
words(nb_words=2).num_words => 2
words(nb_words=2).nb_words => 2
words(num_words=2, oov_token='?').texts_to_sequences(['a b']) => [[1, 1]]
words().texts_to_matrix(['b b a']) => np.array([[0, 1, 1, 0]])
words().texts_to_matrix(['b b a'], mode='count') => np.array([[0, 2, 1, 0]])
words().texts_to_matrix(['b b a a'], mode='freq') => np.array([[0, .5, .5, 0]])
words().texts_to_matrix(['b b a'], mode='tfidf') => tfidf()
words().texts_to_matrix(['b']).dtype => np.dtype('float64')
words().sequences_to_texts([[1, 2]]) => ['b a']
list(words().texts_to_sequences_generator(['c'])) => [[3]]
words(char_level=True).word_index['b'] => 2
text.tokenizer_from_json(words().to_json()).word_index => words().word_index
'-' in text.base_filter() => True
len(PairsSequence()) => 2
passes(PairsSequence()) => True
U.to_categorical([0, 2]) => np.array([[1, 0, 0], [0, 0, 1]])
U.to_categorical([0, 1], nb_classes=3).shape => (2, 3)
U.normalize(x) => x / np.sqrt((x ** 2).sum(-1, keepdims=True))
accepts(U.get_file, 'fname origin untar md5_hash file_hash cache_subdir \
hash_algorithm extract archive_format cache_dir') => True
accepts(U.HDF5Matrix, 'datapath dataset start end normalizer') => True
accepts(U.Progbar, 'target width verbose interval stateful_metrics') => True
U.Progbar(target=3, verbose=0).update(1, values=[('loss', 1.)]) => None
U.Progbar(target=3, verbose=0).add(1, values=[('loss', 1.)]) => None
"""
# Module, name of its file, and what the file hashes to.
DATASETS = """
mnist mnist.npz 731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1
fashion_mnist idx1-ubyte.gz -
cifar10 cifar-10-batches-py \
6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce
cifar100 cifar-100-python \
85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7
imdb imdb.npz 69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f
imdb imdb_word_index.json bfafd718b763782e994055a2d397834f
reuters reuters.npz d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916
reuters reuters_word_index.json 4d44cc38712099c9e383dc6e5f11a921
boston_housing boston_housing.npz \
f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5
california_housing california_housing.npz \
1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f
"""
LOADERS = """
accepts(data.mnist.load_data, 'path') => True
accepts(data.fashion_mnist.load_data, '') => True
accepts(data.cifar10.load_data, '') => True
accepts(data.cifar100.load_data, 'label_mode') => True
accepts(data.imdb.load_data, 'path num_words skip_top maxlen seed start_char oov_char \
index_from') => True
accepts(data.imdb.get_word_index, 'path') => True
accepts(data.reuters.load_data, 'path num_words skip_top maxlen test_split seed \
start_char oov_char index_from') => True
accepts(data.reuters.get_word_index, 'path') => True
accepts(data.boston_housing.load_data, 'path test_split seed') => True
accepts(data.california_housing.load_data, 'version') => True
pickled('mnist.pkl.gz') => 'FileError'
pickled('imdb_full.pkl') => 'FileError'
longest(num_words=6) => [1, 2, 2, 5]
longest(nb_words=6) => [1, 2, 2, 5]
longest(skip_top=6) => [2, 7, 6, 2]
longest(oov_char=None, num_words=6) => [1, 5]
longest(start_char=None) => [7, 6, 5]
longest(index_from=1) => [1, 5, 4, 3]
longest() => [1, 7, 6, 5]
longest(maxlen=4) => [1, 7]
reviews().dtype => np.dtype(object)
"""
