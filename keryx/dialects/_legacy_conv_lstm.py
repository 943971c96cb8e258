"""The cell of `ConvLSTM2D` under the name that it had."""

from typing import Any

from keryx._core.configurable import own_parameters
from keryx.layers._conv_lstm_cell import ConvLSTMCell


class ConvLSTM2DCell(ConvLSTMCell):
    """One step of `ConvLSTM2D`; its arguments are explained there.

    Shapes:
        inputs:  `(batch, rows, columns, channels)`
        states:  h and c, each as the outputs
        outputs: `(batch, new_rows, new_columns, filters)`
    """

    __module__ = "keryx.layers"

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = (1, 1),
        **options: Any,
    ) -> None:
        super().__init__(
            2, filters, kernel_size, strides, padding, data_format, dilation_rate,
            **options,
        )  # fmt: skip

    def _arguments(self) -> list[tuple[str, Any]]:
        names = own_parameters(ConvLSTMCell)
        return [(name, getattr(self, name)) for name in names if name != "rank"]
