"""Models: layers that can be trained, evaluated and saved."""

from ._clone import clone_model as clone_model, model_from_json as model_from_json
from ._functional import Functional as Functional
from ._model import Model as Model
from ._sequential import Sequential as Sequential
