// AssemblyScript. Cross-entropy of integer targets over rows of logits, its gradient, and what scoring reads.
// Exponentials are floats; their sums, the logarithm and the sum over rows are doubles.
// Legend: N rows, V vocabulary (`size`).
import { logarithm } from './logarithm';
import { addFloatsToDoubles, at, exp1, exp4, horizontalMax, horizontalSumDouble } from './simd';

function largest(x: usize, size: i32): f32 {
  let best4 = f32x4.splat(-Infinity);
  let j = 0;
  for (; j + 4 <= size; j += 4) best4 = f32x4.max(best4, v128.load(at(x, j)));
  let best = horizontalMax(best4);
  for (; j < size; j++) best = max(best, load<f32>(at(x, j)));
  return best;
}

/** ln Σ exp(x − shift). */
function logSumExp(x: usize, size: i32, shift: f32): f64 {
  const shift4 = f32x4.splat(shift);
  let sum = f64x2.splat(0);
  let j = 0;
  for (; j + 16 <= size; j += 16) {
    const e0 = exp4(f32x4.sub(v128.load(at(x, j)), shift4)), e1 = exp4(f32x4.sub(v128.load(at(x, j + 4)), shift4));
    const e2 = exp4(f32x4.sub(v128.load(at(x, j + 8)), shift4)), e3 = exp4(f32x4.sub(v128.load(at(x, j + 12)), shift4));
    sum = addFloatsToDoubles(sum, f32x4.add(f32x4.add(e0, e1), f32x4.add(e2, e3)));
  }
  let total = horizontalSumDouble(sum);
  for (; j < size; j++) total += <f64>exp1(load<f32>(at(x, j)) - shift);
  return logarithm(total);
}

/** loss [N] (f64) = −log softmax(logits)[target], 0 for rows whose target is −1. Keeps the logarithm of each row's normaliser in `normaliser` [N]. */
export function crossEntropy(logits: usize, targets: usize, normaliser: usize, loss: usize, rows: i32, size: i32): void {
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(at(targets, row));
    let own: f64 = 0;
    if (target >= 0) {
      const shift = largest(logits, size);
      const logSum = logSumExp(logits, size, shift);
      own = logSum + (<f64>shift - <f64>load<f32>(at(logits, target)));
      store<f32>(at(normaliser, row), <f32>(<f64>shift + logSum));
    }
    store<f64>(loss + (<usize>row << 3), own);
    logits = at(logits, size);
  }
}

/** dLogits = (softmax(logits) − one-hot target) · scale · the float at `dLoss`; zero for rows whose target is −1. */
export function crossEntropyGradient(
  logits: usize, targets: usize, normaliser: usize, dLoss: usize, dLogits: usize, rows: i32, size: i32, scale: f32,
): void {
  const factor = scale * load<f32>(dLoss);
  const factor4 = f32x4.splat(factor);
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(at(targets, row));
    if (target < 0) {
      memory.fill(dLogits, 0, <usize>size << 2);
    } else {
      const shift = load<f32>(at(normaliser, row));
      const shift4 = f32x4.splat(shift);
      let j = 0;
      for (; j + 4 <= size; j += 4) {
        v128.store(at(dLogits, j), f32x4.mul(exp4(f32x4.sub(v128.load(at(logits, j)), shift4)), factor4));
      }
      for (; j < size; j++) store<f32>(at(dLogits, j), exp1(load<f32>(at(logits, j)) - shift) * factor);
      store<f32>(at(dLogits, target), load<f32>(at(dLogits, target)) - factor);
    }
    logits = at(logits, size);
    dLogits = at(dLogits, size);
  }
}

/** For rows with a target ≥ 0: its log-likelihood (f64), and whether it is the first of the most likely (u8). */
export function logLikelihoods(logits: usize, targets: usize, likelihood: usize, isGreedy: usize, rows: i32, size: i32): void {
  for (let row = 0; row < rows; row++) {
    const target = load<i32>(at(targets, row));
    let greedy: u8 = 0;
    let value: f64 = 0;
    if (target >= 0) {
      const shift = largest(logits, size);
      const logit = load<f32>(at(logits, target));
      value = <f64>logit - <f64>shift - logSumExp(logits, size, shift);
      greedy = logit === shift ? 1 : 0;
      for (let j = 0; greedy !== 0 && j < target; j++) if (load<f32>(at(logits, j)) === shift) greedy = 0;
    }
    store<f64>(likelihood + (<usize>row << 3), value);
    store<u8>(isGreedy + row, greedy);
    logits = at(logits, size);
  }
}
