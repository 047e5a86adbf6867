// AssemblyScript. The gated activation silu(gate) · up and its gradient, over n elements.
import { at, exp4 } from './simd';

// @ts-ignore: decorator
@inline
function sigmoid4(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.add(f32x4.splat(1), exp4(f32x4.neg(x))));
}

// @ts-ignore: decorator
@inline
function forward4(gate: v128, up: v128): v128 {
  return f32x4.mul(f32x4.mul(gate, sigmoid4(gate)), up);
}

/** silu′(g) = s + g·s·(1 − s) with s = sigmoid(g). */
// @ts-ignore: decorator
@inline
function siluSlope4(gate: v128, s: v128): v128 {
  const silu = f32x4.mul(gate, s);
  return f32x4.add(s, f32x4.sub(silu, f32x4.mul(silu, s)));
}

export function swiglu(gate: usize, up: usize, y: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) v128.store(at(y, i), forward4(v128.load(at(gate, i)), v128.load(at(up, i))));
  for (; i < n; i++) {
    const value = forward4(v128.load32_splat(at(gate, i)), v128.load32_splat(at(up, i)));
    store<f32>(at(y, i), f32x4.extract_lane(value, 0));
  }
}

export function swigluGradient(gate: usize, up: usize, dy: usize, dGate: usize, dUp: usize, n: i32): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const g = v128.load(at(gate, i)), dy4 = v128.load(at(dy, i)), s = sigmoid4(g);
    v128.store(at(dUp, i), f32x4.mul(dy4, f32x4.mul(g, s)));
    v128.store(at(dGate, i), f32x4.mul(f32x4.mul(dy4, v128.load(at(up, i))), siluSlope4(g, s)));
  }
  for (; i < n; i++) {
    const g = v128.load32_splat(at(gate, i)), dy4 = v128.load32_splat(at(dy, i)), s = sigmoid4(g);
    store<f32>(at(dUp, i), f32x4.extract_lane(f32x4.mul(dy4, f32x4.mul(g, s)), 0));
    const dGate4 = f32x4.mul(f32x4.mul(dy4, v128.load32_splat(at(up, i))), siluSlope4(g, s));
    store<f32>(at(dGate, i), f32x4.extract_lane(dGate4, 0));
  }
}
