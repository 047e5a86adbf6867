// AssemblyScript. Rows by id, and their gradient.
// Legend: N rows, V vocabulary, D hidden.
import { at } from './simd';
import { addInPlace } from './vector';

/** x [N, D] = weight [V, D] at ids [N]. Returns −1, or the first row whose id is outside the vocabulary. */
export function gatherRows(weight: usize, ids: usize, x: usize, rows: i32, vocabularySize: i32, size: i32): i32 {
  const bytes = <usize>size << 2;
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(at(ids, row));
    if (<u32>id >= <u32>vocabularySize) return row;
    memory.copy(at(x, row * size), at(weight, id * size), bytes);
  }
  return -1;
}

/** Rows firstId … firstId + count of dWeight [V, D]: rows of dx [N, D] summed by id, in the order of the rows; the row of `frozenId` (−1 for none) stays zero. */
export function scatterAddRows(dx: usize, ids: usize, dWeight: usize, rows: i32, firstId: i32, count: i32, size: i32, frozenId: i32): void {
  memory.fill(at(dWeight, firstId * size), 0, <usize>(count * size) << 2);
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(at(ids, row));
    if (<u32>(id - firstId) < <u32>count && id != frozenId) addInPlace(at(dWeight, id * size), at(dx, row * size), size);
  }
}
