// AssemblyScript. Natural logarithm of a double without a table: the standard library's keeps one in static data, and
// static data of this module would overwrite tfjs's own at the bottom of the memory they share.

/** ln x to below one unit in the last place, for finite x > 0 that is not subnormal (FreeBSD msun `e_log.c`); NaN stays NaN. */
export function logarithm(x: f64): f64 {
  if (!(x > 0) || x === Infinity) return x > 0 ? x : NaN;
  // x = 2^exponent · (1 + f) with sqrt(2)/2 < 1 + f < sqrt(2)
  const bits = reinterpret<i64>(x) + 0x0009_5f62_0000_0000;
  const exponent = <f64>((bits >> 52) - 1023);
  const f = reinterpret<f64>((bits & 0x000f_ffff_ffff_ffff) + 0x3fe6_a09e_0000_0000) - 1.0;
  const s = f / (2.0 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const odd = z * (0.6666666666666735130 + w * (0.2857142874366239149 + w * (0.1818357216161805012 + w * 0.1479819860511658591)));
  const halfSquare = 0.5 * f * f;
  const low = s * (halfSquare + (even + odd)) + exponent * 1.90821492927058770002e-10;
  return low - halfSquare + f + exponent * 6.93147180369123816490e-1;
}
