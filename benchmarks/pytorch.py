"""PyTorch's side: models of `nn.Sequential`, and the loop its documentation teaches.

Batches are slices of tensors in memory, which is faster than a `DataLoader`. The loop
counts no accuracy, which `fit` does; that favours PyTorch.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from weights import drawn

# Keras's order of a GRU's gates is z, r, h; PyTorch's is r, z, h.
GRU_ORDER = (1, 0, 2)


def last_output(torch: Any) -> Any:
    """Returns the module that takes a recurrent layer's outputs to the last one."""

    class LastOutput(torch.nn.Module):
        def forward(self, found: Any) -> Any:
            return found[0][:, -1]

    return LastOutput()


def tensor(side: Any, array: np.ndarray) -> Any:
    """Returns an array as a tensor; images get PyTorch's order of axes."""
    torch = side.library
    found = torch.from_numpy(array)
    if array.ndim != 4:
        return found
    last = side.options.get("channels_last")
    order = torch.channels_last if last else torch.contiguous_format
    return found.permute(0, 3, 1, 2).contiguous(memory_format=order)


def prepared(side: Any, model: Any, example: Any, gain: float = 1.0) -> Any:
    """Returns a model with the weights of Keras's same model, compiled if asked to.

    Args:
        side: The side.
        model: Modules in a row.
        example: A batch of inputs, which tells the shapes before `Flatten`.
        gain: See `drawn`.
    """
    torch = side.library
    with torch.no_grad():
        places = list(arranged(torch, model, example))
        for (_, place), weight in zip(
            places, drawn([shape for shape, _ in places], gain), strict=True
        ):
            place(torch.from_numpy(weight))
    if side.options.get("channels_last"):
        model = model.to(memory_format=torch.channels_last)
    return torch.compile(model) if side.options.get("compile") else model


def arranged(torch: Any, model: Any, outputs: Any) -> Iterator[tuple[Any, Any]]:
    """Yields each weight's shape in Keras, and what puts a value of it in its place."""
    nn, flat = torch.nn, None
    for module in model:
        if isinstance(module, nn.Flatten):
            flat = outputs.shape[1:]
        elif isinstance(module, nn.Linear):
            kernel = (module.in_features, module.out_features)
            yield kernel, _dense(module, flat)
            yield kernel[1:], module.bias.copy_
            flat = None
        elif isinstance(module, nn.Conv2d):
            into, out = module.in_channels, module.out_channels
            turned = lambda w, m=module: m.weight.copy_(w.permute(3, 2, 0, 1))
            yield (*module.kernel_size, into, out), turned
            yield (out,), module.bias.copy_
        elif isinstance(module, nn.LSTM | nn.GRU):
            yield from _recurrent(module, isinstance(module, nn.GRU))
        outputs = module(outputs)


def _dense(module: Any, flat: Any) -> Callable[[Any], Any]:
    """Returns what sets a kernel; after `Flatten`, Keras's rows have channels last."""

    def place(weight: Any) -> None:
        if flat is not None and len(flat) == 3:
            channels, height, width = flat
            rows = weight.reshape(height, width, channels, -1)
            weight = rows.permute(2, 0, 1, 3).reshape(weight.shape)
        module.weight.copy_(weight.T)

    return place


def _recurrent(module: Any, is_gru: bool) -> Iterator[tuple[Any, Any]]:
    """Yields the weights of a recurrent layer."""
    units = module.hidden_size
    order = GRU_ORDER if is_gru else range(4)

    def gates(weight: Any) -> Any:
        blocks = weight.split(units, dim=-1)
        return module.weight_hh_l0.new_tensor(
            np.concatenate([blocks[i] for i in order], axis=-1)
        )

    width = len(order) * units
    yield (
        (module.input_size, width),
        lambda weight: module.weight_ih_l0.copy_(gates(weight).T),
    )
    yield (units, width), lambda weight: module.weight_hh_l0.copy_(gates(weight).T)
    if is_gru:
        yield (2, width), lambda weight: _biases(module, gates(weight))
    else:
        yield (width,), lambda weight: _one_bias(module, gates(weight))


def _biases(module: Any, bias: Any) -> None:
    module.bias_ih_l0.copy_(bias[0])
    module.bias_hh_l0.copy_(bias[1])


def _one_bias(module: Any, bias: Any) -> None:
    """Sets the bias; PyTorch's second one, which Keras has not, stays zero."""
    module.bias_ih_l0.copy_(bias)
    module.bias_hh_l0.zero_().requires_grad_(False)


def training(
    model: Any,
    loss: Callable[[Any, Any], Any],
    optimizer: Any,
    x: Any,
    y: Any,
    *,
    batch_size: int,
    epochs: int,
) -> Callable[[], float]:
    """Returns a run of the training loop that always starts from the same weights."""
    start = {name: value.clone() for name, value in model.state_dict().items()}

    def run() -> float:
        model.load_state_dict(start)
        model.train()
        means = [epoch(model, loss, optimizer, x, y, batch_size) for _ in range(epochs)]
        return means[0]

    return run


def epoch(
    model: Any, loss: Any, optimizer: Any, x: Any, y: Any, batch_size: int
) -> float:
    """Trains for one epoch; returns the mean loss."""
    total = 0.0
    batches = zip(x.split(batch_size), y.split(batch_size), strict=True)
    for inputs, targets in batches:
        optimizer.zero_grad()
        error = loss(model(inputs), targets)
        error.backward()
        optimizer.step()
        total += error.detach() * len(inputs)
    return float(total) / len(x)
