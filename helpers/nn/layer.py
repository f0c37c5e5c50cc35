"""What all layers have in common."""

from types import MappingProxyType


class Layer:
    """`forward` turns x into y. `backward` turns dL/dy, called the error, into dL/dx.

    L is the loss: how wrong the network is. dL/dy says, for each number in y, how fast the loss grows with it.
    All four are (networks, examples, features). A layer keeps what its backward step will need.
    A noise tells `forward` that the network is being trained, and which neurons to keep (see noise).
    """

    shapes = MappingProxyType({})  # the layer's parameters: name -> shape in one network
    index = None  # the layer's place in its network, once it is in one
    needs_noise = False  # True for a layer that does nothing without a noise: then a gradient without one is refused

    def forward(self, x, noise=None):
        """y from x. Without a noise the layer is evaluated, with one it is trained."""
        raise NotImplementedError

    def backward(self, error):
        """dL/dx from dL/dy, the error.

        A layer with parameters fills in their gradients, too. It takes a second argument, to_inputs, and returns None
        where that is False: nothing in front of a network's first such layer learns, so nobody needs dL/dx there.
        """
        raise NotImplementedError
