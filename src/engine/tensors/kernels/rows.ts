// AssemblyScript. Kernels over rows: a bias and its gradient, and rows of experts joined into the rows of tokens.
// Legend: N rows of tokens, A rows of assignments (a token to one of its experts), D features.
import { dot } from './gemv';
import { at } from './simd';
import { addInPlace, addScaled } from './vector';

/** y [N, D] += bias [D] in every row. */
export function addToRows(y: usize, bias: usize, rows: i32, size: i32): void {
  for (let row = 0; row < rows; row++) addInPlace(at(y, row * size), bias, size);
}

/** sum [count] = as many columns of x [N, D], from the one at `x` on, each added in the order of the rows. */
export function sumOfRows(x: usize, sum: usize, rows: i32, size: i32, count: i32): void {
  memory.fill(sum, 0, <usize>count << 2);
  for (let row = 0; row < rows; row++) addInPlace(sum, at(x, row * size), count);
}

/** Rows firstRow … firstRow + count of y [N, D] = Σ over the assignments of a row of weight [A] · x [A, D], in the order of the assignments. */
export function combineRows(x: usize, weight: usize, rowOf: usize, y: usize, assignments: i32, firstRow: i32, count: i32, size: i32): void {
  memory.fill(at(y, firstRow * size), 0, <usize>(count * size) << 2);
  for (let a = 0; a < assignments; a++) {
    const row = load<i32>(at(rowOf, a));
    if (<u32>(row - firstRow) < <u32>count) addScaled(at(y, row * size), at(x, a * size), load<f32>(at(weight, a)), size);
  }
}

/** dx [A, D] = weight · dy of the assignment's row; dWeight [A] = x · dy. */
export function combineRowsGradient(
  x: usize, weight: usize, rowOf: usize, dy: usize, dx: usize, dWeight: usize, assignments: i32, size: i32,
): void {
  memory.fill(dx, 0, <usize>(assignments * size) << 2);
  for (let a = 0; a < assignments; a++) {
    const dyRow = at(dy, load<i32>(at(rowOf, a)) * size);
    addScaled(at(dx, a * size), dyRow, load<f32>(at(weight, a)), size);
    store<f32>(at(dWeight, a), dot(at(x, a * size), dyRow, size));
  }
}
