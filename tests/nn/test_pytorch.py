"""Against PyTorch: its layers, its loss, its derivatives and its optimizers, one network at a time.

Skipped where PyTorch is missing, unless the environment variable REQUIRE_TORCH is set: then that is an error.
"""

import os

import numpy as np
import pytest

from helpers.nn import Adam, Dense, Dropout, Relu
from tests.nn.recording import LAYERS, OPTIMIZERS, SEEDS, furthest_apart, record

try:
    import torch
except ImportError:
    if os.environ.get("REQUIRE_TORCH"):
        raise
    pytest.skip("PyTorch is missing: our steps are not compared to its", allow_module_level=True)


def linear(weights, bias):
    """A torch Linear with the weights (inputs, outputs) and bias (1, outputs) of one of our networks."""
    layer = torch.nn.Linear(*weights.shape, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(weights.T))
        layer.bias.copy_(torch.tensor(bias[0]))
    return layer


def forward(layers, linears, x, masks, seed):
    linears = iter(linears)
    for index, layer in enumerate(layers):
        if isinstance(layer, Dense):
            x = next(linears)(x)
        elif isinstance(layer, Dropout):
            rate = layer.drop_rate[seed] if layer.drop_rate.ndim else layer.drop_rate
            x = x.masked_fill(torch.tensor(~masks[index][seed]), 0) / (1 - float(rate))
        else:
            x = torch.relu(x) if isinstance(layer, Relu) else torch.tanh(x)
    return x


def torch_optimizer(ours, parameters):
    if isinstance(ours, Adam):
        return torch.optim.Adam(parameters, ours.learning_rate, (ours.beta1, ours.beta2), ours.epsilon)
    return torch.optim.SGD(parameters, ours.learning_rate, ours.momentum)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS.keys())
def test_a_hundred_steps_end_at_the_same_weights(layers, optimizer):
    recording = record(layers(), optimizer)
    for seed in range(len(SEEDS)):
        arrays = recording.first[seed]
        linears = [linear(*pair) for pair in zip(arrays[0::2], arrays[1::2], strict=True)]
        theirs = torch_optimizer(optimizer, [array for layer in linears for array in layer.parameters()])
        for x, labels, masks in recording.batches:
            theirs.zero_grad()
            logits = forward(recording.layers, linears, torch.tensor(x[seed]), masks, seed)
            torch.nn.functional.cross_entropy(logits, torch.tensor(labels[seed])).backward()
            theirs.step()
        last = [array.detach().numpy().T for layer in linears for array in (layer.weight, layer.bias[:, None])]
        assert furthest_apart(last, recording.last[seed]) < 1e-9
        assert furthest_apart(last, recording.first[seed]) > 0.01


def test_dropout_with_torch_s_own_masks_is_torch_s_dropout():
    # torch.nn.functional.dropout: its output tells its mask; given that mask, ours gives its output and its gradient.
    x = torch.randn(2, 30, 20, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    y = torch.nn.functional.dropout(x, 0.2)
    y.sum().backward()

    class Theirs:
        def mask(self, layer, shape, drop_rate):
            return (y != 0).numpy()

    ours = Dropout(0.2)
    assert abs(ours.forward(x.detach().numpy(), Theirs()) - y.detach().numpy()).max() < 1e-15
    assert abs(ours.backward(np.ones(x.shape)) - x.grad.numpy()).max() < 1e-15
