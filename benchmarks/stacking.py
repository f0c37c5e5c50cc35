"""Ten networks trained in one stack: how long does a step take, against others and against the hardware's own limit?

    python -m benchmarks.stacking

prints a table for each size, and as its last line one JSON object. What is timed, and what it gave, is in README.md.
"""

import argparse
import json
import os
import platform
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from statistics import median

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from helpers.lab.results import processor
from helpers.nn import SGD, Adam, Examples, Network, mlp, train

DROP_RATE = 0.2
LEARNING_RATE = 0.001


@dataclass(frozen=True)
class Case:
    """What is timed: an epoch of `steps` training steps, by each of `networks` networks, on `threads` threads."""

    sizes: tuple[int, ...]
    batch: int
    steps: int = 50
    networks: int = 10
    threads: int = 1
    drop_rate: float = DROP_RATE
    optimizer: str = "Adam"

    @property
    def name(self):
        return f"{'-'.join(map(str, self.sizes))}/{self.batch}"

    def __str__(self):
        many = f"{self.networks} network{'s' * (self.networks > 1)}, {self.threads} core{'s' * (self.threads > 1)}"
        return f"{self.name}: {many}, drop rate {self.drop_rate}, {self.optimizer}"

    def examples(self):
        """Inputs (examples, features), float32, and labels: as many as an epoch of `steps` steps takes."""
        generator = np.random.default_rng(0)
        x = generator.standard_normal((self.steps * self.batch, self.sizes[0]), np.float32)
        return x, generator.integers(0, self.sizes[-1], len(x))


CASES = [
    Case((64, 256, 10), 32),
    Case((40, 128, 128, 10), 100),
    Case((784, 512, 512, 10), 100, steps=5),
    Case((784, 1024, 1024, 1024, 10), 128, steps=2),
]
VARIANTS = (
    {"networks": 1},
    {"optimizer": "SGD"},
    {"drop_rate": 0.0},
    {"threads": 2},
)  # each case again


# A contender is a function that takes a Case and returns a function without arguments, which makes the case's steps.
# A package that it needs is imported inside it: where that is missing, the table says so.


def products(case):
    """The bare matrix products of a step: forward, weight gradients, and errors of all layers but the first."""
    generator = np.random.default_rng(0)

    def filled(*shape):
        return generator.standard_normal((case.networks, *shape), np.float32)

    units = [filled(case.batch, size) for size in case.sizes]
    errors = [filled(case.batch, size) for size in case.sizes]
    weights = [filled(*shape) for shape in zip(case.sizes[:-1], case.sizes[1:], strict=True)]
    gradients = [np.empty_like(matrices) for matrices in weights]
    layers = range(len(weights))

    def run():
        for _ in range(case.steps):
            for layer in layers:
                np.matmul(units[layer], weights[layer], out=units[layer + 1])
            for layer in reversed(layers):
                np.matmul(units[layer].swapaxes(1, 2), errors[layer + 1], out=gradients[layer])
                if layer:
                    np.matmul(errors[layer + 1], weights[layer].swapaxes(1, 2), out=errors[layer])

    return run


def ours(case):
    """helpers.nn: all networks in one stack; on two cores, half of them on each, in a thread."""
    x, labels = case.examples()
    examples = Examples(x, labels, case.sizes[-1])
    optimizer = {"Adam": Adam, "SGD": SGD}[case.optimizer](LEARNING_RATE)
    parts = min(case.threads, case.networks)

    def stack(seeds):
        network = Network(mlp(*case.sizes, drop_rate=case.drop_rate), seeds)
        return partial(next, train(network, examples, optimizer, epochs=10**6, batch_size=case.batch))

    stacks = [stack(range(part, case.networks, parts)) for part in range(parts)]
    if parts == 1:
        return stacks[0]
    pool = ThreadPoolExecutor(parts)
    return lambda: [*pool.map(lambda run: run(), stacks)]


def torch_eager(case, **adam):
    """PyTorch as most people write it: one network after the other, dropout on each hidden layer."""
    import torch
    from torch import nn

    torch.set_num_threads(case.threads)
    x, labels = map(torch.from_numpy, case.examples())
    loss_function = nn.CrossEntropyLoss()

    def network():
        layers = []
        for inputs, outputs in zip(case.sizes[:-2], case.sizes[1:-1], strict=True):
            layers += [nn.Linear(inputs, outputs), nn.ReLU(), *([nn.Dropout(case.drop_rate)] if case.drop_rate else [])]
        return nn.Sequential(*layers, nn.Linear(*case.sizes[-2:]))

    models = [network() for _ in range(case.networks)]
    optimizers = [getattr(torch.optim, case.optimizer)(model.parameters(), LEARNING_RATE, **adam) for model in models]

    def run():
        for model, optimizer in zip(models, optimizers, strict=True):
            for rows in torch.randperm(len(x)).split(case.batch):
                optimizer.zero_grad()
                loss_function(model(x[rows]), labels[rows]).backward()
                optimizer.step()

    return run


def torch_bmm(case, compiled=False):
    """PyTorch with all networks in one stack, by hand: batched products, one fused optimizer for all."""
    import torch
    from torch.nn import functional

    torch.set_num_threads(case.threads)
    x, labels = map(torch.from_numpy, case.examples())
    shapes = list(zip(case.sizes[:-1], case.sizes[1:], strict=True))
    weights = [(torch.randn(case.networks, *shape) * (2 / shape[0]) ** 0.5).requires_grad_() for shape in shapes]
    biases = [torch.zeros(case.networks, 1, outputs, requires_grad=True) for _, outputs in shapes]
    optimizer = getattr(torch.optim, case.optimizer)([*weights, *biases], LEARNING_RATE, fused=True)

    def loss(batch, wanted):
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            batch = functional.dropout(torch.relu(torch.baddbmm(bias, batch, weight)), case.drop_rate)
        logits = torch.baddbmm(biases[-1], batch, weights[-1])
        return case.networks * functional.cross_entropy(logits.flatten(0, 1), wanted.flatten())

    if compiled:
        loss = torch.compile(loss)

    def run():
        orders = torch.stack([torch.randperm(len(x)) for _ in range(case.networks)])
        for rows in orders.split(case.batch, dim=1):
            optimizer.zero_grad()
            loss(x[rows], labels[rows]).backward()
            optimizer.step()

    return run


def torch_vmap(case):
    """PyTorch with all networks in one stack by torch.func: vmap over the gradient of one network's loss."""
    import torch
    from torch.func import grad, vmap
    from torch.nn import functional

    torch.set_num_threads(case.threads)
    x, labels = map(torch.from_numpy, case.examples())
    shapes = list(zip(case.sizes[:-1], case.sizes[1:], strict=True))
    parameters = [torch.randn(case.networks, *shape) * (2 / shape[0]) ** 0.5 for shape in shapes]
    parameters += [torch.zeros(case.networks, outputs) for _, outputs in shapes]
    optimizer = getattr(torch.optim, case.optimizer)(parameters, LEARNING_RATE, fused=True)

    def loss(parameters, batch, wanted):
        weights, biases = parameters[: len(shapes)], parameters[len(shapes) :]
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            batch = functional.dropout(torch.relu(batch @ weight + bias), case.drop_rate)
        return functional.cross_entropy(batch @ weights[-1] + biases[-1], wanted)

    gradients = vmap(grad(loss), randomness="different")

    def run():
        orders = torch.stack([torch.randperm(len(x)) for _ in range(case.networks)])
        for rows in orders.split(case.batch, dim=1):
            for parameter, gradient in zip(parameters, gradients(parameters, x[rows], labels[rows]), strict=True):
                parameter.grad = gradient
            optimizer.step()

    return run


def jax_vmap(case):
    """JAX: the whole step jitted, all networks in one stack by vmap."""
    import jax
    from jax import numpy as jnp

    x, labels = case.examples()
    shapes = list(zip(case.sizes[:-1], case.sizes[1:], strict=True))
    generator = np.random.default_rng(1)
    weights = [
        generator.normal(0, (2 / shape[0]) ** 0.5, (case.networks, *shape)).astype(np.float32) for shape in shapes
    ]
    state = {
        "step": jnp.zeros(()),
        "parameters": [*weights, *(np.zeros((case.networks, size[1]), np.float32) for size in shapes)],
    }
    state["mean"] = state["square"] = jax.tree.map(jnp.zeros_like, state["parameters"])

    def loss(parameters, batch, wanted, key):
        weights, biases = parameters[: len(shapes)], parameters[len(shapes) :]
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            batch = jax.nn.relu(batch @ weight + bias)
            if case.drop_rate:
                key, used = jax.random.split(key)
                batch = batch * jax.random.bernoulli(used, 1 - case.drop_rate, batch.shape) / (1 - case.drop_rate)
        logits = jax.nn.log_softmax(batch @ weights[-1] + biases[-1])
        return -jnp.take_along_axis(logits, wanted[:, None], axis=1).mean()

    @partial(jax.jit, donate_argnums=0)
    def step(state, batch, wanted, key):
        keys = jax.random.split(key, case.networks)
        gradients = jax.vmap(jax.grad(loss))(state["parameters"], batch, wanted, keys)
        if case.optimizer == "SGD":
            return state | {
                "parameters": jax.tree.map(lambda p, g: p - LEARNING_RATE * g, state["parameters"], gradients)
            }
        t = state["step"] + 1
        mean = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, state["mean"], gradients)
        square = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, state["square"], gradients)
        parameters = jax.tree.map(
            lambda p, m, v: p - LEARNING_RATE * m / (1 - 0.9**t) / (jnp.sqrt(v / (1 - 0.999**t)) + 1e-8),
            state["parameters"],
            mean,
            square,
        )
        return {"step": t, "parameters": parameters, "mean": mean, "square": square}

    kept = {"state": jax.tree.map(jnp.array, state), "key": jax.random.key(0)}

    def run():
        orders = np.stack([generator.permutation(len(x)) for _ in range(case.networks)])
        for start in range(0, len(x), case.batch):
            rows = orders[:, start : start + case.batch]
            kept["key"], used = jax.random.split(kept["key"])
            kept["state"] = step(kept["state"], x[rows], labels[rows], used)
        jax.block_until_ready(kept["state"])

    return run


def sklearn_mlp(case):
    """scikit-learn's MLPClassifier: one network after the other, Adam, no dropout (it has none), no penalty."""
    from sklearn.neural_network import MLPClassifier

    x, labels = case.examples()
    classes = np.arange(case.sizes[-1])
    models = [
        MLPClassifier(
            case.sizes[1:-1], batch_size=case.batch, learning_rate_init=LEARNING_RATE, alpha=0, random_state=n
        )
        for n in range(case.networks)
    ]

    def run():
        for model in models:
            model.partial_fit(x, labels, classes=classes)  # one pass over x, in shuffled batches

    return run


CONTENDERS = {
    "products": products,
    "ours": ours,
    "torch": torch_eager,
    "torch, fused": partial(torch_eager, fused=True),
    "torch, bmm": torch_bmm,
    "torch, compiled": partial(torch_bmm, compiled=True),
    "torch, vmap": torch_vmap,
    "jax": jax_vmap,
    "sklearn": sklearn_mlp,
}
WITHOUT_PEERS = ("products", "ours", "torch")  # of the variants
STACKED = ("torch, bmm", "torch, compiled", "torch, vmap")
RATIOS = {  # name -> (the contenders above the line, of which the fastest counts, and the one below it)
    "ours_over_products": (("ours",), "products"),
    "torch_over_ours": (("torch",), "ours"),
    "torch_stacked_over_ours": (STACKED, "ours"),
    "sklearn_over_ours": (("sklearn",), "ours"),
    "jax_over_ours": (("jax",), "ours"),
}


@contextmanager
def cores(count):
    """Keep this program to so many cores, where the system lets it, and BLAS to as many threads."""
    before = os.sched_getaffinity(0) if hasattr(os, "sched_setaffinity") else None
    if before:
        os.sched_setaffinity(0, sorted(before)[:count])
    with threadpool_limits(count):
        yield
    if before:
        os.sched_setaffinity(0, before)


def measure(case, rounds, contenders):
    """Microseconds per network and step of each contender: a list, one number for each round; empty if missing.

    Each round goes through all contenders in turn, so that a slow moment of the machine hits all of them.
    """
    runs = {}
    times = {name: [] for name in contenders}
    with cores(case.threads):
        for name in contenders:
            with suppress(ImportError):
                runs[name] = CONTENDERS[name](case)
        for number in range(1 + rounds):
            for name, run in runs.items():
                # Ours has a stack on each core, and BLAS at one thread; and a package just imported has set its own.
                with threadpool_limits(1 if name == "ours" else case.threads):
                    start = time.perf_counter()
                    run()
                    seconds = time.perf_counter() - start
                if number:  # the first pass warms up
                    times[name].append(1e6 * seconds / (case.networks * case.steps))
    return times


def ratios(times):
    """Each of RATIOS as a quotient of medians, rounded to three digits; None where a contender is missing."""
    middle = {name: median(numbers) for name, numbers in times.items() if numbers}
    found = dict.fromkeys(RATIOS)
    for ratio, (above, below) in RATIOS.items():
        there = [middle[name] for name in above if name in middle]
        if there and below in middle:
            found[ratio] = float(f"{min(there) / middle[below]:.3g}")
    return found


def table(case, times):
    """What was measured for one case, as text."""
    lines = [
        f"{case}; microseconds per network and step",
        f"{'':20}{'median':>9}{'fastest':>9}{'slowest':>9}{'over products':>15}",
    ]
    for name, numbers in times.items():
        if numbers:
            of_products = median(numbers) / median(times["products"])
            numbers = f"{median(numbers):9.1f}{min(numbers):9.1f}{max(numbers):9.1f}{of_products:15.2f}"
        lines.append(f"{name:20}{numbers or '  not installed'}")
    return "\n".join(lines)


def machine():
    """Python, packages, BLAS, CPU and cores, as text."""
    versions = [f"Python {platform.python_version()}"]
    for package in ("numpy", "torch", "scikit-learn", "jax"):
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} missing")
    blas = {f"{pool['internal_api']} {pool['version']}" for pool in threadpool_info() if pool["user_api"] == "blas"}
    machine = f"{processor()}, {os.cpu_count()} cores"
    return f"{', '.join(versions)}\nBLAS: {', '.join(sorted(blas)) or 'unknown'}\nCPU: {machine}"


def main():
    parser = argparse.ArgumentParser(description="Time a training step of ten networks, against peers.")
    parser.add_argument("--rounds", type=int, default=21, help="how often each contender is timed (default 21)")
    parser.add_argument("--steps", type=int, help="training steps in each timing (default: 50; fewer for large sizes)")
    parser.add_argument(
        "--sizes", type=int, nargs="*", default=range(len(CASES)), help="which sizes: 0 the smallest, …"
    )
    parser.add_argument("--only", nargs="*", default=[*CONTENDERS], choices=[*CONTENDERS], help="which contenders")
    options = parser.parse_args()
    if min(options.rounds, options.steps or 1) < 1:
        parser.error("--rounds and --steps must be at least 1, for example: --rounds 21 --steps 50")
    if not set(options.sizes) <= set(range(len(CASES))):
        parser.error(f"--sizes must be from 0 to {len(CASES) - 1}, for example: --sizes 0 1")
    print(machine(), "\n", sep="")
    results = {}
    for base in (CASES[at] for at in options.sizes):
        case = replace(base, steps=options.steps or base.steps)
        times = measure(case, options.rounds, options.only)
        print(table(case, times), "\n", sep="", flush=True)
        results[case.name] = ratios(times)
        for variant in VARIANTS:
            changed = replace(case, **variant)
            there = [name for name in WITHOUT_PEERS if name in options.only]
            print(table(changed, measure(changed, options.rounds, there)), "\n", sep="", flush=True)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
