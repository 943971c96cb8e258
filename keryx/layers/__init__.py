"""Layers. Each name is re-exported by hand, so that `grep` finds it."""

from keryx._graph.layer import Layer as Layer
from keryx._graph.spec import InputSpec as InputSpec

from ._activation import (
    Activation as Activation,
    ELU as ELU,
    LeakyReLU as LeakyReLU,
    PReLU as PReLU,
    ReLU as ReLU,
    Softmax as Softmax,
)
from ._batch_norm import BatchNormalization as BatchNormalization
from ._bidirectional import Bidirectional as Bidirectional
from ._category import CategoryEncoding as CategoryEncoding
from ._cells import LSTMCell as LSTMCell, SimpleRNNCell as SimpleRNNCell
from ._conv import (
    Conv1D as Conv1D,
    Conv2D as Conv2D,
    Conv3D as Conv3D,
)
from ._conv_depthwise import (
    DepthwiseConv1D as DepthwiseConv1D,
    DepthwiseConv2D as DepthwiseConv2D,
    SeparableConv1D as SeparableConv1D,
    SeparableConv2D as SeparableConv2D,
)
from ._conv_lstm import (
    ConvLSTM1D as ConvLSTM1D,
    ConvLSTM2D as ConvLSTM2D,
    ConvLSTM3D as ConvLSTM3D,
)
from ._conv_transpose import (
    Conv1DTranspose as Conv1DTranspose,
    Conv2DTranspose as Conv2DTranspose,
    Conv3DTranspose as Conv3DTranspose,
)
from ._dense import Dense as Dense
from ._dropout import (
    Dropout as Dropout,
    SpatialDropout1D as SpatialDropout1D,
    SpatialDropout2D as SpatialDropout2D,
    SpatialDropout3D as SpatialDropout3D,
)
from ._einsum import EinsumDense as EinsumDense
from ._embedding import Embedding as Embedding
from ._gru_cell import GRUCell as GRUCell
from ._hashing import HashedCrossing as HashedCrossing, Hashing as Hashing
from ._identity import (
    ActivityRegularization as ActivityRegularization,
    Identity as Identity,
    Masking as Masking,
)
from ._input import Input as Input, InputLayer as InputLayer
from ._join import (
    Concatenate as Concatenate,
    concatenate as concatenate,
    Dot as Dot,
    dot as dot,
)
from ._lambda import Lambda as Lambda
from ._lookup_integer import IntegerLookup as IntegerLookup
from ._lookup_string import StringLookup as StringLookup
from ._merge import (
    Add as Add,
    add as add,
    Average as Average,
    average as average,
    Maximum as Maximum,
    maximum as maximum,
    Minimum as Minimum,
    minimum as minimum,
    Multiply as Multiply,
    multiply as multiply,
    Subtract as Subtract,
    subtract as subtract,
)
from ._noise import (
    AlphaDropout as AlphaDropout,
    GaussianDropout as GaussianDropout,
    GaussianNoise as GaussianNoise,
)
from ._norm import (
    GroupNormalization as GroupNormalization,
    LayerNormalization as LayerNormalization,
    RMSNormalization as RMSNormalization,
    UnitNormalization as UnitNormalization,
)
from ._pad import (
    Cropping1D as Cropping1D,
    Cropping2D as Cropping2D,
    Cropping3D as Cropping3D,
    ZeroPadding1D as ZeroPadding1D,
    ZeroPadding2D as ZeroPadding2D,
    ZeroPadding3D as ZeroPadding3D,
)
from ._pipeline import Pipeline as Pipeline
from ._pool import (
    AveragePooling1D as AveragePooling1D,
    AveragePooling2D as AveragePooling2D,
    AveragePooling3D as AveragePooling3D,
    MaxPooling1D as MaxPooling1D,
    MaxPooling2D as MaxPooling2D,
    MaxPooling3D as MaxPooling3D,
)
from ._pool_adaptive import (
    AdaptiveAveragePooling1D as AdaptiveAveragePooling1D,
    AdaptiveAveragePooling2D as AdaptiveAveragePooling2D,
    AdaptiveAveragePooling3D as AdaptiveAveragePooling3D,
    AdaptiveMaxPooling1D as AdaptiveMaxPooling1D,
    AdaptiveMaxPooling2D as AdaptiveMaxPooling2D,
    AdaptiveMaxPooling3D as AdaptiveMaxPooling3D,
)
from ._pool_global import (
    GlobalAveragePooling1D as GlobalAveragePooling1D,
    GlobalAveragePooling2D as GlobalAveragePooling2D,
    GlobalAveragePooling3D as GlobalAveragePooling3D,
    GlobalMaxPooling1D as GlobalMaxPooling1D,
    GlobalMaxPooling2D as GlobalMaxPooling2D,
    GlobalMaxPooling3D as GlobalMaxPooling3D,
)
from ._prepare_bins import Discretization as Discretization
from ._prepare_blur import (
    RandomGaussianBlur as RandomGaussianBlur,
    RandomSharpness as RandomSharpness,
)
from ._prepare_color import (
    RandomColorDegeneration as RandomColorDegeneration,
    RandomColorJitter as RandomColorJitter,
    RandomGrayscale as RandomGrayscale,
    RandomHue as RandomHue,
    RandomSaturation as RandomSaturation,
)
from ._prepare_erase import RandomErasing as RandomErasing
from ._prepare_light import (
    RandomBrightness as RandomBrightness,
    RandomContrast as RandomContrast,
    RandomInvert as RandomInvert,
    Solarization as Solarization,
)
from ._prepare_mix import MixUp as MixUp
from ._prepare_move import (
    RandomFlip as RandomFlip,
    RandomRotation as RandomRotation,
    RandomShear as RandomShear,
    RandomTranslation as RandomTranslation,
    RandomZoom as RandomZoom,
)
from ._prepare_numbers import Normalization as Normalization, Rescaling as Rescaling
from ._prepare_size import (
    CenterCrop as CenterCrop,
    RandomCrop as RandomCrop,
    Resizing as Resizing,
)
from ._prepare_tone import (
    AutoContrast as AutoContrast,
    Equalization as Equalization,
    RandomPosterization as RandomPosterization,
)
from ._recurrent import GRU as GRU, LSTM as LSTM, SimpleRNN as SimpleRNN
from ._reshape import (
    Flatten as Flatten,
    Permute as Permute,
    RepeatVector as RepeatVector,
    Reshape as Reshape,
)
from ._rnn import RNN as RNN
from ._serial import deserialize as deserialize, serialize as serialize
from ._spectral_norm import SpectralNormalization as SpectralNormalization
from ._stacked import StackedRNNCells as StackedRNNCells
from ._text_vectorization import TextVectorization as TextVectorization
from ._time_distributed import TimeDistributed as TimeDistributed
from ._upsample import (
    UpSampling1D as UpSampling1D,
    UpSampling2D as UpSampling2D,
    UpSampling3D as UpSampling3D,
)
from ._wrapper import Wrapper as Wrapper

AvgPool1D = AveragePooling1D
AvgPool2D = AveragePooling2D
AvgPool3D = AveragePooling3D
GlobalAvgPool1D = GlobalAveragePooling1D
GlobalAvgPool2D = GlobalAveragePooling2D
GlobalAvgPool3D = GlobalAveragePooling3D
GlobalMaxPool1D = GlobalMaxPooling1D
GlobalMaxPool2D = GlobalMaxPooling2D
GlobalMaxPool3D = GlobalMaxPooling3D
MaxPool1D = MaxPooling1D
MaxPool2D = MaxPooling2D
MaxPool3D = MaxPooling3D
