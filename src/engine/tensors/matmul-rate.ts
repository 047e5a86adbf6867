// How fast this backend multiplies matrices here and now: what `doctor` prints.
import { dispose, randomUniform } from '@tensorflow/tfjs-core';
import type { Rank } from '@tensorflow/tfjs-core';
import { linear } from './operations/linear';

/**
 * Best of several products of two square matrices, in units of 10^9 floating-point operations a second.
 * @param nowMs what time is read from.
 */
export async function matmulRate(size = 512, repeats = 8, nowMs = (): number => performance.now()): Promise<number> {
  const a = randomUniform<Rank.R2>([size, size], -1, 1);
  const b = randomUniform<Rank.R2>([size, size], -1, 1);
  let best = Infinity;
  for (let i = 0; i < repeats; i++) {
    const started = nowMs();
    const product = linear(a, b);
    await product.data();
    best = Math.min(best, nowMs() - started);
    product.dispose();
  }
  dispose([a, b]);
  return (2 * size ** 3) / (best * 1e6);
}
