"""Models: layers that can be trained, evaluated and saved."""

from keryx.saving import (
    load_model as load_model,
    model_from_config as model_from_config,
    model_from_json as model_from_json,
    model_from_yaml as model_from_yaml,
    save_model as save_model,
)

from ._clone import clone_model as clone_model
from ._functional import Functional as Functional
from ._model import Model as Model
from ._sequential import Sequential as Sequential
