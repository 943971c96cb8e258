"""What Keras calls utils, gathered from where it lives."""

from keryx._core.config import (
    disable_interactive_logging as disable_interactive_logging,
    enable_interactive_logging as enable_interactive_logging,
    is_interactive_logging_enabled as is_interactive_logging_enabled,
)
from keryx._core.digest import validate_file as validate_file
from keryx._core.dtypes import standardize_dtype as standardize_dtype
from keryx._engine.stream import PyDataset as PyDataset
from keryx.callbacks import Progbar as Progbar
from keryx.datasets._hdf5 import HDF5Matrix as HDF5Matrix
from keryx.preprocessing import (
    audio_dataset_from_directory as audio_dataset_from_directory,
    image_dataset_from_directory as image_dataset_from_directory,
    normalize as normalize,
    pack_x_y_sample_weight as pack_x_y_sample_weight,
    split_dataset as split_dataset,
    text_dataset_from_directory as text_dataset_from_directory,
    to_categorical as to_categorical,
    unpack_x_y_sample_weight as unpack_x_y_sample_weight,
)
from keryx.preprocessing.image import (
    array_to_img as array_to_img,
    img_to_array as img_to_array,
    load_img as load_img,
    save_img as save_img,
)
from keryx.preprocessing.sequence import (
    pad_sequences as pad_sequences,
    timeseries_dataset_from_array as timeseries_dataset_from_array,
)
from keryx.random import set_random_seed as set_random_seed
from keryx.saving import (
    custom_object_scope as custom_object_scope,
    CustomObjectScope as CustomObjectScope,
    deserialize_keras_object as deserialize_keras_object,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
    serialize_keras_object as serialize_keras_object,
)

from ._dot import model_to_dot as model_to_dot
from ._get_file import get_file as get_file
from ._plot_model import plot_model as plot_model
from ._session import clear_session as clear_session
from ._tensor import is_keras_tensor as is_keras_tensor

Sequence = PyDataset
