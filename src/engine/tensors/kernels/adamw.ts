// AssemblyScript. One AdamW update in place. The scalars come ready from the caller, who computes them in doubles.
import { at } from './simd';

/**
 * g = gradient·gradientScale; m = beta1·m + (1−beta1)·g; v = beta2·v + (1−beta2)·g²;
 * p = keep·p − stepSize·m / (sqrt(v)·inverseRootCorrection2 + epsilon).
 */
export function adamw(
  parameter: usize, gradient: usize, firstMoment: usize, secondMoment: usize, n: i32,
  gradientScale: f32, beta1: f32, oneMinusBeta1: f32, beta2: f32, oneMinusBeta2: f32,
  keep: f32, stepSize: f32, inverseRootCorrection2: f32, epsilon: f32,
): void {
  const scale4 = f32x4.splat(gradientScale), beta1x4 = f32x4.splat(beta1), new1x4 = f32x4.splat(oneMinusBeta1);
  const beta2x4 = f32x4.splat(beta2), new2x4 = f32x4.splat(oneMinusBeta2), keep4 = f32x4.splat(keep);
  const step4 = f32x4.splat(stepSize), correction4 = f32x4.splat(inverseRootCorrection2), epsilon4 = f32x4.splat(epsilon);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const g = f32x4.mul(v128.load(at(gradient, i)), scale4);
    const m = f32x4.add(f32x4.mul(v128.load(at(firstMoment, i)), beta1x4), f32x4.mul(g, new1x4));
    const v = f32x4.add(f32x4.mul(v128.load(at(secondMoment, i)), beta2x4), f32x4.mul(f32x4.mul(g, g), new2x4));
    v128.store(at(firstMoment, i), m);
    v128.store(at(secondMoment, i), v);
    const change = f32x4.div(f32x4.mul(m, step4), f32x4.add(f32x4.mul(f32x4.sqrt(v), correction4), epsilon4));
    v128.store(at(parameter, i), f32x4.sub(f32x4.mul(v128.load(at(parameter, i)), keep4), change));
  }
  for (; i < n; i++) {
    const g = load<f32>(at(gradient, i)) * gradientScale;
    const m = load<f32>(at(firstMoment, i)) * beta1 + g * oneMinusBeta1;
    const v = load<f32>(at(secondMoment, i)) * beta2 + g * g * oneMinusBeta2;
    store<f32>(at(firstMoment, i), m);
    store<f32>(at(secondMoment, i), v);
    const change = (m * stepSize) / (sqrt<f32>(v) * inverseRootCorrection2 + epsilon);
    store<f32>(at(parameter, i), load<f32>(at(parameter, i)) * keep - change);
  }
}
