from math import comb


def with_kept(neurons, kept):
    return comb(neurons, kept)


exercises.count_exercise(with_kept)
