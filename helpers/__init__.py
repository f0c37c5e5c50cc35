"""What the notebooks import: `nn` is the network, `lab` the experiments, `classroom` what a learner touches,
`lessons` what belongs to one lesson alone.
"""
