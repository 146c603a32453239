// Keeps the compiler busy, and its memory full.
// Course: build-limit seconds 10
// Does not compile.
let bomb = [[[[[[[[[[1 + 2.0 * 3 - 4 / 5 + 6 % 7, 1.0 as Any], [nil]], [[1]]], 2 + 3 * 4.5 - 1]]]]]]]
  + [[[[[[[1 + 2.0 * 3 - 4 / 5, "a" + "b"]]]]]]] + [1, 2.5, "three", nil, [4], [5.5, [6, "7"]]]
  + [-1 + -2 * -3 / -4 + -5.5, 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1.0 + "x".count + 1 + 1]
func attack() {}
