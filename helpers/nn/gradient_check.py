"""Is a gradient right? Nudge each number up and down, see what the loss does, and compare.

A wrong gradient often still trains, only worse, so nobody sees it. This finds it. Use float64.
"""

import numpy as np

from .plumbing.checks import require_array, require_kind


def central_differences(loss, array, step=1e-5):
    """The gradient of `loss()` with respect to `array`, (loss(array + step) - loss(array - step)) / (2 step).

    loss: a function without arguments that reads `array` and returns a number, or one for each network (then the
    gradient of their sum). array: float64, changed in place while this runs and restored afterwards.
    """
    require_array("array", array, np.dtype(np.float64))
    gradient = np.empty_like(array)
    for place in np.ndindex(array.shape):
        value = array[place]
        array[place] = value + step
        above = np.sum(loss())
        array[place] = value - step
        below = np.sum(loss())
        array[place] = value
        gradient[place] = (above - below) / (2 * step)
    return gradient


def relative_error(a, b):
    """‖a - b‖ / (‖a‖ + ‖b‖): 0 if equal, 1 if opposite; below 1e-7 two float64 gradients agree."""
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0


def check_gradient(network, x, labels, noise=None):
    """The relative error of each gradient that `network.backward` computes: a dict from array to number.

    network: of dtype float64. x: (examples, inputs) or (networks, examples, inputs), float64.
    noise: with Dropout layers a Replayed one, so that each evaluation has the same masks.
    """
    require_kind("network", network, "gradient", "a Network", "check_gradient(network, x, labels)")
    x = network.stacked(x).copy()

    def loss():
        return network.loss_function(network.forward(x, noise), labels)[0]

    error = network.loss_function(network.forward(x, noise), labels)[1]
    analytic = {"inputs": (x, network.backward(error, to_inputs=True))}
    for layer in network.layers:
        for name in layer.shapes:
            analytic[f"layer {layer.index} {name}"] = (getattr(layer, name), getattr(layer, f"{name}_gradient").copy())
    return {name: relative_error(found, central_differences(loss, array)) for name, (array, found) in analytic.items()}
