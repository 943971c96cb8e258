"""`sklearn.cross_validation` and `sklearn.grid_search`, and what else has gone."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn import impute, model_selection  # type: ignore[import-untyped]  # none


class _Splits:
    """Pairs of training and test indices, of one way to split."""

    splitter: Any
    x: Any
    y: Any = None

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return iter(self.splitter.split(self.x, self.y))

    def __len__(self) -> int:
        return int(self.splitter.get_n_splits(self.x, self.y))


def _seed(shuffle: bool, random_state: Any) -> dict[str, Any]:
    return {"shuffle": shuffle, "random_state": random_state if shuffle else None}


class KFold(_Splits):
    """The folds of `n` samples."""

    def __init__(
        self,
        n: int,
        n_folds: int = 3,
        shuffle: bool = False,
        random_state: Any = None,
    ) -> None:
        self.x = np.zeros(n)
        self.n_folds = n_folds
        self.splitter = model_selection.KFold(n_folds, **_seed(shuffle, random_state))


class StratifiedKFold(_Splits):
    """Folds that have each class of `y` in the same share."""

    def __init__(
        self,
        y: Any,
        n_folds: int = 3,
        shuffle: bool = False,
        random_state: Any = None,
    ) -> None:
        self.y = np.asarray(y)
        self.x = np.zeros(len(self.y))
        self.n_folds = n_folds
        self.splitter = model_selection.StratifiedKFold(
            n_folds, **_seed(shuffle, random_state)
        )


class ShuffleSplit(_Splits):
    """Random splits of `n` samples."""

    def __init__(
        self,
        n: int,
        n_iter: int = 10,
        test_size: Any = 0.1,
        train_size: Any = None,
        random_state: Any = None,
    ) -> None:
        self.x = np.zeros(n)
        self.splitter = model_selection.ShuffleSplit(
            n_iter,
            test_size=test_size,
            train_size=train_size,
            random_state=random_state,
        )


class StratifiedShuffleSplit(_Splits):
    """Random splits that have each class of `y` in the same share."""

    def __init__(
        self,
        y: Any,
        n_iter: int = 10,
        test_size: Any = 0.1,
        train_size: Any = None,
        random_state: Any = None,
    ) -> None:
        self.y = np.asarray(y)
        self.x = np.zeros(len(self.y))
        self.splitter = model_selection.StratifiedShuffleSplit(
            n_iter,
            test_size=test_size,
            train_size=train_size,
            random_state=random_state,
        )


class _Scores:
    """What the old searches had as well."""

    cv_results_: dict[str, Any]

    @property
    def grid_scores_(self) -> list[tuple[Any, float, Any]]:
        """Settings, mean score, and the score of each fold."""
        found = self.cv_results_
        folds = [found[k] for k in found if k.startswith("split") and "test" in k]
        rows = zip(
            found["params"], found["mean_test_score"], np.transpose(folds), strict=True
        )
        return list(rows)


class GridSearchCV(_Scores, model_selection.GridSearchCV):  # type: ignore[misc]  # none
    """Today's, with `grid_scores_`."""


class RandomizedSearchCV(_Scores, model_selection.RandomizedSearchCV):  # type: ignore[misc]  # none
    """Today's, with `grid_scores_`."""


class Imputer(impute.SimpleImputer):  # type: ignore[misc]  # none
    """Fills in what is missing; `"NaN"` as text means `numpy.nan`."""

    def __init__(
        self,
        missing_values: Any = "NaN",
        strategy: str = "mean",
        axis: int = 0,
        verbose: int = 0,
        copy: bool = True,
    ) -> None:
        if axis != 0:
            raise NotImplementedError("`Imputer(axis=1)` is not there any more.")
        number = np.nan if missing_values == "NaN" else missing_values
        super().__init__(missing_values=number, strategy=strategy, copy=copy)
        self.axis = axis
        self.verbose = verbose


def __getattr__(name: str) -> Any:
    return getattr(model_selection, name)
