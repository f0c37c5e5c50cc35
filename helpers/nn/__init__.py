"""A feed-forward network in NumPy, many networks at a time. Read it in this order:

    layer         what all layers have in common
    dense         a layer of neurons: x @ weights + bias
    activations   Relu and Tanh
    loss          softmax and cross-entropy
    network       layers in a row, all parameters in one buffer
    optimizers    SGD and Adam: from a gradient to a step
    examples      inputs and labels, and which of them each seed draws
    training      an iterator of epochs
    evaluation    loss and accuracy on examples

    noise         which neurons a training step keeps
    dropout       the layer that uses it

    gradient_check  is that gradient right?

What lessons add is in extras:

    regularisers  L1, L2, weight decay and max-norm: what is done to the weights
    activity      a penalty on what the neurons say
    shift         knowing one's data: signals moved a little while training
    early_stopping  keep each network where it was best

And what a reader may skip in plumbing:

    checks        one clear error for each kind of bad input
    streams       one source of random numbers for each seed and purpose
    buffers       all parameters in one array
    fast, memory  the same numbers, sooner

Every array has the networks axis in front: ten networks, one for each seed, train in one call.
"""

from .activations import ACTIVATIONS, Relu, Tanh
from .dense import Dense
from .dropout import Dropout
from .evaluation import Evaluation, evaluate
from .examples import Examples
from .extras.activity import ActivityPenalty
from .extras.early_stopping import Best
from .extras.regularisers import L1, L2, MaxNorm, Regulariser, WeightDecay
from .extras.shift import RandomShift
from .gradient_check import central_differences, check_gradient, relative_error
from .loss import softmax, softmax_cross_entropy
from .network import Network, mlp
from .noise import Fresh, Replayed, Shared
from .optimizers import SGD, Adam
from .plumbing.streams import stream
from .training import Epoch, train
