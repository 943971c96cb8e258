"""Models and weights in files, and names for what the files refer to."""

from keryx._core.registry import (
    custom_object_scope as custom_object_scope,
    get_custom_objects as get_custom_objects,
    get_registered_name as get_registered_name,
    get_registered_object as get_registered_object,
    register_keras_serializable as register_keras_serializable,
)

from ._api import (
    load_model as load_model,
    load_weights as load_weights,
    save_model as save_model,
    save_weights as save_weights,
)
from ._examine import examine as examine
from ._model_h5 import conversions as conversions
from ._objects import (
    CustomObjectScope as CustomObjectScope,
    deserialize_keras_object as deserialize_keras_object,
    serialize_keras_object as serialize_keras_object,
)
from ._text import (
    model_from_config as model_from_config,
    model_from_json as model_from_json,
    model_from_yaml as model_from_yaml,
    to_yaml as to_yaml,
)
