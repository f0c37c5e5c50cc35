"""What the lessons import: `nn` is the network, `lab` the experiments, `classroom` what a learner touches."""
