"""Against HIPS autograd: a forward pass and a loss written independently, one network at a time, differentiated by it,
and the optimizers' formulas as their papers have them.
"""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import value_and_grad

from helpers.nn import Adam, Dense, Dropout, Fresh, Network, Relu, Replayed
from tests.nn.recording import LAYERS, OPTIMIZERS, SEEDS, arrays_of_each, furthest_apart, record


def loss(arrays, layers, x, labels, masks, seed):
    arrays = iter(arrays)
    for index, layer in enumerate(layers):
        if isinstance(layer, Dense):
            x = anp.dot(x, next(arrays)) + next(arrays)
        elif isinstance(layer, Dropout):
            keep_rate = 1 - np.broadcast_to(layer.drop_rate, len(SEEDS))[seed]
            x = anp.where(masks[index][seed], x / keep_rate, 0.0)
        else:
            x = anp.where(x > 0, x, 0.0) if isinstance(layer, Relu) else anp.tanh(x)
    highest = anp.max(x, axis=1, keepdims=True)
    log_sums = anp.log(anp.sum(anp.exp(x - highest), axis=1)) + highest[:, 0]
    return anp.mean(log_sums - x[anp.arange(len(labels)), labels])


loss_and_gradient = value_and_grad(loss)


@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS.keys())
def test_loss_and_gradient_equal_autograd_s(layers):
    network, noise = Network(layers(), SEEDS, dtype=np.float64), Replayed(Fresh(SEEDS))
    generator = np.random.default_rng(0)
    x, labels = generator.normal(size=(3, 20, 5)), generator.integers(0, 3, (3, 20))
    ours, gradients = network.gradient(x, labels, noise)
    for seed, arrays in enumerate(arrays_of_each(network)):
        theirs, gradient = loss_and_gradient(arrays, network.layers, x[seed], labels[seed], noise.masks, seed)
        assert abs(ours[seed] - theirs) < 1e-13
        assert np.allclose(gradients[seed], np.concatenate([part.ravel() for part in gradient]), rtol=0, atol=1e-14)


def step_of(optimizer, array, gradient, memory, t):
    """The array after step number t."""
    if not isinstance(optimizer, Adam):
        memory["b"] = optimizer.momentum * memory.get("b", 0) + gradient
        return array - optimizer.learning_rate * memory["b"]
    memory["m"] = optimizer.beta1 * memory.get("m", 0) + (1 - optimizer.beta1) * gradient
    memory["v"] = optimizer.beta2 * memory.get("v", 0) + (1 - optimizer.beta2) * gradient**2
    m_hat, v_hat = memory["m"] / (1 - optimizer.beta1**t), memory["v"] / (1 - optimizer.beta2**t)
    return array - optimizer.learning_rate * m_hat / (np.sqrt(v_hat) + optimizer.epsilon)


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS.keys())
@pytest.mark.parametrize("layers", LAYERS.values(), ids=LAYERS.keys())
def test_a_hundred_steps_end_at_the_same_weights(layers, optimizer):
    recording = record(layers(), optimizer)
    for seed, arrays in enumerate(recording.first):
        memories = [{} for _ in arrays]
        for t, (x, labels, masks) in enumerate(recording.batches, start=1):
            _, gradient = loss_and_gradient(arrays, recording.layers, x[seed], labels[seed], masks, seed)
            arrays = [step_of(optimizer, *each, t) for each in zip(arrays, gradient, memories, strict=True)]
        assert furthest_apart(arrays, recording.last[seed]) < 1e-9
        assert furthest_apart(arrays, recording.first[seed]) > 0.01
