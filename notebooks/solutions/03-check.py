def my_check(forward):
    x = np.ones((100, 50))
    y, backward = forward(x, 0.2, np.random.default_rng(0))
    gone = y == 0
    two_values = np.isin(y, [0, 1.25]).all()  # refuses (b), (f) and (g)
    a_fifth = abs(gone.mean() - 0.2) < 0.03  # refuses (a), (f) and (g)
    own_coins = gone.any(axis=1).all() and gone.any(axis=0).all()  # refuses (c), (f) and (h)
    back = np.allclose(backward(np.ones_like(x)), y)  # each number: refuses (d), (e) and (i)
    return two_values and a_fifth and own_coins and back


exercises.fault_hunt(my_check)
