def practise(x, share, coins):
    # 1 - share of the pixels are kept: divided by it, each is on average what it was
    return x * (coins >= share) / (1 - share)


exercises.practise_exercise(practise)
