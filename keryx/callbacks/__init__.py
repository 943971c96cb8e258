"""Callbacks: who looks on while a model runs, or steps in."""

from ._backup_restore import BackupAndRestore as BackupAndRestore
from ._callback import Callback as Callback
from ._csv_logger import CSVLogger as CSVLogger
from ._early_stopping import EarlyStopping as EarlyStopping
from ._history import History as History
from ._lambda import LambdaCallback as LambdaCallback
from ._list import CallbackList as CallbackList
from ._lr_scheduler import LearningRateScheduler as LearningRateScheduler
from ._model_checkpoint import ModelCheckpoint as ModelCheckpoint
from ._monitor import MonitorCallback as MonitorCallback
from ._names import resolve as resolve
from ._progress import Progbar as Progbar, ProgbarLogger as ProgbarLogger
from ._reduce_lr import ReduceLROnPlateau as ReduceLROnPlateau
from ._remote_monitor import RemoteMonitor as RemoteMonitor
from ._swap_ema import SwapEMAWeights as SwapEMAWeights
from ._tensorboard import TensorBoard as TensorBoard
from ._terminate_on_nan import TerminateOnNaN as TerminateOnNaN
