"""How fast is it, against what else there is? Each module runs by `python -m benchmarks.<module>`."""
