"""Ten networks trained in one stack: how long does a step take, against others and against the hardware's own limit?

    python -m benchmarks.stacking

prints a table for each size, and as its last line one JSON object. What is timed, and what it gave, is in README.md.
"""

import argparse
import json
import os
import platform
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from statistics import median

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from helpers.nn import Adam, Examples, Network, mlp, train

DROP_RATE = 0.2
LEARNING_RATE = 0.001


@dataclass(frozen=True)
class Case:
    """What is timed: an epoch of `steps` training steps, by each of `networks` networks, on `threads` threads."""

    sizes: tuple[int, ...]
    batch: int
    networks: int = 10
    threads: int = 1
    steps: int = 50

    @property
    def name(self):
        return f"{'-'.join(map(str, self.sizes))}/{self.batch}"

    def examples(self):
        """Inputs (examples, features), float32, and labels: as many as an epoch of `steps` steps takes."""
        generator = np.random.default_rng(0)
        x = generator.standard_normal((self.steps * self.batch, self.sizes[0]), np.float32)
        return x, generator.integers(0, self.sizes[-1], len(x))


CASES = [Case((64, 256, 10), 32), Case((40, 128, 128, 10), 100)]


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
    """helpers.nn: all networks in one stack, dropout on each hidden layer, Adam."""
    x, labels = case.examples()
    network = Network(mlp(*case.sizes, drop_rate=DROP_RATE), seeds=range(case.networks))
    examples = Examples(x, labels, case.sizes[-1])
    epochs = train(network, examples, Adam(LEARNING_RATE), epochs=10**6, batch_size=case.batch)
    return partial(next, epochs)


def torch_eager(case, **adam):
    """PyTorch as most people write it: one network after the other, dropout on each hidden layer, Adam."""
    import torch
    from torch import nn

    torch.set_num_threads(case.threads)
    x, labels = map(torch.from_numpy, case.examples())
    loss_function = nn.CrossEntropyLoss()

    def network():
        layers = []
        for inputs, outputs in zip(case.sizes[:-2], case.sizes[1:-1], strict=True):
            layers += [nn.Linear(inputs, outputs), nn.ReLU(), nn.Dropout(DROP_RATE)]
        return nn.Sequential(*layers, nn.Linear(*case.sizes[-2:]))

    models = [network() for _ in range(case.networks)]
    optimizers = [torch.optim.Adam(model.parameters(), LEARNING_RATE, **adam) for model in models]

    def run():
        for model, optimizer in zip(models, optimizers, strict=True):
            for rows in torch.randperm(len(x)).split(case.batch):
                optimizer.zero_grad()
                loss_function(model(x[rows]), labels[rows]).backward()
                optimizer.step()

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
    "torch, fused Adam": partial(torch_eager, fused=True),
    "sklearn": sklearn_mlp,
}
RATIOS = {  # name -> (contender above the line, contender below it)
    "ours_over_products": ("ours", "products"),
    "torch_over_ours": ("torch", "ours"),
    "sklearn_over_ours": ("sklearn", "ours"),
}


def measure(case, rounds):
    """Microseconds per network and step of each contender: a list, one number for each round; empty if missing.

    Each round goes through all contenders in turn, so that a slow moment of the machine hits all of them.
    """
    runs = {}
    times = {name: [] for name in CONTENDERS}
    for name, contender in CONTENDERS.items():
        with suppress(ImportError):
            runs[name] = contender(case)
    with threadpool_limits(case.threads):  # after the imports, since it limits what is loaded by now
        for run in runs.values():
            run()  # warms up; not timed
        for _ in range(rounds):
            for name, run in runs.items():
                start = time.perf_counter()
                run()
                seconds = time.perf_counter() - start
                times[name].append(1e6 * seconds / (case.networks * case.steps))
    return times


def ratios(times):
    """Each of RATIOS as a quotient of medians, rounded to three digits; None where a contender is missing."""
    middle = {name: median(numbers) for name, numbers in times.items() if numbers}
    return {
        ratio: float(f"{middle[above] / middle[below]:.3g}") if {above, below} <= middle.keys() else None
        for ratio, (above, below) in RATIOS.items()
    }


def table(case, times):
    """What was measured for one case, as text."""
    lines = [
        f"{case.name}: {case.networks} networks, {case.threads} thread{'s' * (case.threads > 1)} each; "
        "microseconds per network and step",
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
    for package in ("numpy", "torch", "scikit-learn"):
        try:
            versions.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            versions.append(f"{package} missing")
    blas = {f"{pool['internal_api']} {pool['version']}" for pool in threadpool_info() if pool["user_api"] == "blas"}
    return f"{', '.join(versions)}\nBLAS: {', '.join(sorted(blas)) or 'unknown'}\nCPU: {cpu()}, {os.cpu_count()} cores"


def cpu():
    """The processor's name, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    parser = argparse.ArgumentParser(description="Time a training step of ten networks, against peers.")
    parser.add_argument("--rounds", type=int, default=21, help="how often each contender is timed (default 21)")
    parser.add_argument("--steps", type=int, default=50, help="training steps in each timing (default 50)")
    options = parser.parse_args()
    if min(options.rounds, options.steps) < 1:
        parser.error("--rounds and --steps must be at least 1, for example: --rounds 21 --steps 50")
    print(machine(), "\n", sep="")
    results = {}
    for base in CASES:
        case = Case(base.sizes, base.batch, base.networks, base.threads, options.steps)
        times = measure(case, options.rounds)
        print(table(case, times), "\n", sep="", flush=True)
        results[case.name] = ratios(times)
    print(json.dumps(results))


if __name__ == "__main__":
    main()
