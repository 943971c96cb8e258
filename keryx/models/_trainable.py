"""The half of a model that is trained: every method hands its work on."""

from typing import Any

from keryx import optimizers
from keryx._core import serial
from keryx._core.hold import Hold
from keryx._core.hook import hooked
from keryx.callbacks import History
from keryx.models import _fit, _predict, _states
from keryx.models._compile import Compiled
from keryx.models._steps import Stepping


class Trainable(Stepping):
    """A layer with Keras's methods of training, evaluation and prediction."""

    stop_training = False

    @property
    def history(self) -> Any:
        """The `History` of the last `fit`; `None` before."""
        kept = self.__dict__.get("history")
        return kept.get(_model=self) if isinstance(kept, Hold) else kept

    @history.setter
    def history(self, value: Any) -> None:
        kept = Hold(value) if isinstance(value, History) else value
        self.__dict__["history"] = kept

    @hooked
    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: Any = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Chooses how to train.

        Args:
            optimizer: Name, object or Optax transformation.
            loss: Name, function or object; a list or dict of them for several outputs.
            loss_weights: Factors of the losses.
            metrics: Names, functions or objects, for each output.
            weighted_metrics: The same, for metrics that take the sample weights.
            run_eagerly: Whether steps run line by line in Python, so that `print` and
                a debugger see the values; slow.
            steps_per_execution: Accepted; how many steps a call runs is measured.
            jit_compile: Accepted for Keras's sake.
            auto_scale_loss: Accepted for Keras's sake.

        Raises:
            UnknownNameError: If a name names nothing.
        """
        options = {
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": False if jit_compile == "auto" else jit_compile,
        }
        self.__dict__["_compiled"] = Compiled(
            optimizer, loss, loss_weights, metrics, weighted_metrics, options
        )
        self.__dict__.pop("_engine", None)

    @hooked
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
    ) -> Any:
        """Trains the model for some epochs.

        Data in memory goes to the device once, and whole epochs run as one compiled
        program; see `explain` for what was compiled and why.

        Args:
            x: Inputs: arrays (a list or dict of them for several), a table, or a source
                of batches `(x, y)` or `(x, y, sample_weight)`.
            y: Targets, nested like the outputs.
            batch_size: Samples of a gradient update; 32 if `None`.
            epochs: Number of the last epoch.
            verbose: 0 silent, 1 progress bar, 2 one line an epoch; "auto" is 1 on a
                terminal and 2 in a pipe.
            callbacks: Callbacks.
            validation_split: Share of the last rows to validate on.
            validation_data: `(x, y)` or `(x, y, sample_weight)`, or a batch source.
            shuffle: Whether each epoch has an order of its own.
            class_weight: Factor of the loss by class id.
            sample_weight: Factor of the loss by sample.
            initial_epoch: Number of epochs already done.
            steps_per_epoch: Batches of an epoch; all of them if `None`.
            validation_steps: Batches to validate on.
            validation_batch_size: Samples of a validation batch.
            validation_freq: Validate every so many epochs, or after those listed.

        Returns:
            The `History`, with the losses and metrics of each epoch.

        Raises:
            StateError: If the model was not compiled.
            DataError: If the data do not fit together, the model or the loss.
            ShapeError: If the inputs have another shape than the model's.
        """
        options = {k: v for k, v in locals().items() if k not in ("self", "x", "y")}
        options.pop("__class__", None)
        return _fit.fit(self, x, y, **options)

    @hooked
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Returns the loss, and the metrics after it, on data.

        Arguments are those of `fit`. With `return_dict`, they come by name.
        """
        return _fit.evaluate(
            self,
            x,
            y,
            batch_size=batch_size,
            verbose=verbose,
            sample_weight=sample_weight,
            steps=steps,
            callbacks=callbacks,
            return_dict=return_dict,
        )

    @hooked
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Any:
        """Returns the outputs for inputs, as NumPy arrays."""
        return _predict.predict(
            self,
            x,
            batch_size=batch_size,
            verbose=verbose,
            steps=steps,
            callbacks=callbacks,
        )

    @hooked
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Makes one gradient update; returns the loss and metrics since their reset."""
        return _fit.train_on_batch(self, x, y, sample_weight, class_weight, return_dict)

    @hooked
    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
    ) -> Any:
        """Returns the loss and the metrics on one batch."""
        return _fit.test_on_batch(self, x, y, sample_weight, return_dict)

    def predict_on_batch(self, x: Any) -> Any:
        """Returns the outputs for one batch."""
        return self.predict(x, batch_size=2**31, verbose=0)

    # --- states of recurrent layers -------------------------------------------------

    def step(self, x: Any, states: Any = None) -> Any:
        """Runs the model on the next steps of sequences, with states as values.

        One call for a whole sequence gives what several calls for its pieces give.

        Example:
            >>> import numpy as np
            >>> from keryx import layers, models
            >>> model = models.Sequential([layers.Input((None, 3)), layers.GRU(2)])
            >>> x = np.ones((1, 2, 3), "float32")
            >>> y, states = model.step(x[:, :1])
            >>> y, states = model.step(x[:, 1:], states)
            >>> np.allclose(y, model.predict(x, verbose=0), atol=1e-6)
            True

        Args:
            x: Inputs of one step or more; the time axis may be of any length.
            states: What the last call returned; `None` begins a sequence.

        Returns:
            The outputs, and the states afterwards: a dict of lists of arrays by the
            names of the recurrent layers.

        Raises:
            StateError: If no layer is recurrent, or one reads backwards.
        """
        return _states.step(self, x, states)

    def initial_states(self, batch_size: int = 1) -> Any:
        """Returns the states with which a sequence begins, as `step` takes them."""
        return _states.initial(self, batch_size)

    @property
    def states(self) -> Any:
        """The states that stateful layers carry in training, by layer; assignable."""
        return _states.read(self)

    @states.setter
    def states(self, value: Any) -> None:
        _states.write(self, value)

    def reset_state(self) -> None:
        """Sets the carried states back to those with which a sequence begins."""
        _states.reset(self)

    reset_states = reset_state

    @property
    def optimizer(self) -> Any:
        """The optimizer that `compile` was given."""
        compiled = self.__dict__.get("_compiled")
        return compiled.optimizer if compiled is not None else None

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        if self.compiled:
            self.__dict__["_compiled"].optimizer = optimizers.get(value)
            self.__dict__.pop("_engine", None)

    @property
    def compiled(self) -> bool:
        """Whether `compile` was called."""
        return self.__dict__.get("_compiled") is not None

    @property
    def loss(self) -> Any:
        """The loss that `compile` was given."""
        return self.__dict__["_compiled"].loss if self.compiled else None

    def explain(self) -> str:
        """Says what the last `fit` compiled, how long that took, and what ran how."""
        return _fit.explain(self)

    def get_compile_config(self) -> dict[str, Any] | None:
        """Returns the arguments of `compile`, as plain data."""
        return self.__dict__["_compiled"].get_config() if self.compiled else None

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compiles as `get_compile_config` says."""
        known = {k: serial.deserialize(v) for k, v in config.items()}
        self.compile(**known)
        if self.built:
            self.optimizer.follow(self.trainable_variables)
