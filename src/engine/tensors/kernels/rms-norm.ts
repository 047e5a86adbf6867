// AssemblyScript. Root mean square normalisation and its gradient.
// Legend: N rows, D hidden; r = 1 / sqrt(mean(x²) + epsilon), of each row.
import { dot } from './gemv';
import { at, horizontalSum } from './simd';

// @ts-ignore: decorator
@inline
function inverseRootMeanSquare(x: usize, size: i32, epsilon: f32): f32 {
  return <f32>1 / sqrt<f32>(dot(x, x, size) / <f32>size + epsilon);
}

/** y = x · r · weight. */
export function rmsNorm(x: usize, weight: usize, y: usize, rows: i32, size: i32, epsilon: f32): void {
  for (let row = 0; row < rows; row++) {
    const r = inverseRootMeanSquare(x, size, epsilon);
    const r4 = f32x4.splat(r);
    let j = 0;
    for (; j + 4 <= size; j += 4) {
      v128.store(at(y, j), f32x4.mul(f32x4.mul(v128.load(at(x, j)), r4), v128.load(at(weight, j))));
    }
    for (; j < size; j++) store<f32>(at(y, j), load<f32>(at(x, j)) * r * load<f32>(at(weight, j)));
    x = at(x, size);
    y = at(y, size);
  }
}

/** dx = r · (dy·weight − x̂ · mean(dy·weight·x̂)) with x̂ = x·r, and dWeight [D] = Σ over these rows of dy·x̂. */
export function rmsNormGradient(
  x: usize, weight: usize, dy: usize, dx: usize, dWeight: usize, rows: i32, size: i32, epsilon: f32,
): void {
  memory.fill(dWeight, 0, <usize>size << 2);
  const body = size & ~3;
  for (let row = 0; row < rows; row++) {
    const r = inverseRootMeanSquare(x, size, epsilon);
    const r4 = f32x4.splat(r);
    let sum4 = f32x4.splat(0);
    for (let j = 0; j < body; j += 4) {
      const product = f32x4.mul(v128.load(at(dy, j)), f32x4.mul(v128.load(at(x, j)), r4));
      sum4 = f32x4.add(sum4, f32x4.mul(product, v128.load(at(weight, j))));
      v128.store(at(dWeight, j), f32x4.add(v128.load(at(dWeight, j)), product));
    }
    let sum = horizontalSum(sum4);
    for (let j = body; j < size; j++) {
      const product = load<f32>(at(dy, j)) * (load<f32>(at(x, j)) * r);
      sum += product * load<f32>(at(weight, j));
      store<f32>(at(dWeight, j), load<f32>(at(dWeight, j)) + product);
    }
    const mean = sum / <f32>size;
    const mean4 = f32x4.splat(mean);
    for (let j = 0; j < body; j += 4) {
      const normalised = f32x4.mul(v128.load(at(x, j)), r4);
      const direct = f32x4.mul(v128.load(at(dy, j)), v128.load(at(weight, j)));
      v128.store(at(dx, j), f32x4.mul(r4, f32x4.sub(direct, f32x4.mul(normalised, mean4))));
    }
    for (let j = body; j < size; j++) {
      const direct = load<f32>(at(dy, j)) * load<f32>(at(weight, j));
      store<f32>(at(dx, j), r * (direct - load<f32>(at(x, j)) * r * mean));
    }
    x = at(x, size);
    dy = at(dy, size);
    dx = at(dx, size);
  }
}
