def my_check(forward):
    x = np.full((200, 100), 2.0)
    y, backward = forward(x, 0.2, np.random.default_rng(0))
    gone = y == 0
    about_a_fifth = abs(gone.mean() - 0.2) < 0.02  # refuses: rate for keep, never drops
    scaled = np.allclose(y[~gone], 2.5)  # refuses: no rescaling
    own_coins = gone.any(axis=1).all()  # refuses: one draw for a whole row
    back = np.allclose(backward(np.ones_like(x)), y / 2)  # refuses: mask or scale missing
    return bool(about_a_fifth and scaled and own_coins and back)


exercises.fault_hunt(my_check)
