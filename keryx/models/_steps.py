"""The steps of training, evaluation and prediction, which a subclass may write."""

from typing import Any

from keryx import metrics as metrics_package
from keryx._core.errors import StateError
from keryx._graph import walk
from keryx._graph.layer import Layer
from keryx.models import _fit, _stateless, _tracking


class Stepping(Layer):
    """A layer with Keras's steps, and what the body of one needs.

    Each step has two forms. With `state` it is a pure function of the values of the
    variables; without, it works on the variables themselves:

        train_step(state, data) -> (logs, state)       train_step(data) -> logs
        test_step(state, data) -> (logs, state)        test_step(data) -> logs
        predict_step(state, data) -> (outputs, rest)   predict_step(data) -> outputs

    `data` is `x`, `(x, y)` or `(x, y, sample_weight)`. Both forms are compiled, unless
    the model is compiled with `run_eagerly=True`.
    """

    _fresh_metrics = True

    def train_step(self, state: Any, data: Any = None) -> Any:
        """Does one update of the weights; override for a step of your own.

        Args:
            state: Values of `(trainable, non_trainable, optimizer, metrics)` variables;
                or the data, as the only argument.
            data: `x`, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            `(logs, state)`; the logs alone if there is no state.
        """
        if data is not None:
            return _stateless.train(self, state, data)
        others = self.non_trainable_variables
        self._method().follow(self.trainable_variables)
        groups = (
            self.trainable_variables,
            others,
            self._method().variables,
            _stateless.metric_variables(self),
        )
        return _stateless.on_variables(_stateless.train, self, groups, state)

    def test_step(self, state: Any, data: Any = None) -> Any:
        """Evaluates one batch; override for a step of your own.

        Args:
            state: Values of `(trainable, non_trainable, metrics)` variables; or the
                data, as the only argument.
            data: `x`, `(x, y)` or `(x, y, sample_weight)`.

        Returns:
            `(logs, state)`; the logs alone if there is no state.
        """
        if data is not None:
            return _stateless.test(self, state, data)
        weights = self.trainable_variables, self.non_trainable_variables
        groups = (*weights, _stateless.metric_variables(self))
        return _stateless.on_variables(_stateless.test, self, groups, state)

    def predict_step(self, state: Any, data: Any = None) -> Any:
        """Computes the outputs for one batch; override for a step of your own.

        Args:
            state: Values of `(trainable, non_trainable)` variables; or the data, as the
                only argument.
            data: `x`.

        Returns:
            The outputs and the non-trainable values; the outputs alone if there is no
            state.
        """
        if data is not None:
            return _stateless.predict(self, state, data)
        groups = self.trainable_variables, self.non_trainable_variables
        return _stateless.on_variables(_stateless.predict, self, groups, state)

    # --- the loss -------------------------------------------------------------------

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Returns what training minimizes; override for a loss of your own."""
        return _fit.compute_loss(self, x, y, y_pred, sample_weight)

    def stateless_compute_loss(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        metrics_variables: Any,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Returns `compute_loss` and the values of the variables, by kind."""
        kinds = (
            self.trainable_variables,
            self.non_trainable_variables,
            _stateless.metric_variables(self),
        )
        given = (trainable_variables, non_trainable_variables, metrics_variables)
        variables = [v for kind in kinds for v in kind]
        values = [value for kind in given for value in kind]
        with _stateless.bound(variables, values) as here:
            loss = self.compute_loss(
                x=x, y=y, y_pred=y_pred, sample_weight=sample_weight
            )
            after = tuple([here.values[id(v)] for v in kind] for kind in kinds)
        return loss, after

    def compute_loss_and_updates(
        self,
        trainable_variables: Any,
        non_trainable_variables: Any,
        metrics_variables: Any,
        x: Any,
        y: Any,
        sample_weight: Any = None,
        training: bool = False,
        optimizer_variables: Any = None,
    ) -> Any:
        """Returns the loss and `(loss, outputs, non_trainable, metrics)` values."""
        state = trainable_variables, non_trainable_variables, metrics_variables
        batch = x, y, sample_weight
        return _stateless.loss_and_updates(self, state, batch, training)

    @property
    def compiled_loss(self) -> Any:
        """The loss of `compile`, as tf.keras calls it.

        `compiled_loss(y, y_pred, sample_weight=None, regularization_losses=None)`
        counts the loss in the mean loss, too.
        """
        return _tracking.CompiledLoss(self._tracked("compiled_loss"))

    # --- the metrics ----------------------------------------------------------------

    @property
    def compiled_metrics(self) -> Any:
        """The metrics of `compile` as one metric; its `metrics` are the single ones."""
        tracking = self._tracked("compiled_metrics")
        return tracking.whole or _tracking.CompileMetrics()

    @property
    def metrics(self) -> list[Any]:
        """The metrics: the mean loss, those of `compile` as one, those of layers."""
        tracking = _tracking.of(self)
        found = [] if tracking is None else tracking.metrics
        for layer in walk.all_layers(self, Layer):
            found = [*found, *walk.parts(layer, metrics_package.Metric)]
        return list({id(metric): metric for metric in found}.values())

    @property
    def metrics_names(self) -> list[str]:
        """Names of what `evaluate` returns, in order."""
        trainer = self.__dict__.get("_engine")
        return trainer.testing.meter.names() if trainer is not None else ["loss"]

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Counts a batch in the metrics of `compile`; returns all results by name."""
        tracking = _tracking.of(self)
        if tracking is not None and tracking.whole is not None:
            tracking.find(y, y_pred)
            tracking.whole.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """Returns the results of all metrics by name."""
        found: dict[str, Any] = {}
        for metric in self.metrics:
            result = metric.result()
            found.update(result if isinstance(result, dict) else {metric.name: result})
        return found

    def reset_metrics(self) -> None:
        """Starts the metrics anew."""
        self.__dict__["_fresh_metrics"] = True
        for metric in self.metrics:
            metric.reset_state()

    # --- settings -------------------------------------------------------------------

    @property
    def run_eagerly(self) -> bool:
        """Whether steps run line by line in Python, uncompiled; assignable."""
        compiled = self.__dict__.get("_compiled")
        return compiled is not None and bool(compiled.options.get("run_eagerly"))

    @run_eagerly.setter
    def run_eagerly(self, value: bool) -> None:
        self._tracked("run_eagerly").compiled.options["run_eagerly"] = bool(value)
        self.__dict__.pop("_engine", None)

    def _tracked(self, what: str) -> _tracking.Tracking:
        tracking = _tracking.of(self)
        if tracking is None:
            raise StateError(
                f"`{what}` of model {self.name!r}",
                expected="a compiled model",
                got="one that was not compiled",
                fix='Call e.g. `model.compile(optimizer="adam", loss="mse")` first.',
            )
        return tracking

    def _method(self) -> Any:
        return self._tracked("train_step").compiled.optimizer
