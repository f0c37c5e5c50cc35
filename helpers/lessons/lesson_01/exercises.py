"""Lesson 1, Build a network: its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn


def hidden_error(error, W2, hidden):
    return (error @ W2.T) * (hidden > 0)


# All is square here, so that what has the wrong shape in the lesson gives numbers, and gets its hint.
hidden_error_turn = YourTurn(
    "Your turn: the error of the hidden neurons",
    right=hidden_error,
    cases=(
        (
            np.array([[0.7, -0.8, 0.1], [-0.5, 0.2, 0.3], [0.4, 0.3, -0.7]]),
            np.array([[1.0, 2.0, -1.0], [0.5, -1.0, 3.0], [-2.0, 0.0, 1.0]]),
            np.array([[0.5, 0.0, 2.0], [0.0, 1.5, 0.0], [1.0, 0.2, 0.0]]),
        ),
    ),
    wrong={
        lambda error, W2, hidden: error @ W2.T: "Back through the weights: right. But a silent neuron has no error: "
        "multiply by `hidden > 0`. (`hidden >= 0` is true of all: ReLU gives nothing below 0.)",
        lambda error, W2, hidden: (error @ W2.T) * hidden: "Multiply by whether a neuron spoke, `hidden > 0`, not by "
        "what it said: ReLU's slope is 1 or 0.",
        lambda error, W2, hidden: (error @ W2) * (hidden > 0): "Forwards it was `hidden @ W2`. Backwards, the error "
        "goes from the columns of W2 to its rows: turn it round with `.T`.",
        lambda error, W2, hidden: error @ W2: "Backwards, the error goes from the columns of W2 to its rows: turn it "
        "round with `.T`. And a silent neuron has no error.",
        lambda error, W2, hidden: W2 @ error.T: "This has a column for each example, where the result has a row "
        "for each: let `error` come first, and turn W2 round. And a silent neuron has no error.",
        lambda error, W2, hidden: (W2 @ error.T) * (hidden > 0): "`W2 @ error.T` has a column for each example, where "
        "`hidden` has a row for each: let `error` come first, and turn W2 round.",
        lambda error, W2, hidden: (
            W2 @ error
        ): "A row of `error` is one example, so `error` comes first: `error @ W2.T`. And a silent neuron has no error.",
        lambda error, W2, hidden: (W2 @ error) * (hidden > 0): "A row of `error` is one example, so `error` comes "
        "first, and W2 is turned round: `error @ W2.T`.",
        lambda error, W2, hidden: error @ W2.T * hidden > 0: "Python multiplies before it compares: put brackets "
        "around `hidden > 0`.",
        lambda error, W2, hidden: error @ (W2.T * (hidden > 0)): "First send the error back, `(error @ W2.T)`, in "
        "brackets of its own. Then set it to 0 where a neuron was silent.",
        lambda error, W2, hidden: error * (hidden > 0): "That is the outputs' own error. Send it back through W2, the "
        "weights between them and the hidden neurons.",
    },
)


def _tanh_error(hidden, error):
    return error * (1 - hidden**2)


parameters_exercise = Exercise(
    "Exercise 1.1",
    right=64 * 32 + 32 + 32 * 10 + 10,
    wrong={
        64 * 32 + 32 * 10: "You counted the weights. Each hidden neuron and each output has a bias, too.",
        64 + 32 + 10: "You counted pixels and neurons. Each arrow between them has a weight of its own.",
        64 * 32 + 32: "That is the first layer. Don't forget the second.",
        64 * 32: "Those are the weights of the first layer. Each of its 32 neurons has a bias, too, and then there is "
        "the second layer.",
        64 * 32 * 10: "The layers follow one another: add their numbers, don't multiply them.",
    },
)

tanh_exercise = Exercise(
    "Exercise 1.2",
    right=_tanh_error,
    cases=((np.array([[0.5, -0.2, 0.0]]), np.array([[1.0, 2.0, 3.0]])), (np.array([[0.9]]), np.array([[-1.0]]))),
    wrong={
        lambda hidden, error: error * (hidden > 0): "That is ReLU's rule. tanh has no corner: its slope is "
        "1 - hidden**2.",
        lambda hidden, error: error * (1 - np.tanh(hidden) ** 2): "`hidden` has been through tanh already; you apply "
        "it twice. The slope is 1 - hidden**2.",
        lambda hidden, error: 1 - hidden**2: "That is the slope alone. The error that comes from above has to be "
        "multiplied by it.",
        lambda hidden, error: error * (1 - hidden): "Close: it is the square of hidden that is taken from 1.",
    },
)


def suspects(backward):
    """Three backward steps made from the right one, of which one is still right."""

    def forgets_the_mean(x, labels, weights):
        return [gradient * len(labels) for gradient in backward(x, labels, weights)]

    def averages_a_bias(x, labels, weights):
        dW1, db1, dW2, db2 = backward(x, labels, weights)
        return [dW1, db1 / len(labels), dW2, db2]

    return {"A": forgets_the_mean, "B": averages_a_bias, "C": backward}


suspects_exercise = Exercise(
    "Exercise 1.3",
    right="C",
    wrong={
        "A": "Its four errors are the same and large: every array is too big by the same factor. It adds up over the "
        "examples where the loss takes the mean.",
        "B": "Three of its arrays agree, one doesn't: look at b1. One wrong array is enough.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Your training loss falls and the accuracy is 94 %. Is the gradient right?",
        {
            "Yes: with a wrong one it would not learn so well.": "You saw a network that learns well "
            "with a gradient that is half of what it should be.",
            "Nobody knows before it is checked.": "Falling loss is a weak test. Central differences are a strong one.",
            "No: with a right one it would come to 100 %.": "A right gradient does not promise 100 % on "
            "digits never seen.",
        },
        right="Nobody knows before it is checked.",
    ),
    QuizQuestion(
        "Why not measure the error by squares?",
        {
            "Squares take longer to compute than logarithms.": "They take less. Look at the picture of the pull again.",
            "After softmax, they hardly correct sure mistakes.": "At probability 0 squared error pulls with 0, "
            "cross-entropy with 1: softmax is flat there.",
            "Squares can't be differentiated, so there is no gradient.": "They can: that is not what is wrong with "
            "them here.",
        },
        right="After softmax, they hardly correct sure mistakes.",
    ),
    QuizQuestion(
        "Why did we test on digits by other writers?",
        {
            "To see whether it reads anybody's digits.": "The number that counts is the one on "
            "what the network has never seen.",
            "Because too few training digits were left to test on.": "There were over 3,000. What would "
            "testing on them show?",
            "To make the result look better than on its own writers.": "It makes it look worse, and more honest.",
        },
        right="To see whether it reads anybody's digits.",
    ),
)
