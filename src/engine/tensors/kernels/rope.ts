// AssemblyScript. Rotary position embedding, rotate-half layout. Its gradient is the turn by the negative angle.
import { at } from './simd';

/** y = x [rows, heads, 2·half] turned by the angles of its row; `direction` 1 forward, −1 for the gradient. */
export function rope(x: usize, cos: usize, sin: usize, y: usize, rows: i32, heads: i32, half: i32, direction: f32): void {
  const direction4 = f32x4.splat(direction);
  for (let row = 0; row < rows; row++) {
    for (let head = 0; head < heads; head++) {
      const x2 = at(x, half), y2 = at(y, half);
      let j = 0;
      for (; j + 4 <= half; j += 4) {
        const first = v128.load(at(x, j)), second = v128.load(at(x2, j));
        const c = v128.load(at(cos, j)), s = f32x4.mul(v128.load(at(sin, j)), direction4);
        v128.store(at(y, j), f32x4.sub(f32x4.mul(first, c), f32x4.mul(second, s)));
        v128.store(at(y2, j), f32x4.add(f32x4.mul(second, c), f32x4.mul(first, s)));
      }
      for (; j < half; j++) {
        const first = load<f32>(at(x, j)), second = load<f32>(at(x2, j));
        const c = load<f32>(at(cos, j)), s = load<f32>(at(sin, j)) * direction;
        store<f32>(at(y, j), first * c - second * s);
        store<f32>(at(y2, j), second * c + first * s);
      }
      x = at(x2, half);
      y = at(y2, half);
    }
    cos = at(cos, half);
    sin = at(sin, half);
  }
}
