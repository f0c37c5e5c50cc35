def my_check(forward):
    x = np.arange(1.0, 5001).reshape(100, 50)
    random = np.random.default_rng(0)
    y, backward = forward(x, 0.2, random)
    again, _ = forward(x, 0.2, random)
    gone = y == 0
    two_values = np.isin(y / x, [0, 1.25]).all()  # refuses (b), (f) and (g)
    a_fifth = abs(gone.mean() - 0.2) < 0.03  # refuses (a), (f) and (g)
    own_coins = gone.any(axis=1).all() and gone.any(axis=0).all()  # refuses (c), (f) and (h)
    new_coins = (again != y).any()  # refuses (f) and (j)
    back = np.allclose(backward(x), y)  # number by number: refuses (d), (e) and (i)
    return two_values and a_fifth and own_coins and new_coins and back


exercises.fault_hunt(my_check)
