"""What all layers have in common."""

from types import MappingProxyType


class Layer:
    """Forward, x comes in and y goes out; backward, dL/dy comes in and dL/dx goes out.

    All four are (networks, examples, features). A layer keeps what its backward step will need.
    """

    shapes = MappingProxyType({})  # the layer's parameters: name -> shape in one network
    index = None  # the layer's place in its network, once it is in one
    needs_noise = False  # True if the layer does in training what it does only with a noise

    def forward(self, x, noise=None):
        """y from x. Without a noise the layer is evaluated, with one it is trained."""
        raise NotImplementedError

    def backward(self, error):
        """dL/dx from dL/dy, the error.

        A layer with parameters fills in their gradients, too. It takes a second argument, to_inputs, and returns None
        where that is False: below the first such layer of a network nobody needs dL/dx.
        """
        raise NotImplementedError
