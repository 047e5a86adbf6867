// Python's random.Random as far as lm-evaluation-harness draws with it: the Mersenne Twister seeded with a whole number,
// and `sample` (CPython 3.11, Lib/random.py and Modules/_randommodule.c), number for number. Everything else draws from
// random.ts.

const stateWords = 624;
const shift = 397;

export class PythonRandom {
  readonly #state = new Uint32Array(stateWords);
  #next = stateWords;

  /** @param seed 0 … 2^53 − 1. */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`A seed is a whole number from 0, not ${seed}.`);
    const words = [seed >>> 0];
    if (seed > 0xffffffff) words.push(Math.floor(seed / 2 ** 32));
    this.#seedWith(words);
  }

  /** `count` of the items, each place at most once, in the order they are drawn. Throws a RangeError when there are fewer. */
  sample<T>(items: readonly T[], count: number): T[] {
    const n = items.length;
    if (count < 0 || count > n) throw new RangeError(`Cannot draw ${count} of ${n}.`);
    return n <= largestPool(count) ? this.#sampleFromPool(items, count) : this.#sampleDistinct(items, count);
  }

  /** The first `count` numbers of what is drawn move out of the pool; the last takes the place of each. */
  #sampleFromPool<T>(items: readonly T[], count: number): T[] {
    const pool = [...items];
    return Array.from({ length: count }, (_, i) => {
      const j = this.#below(items.length - i);
      const drawn = pool[j]!;
      pool[j] = pool[items.length - i - 1]!;
      return drawn;
    });
  }

  #sampleDistinct<T>(items: readonly T[], count: number): T[] {
    const selected = new Set<number>();
    while (selected.size < count) selected.add(this.#below(items.length));
    return Array.from(selected, (j) => items[j]!);
  }

  /** Uniform in [0, n), n up to 2^32. */
  #below(n: number): number {
    const bits = Math.floor(Math.log2(n)) + 1;
    for (;;) {
      const value = this.#word() >>> (32 - bits);
      if (value < n) return value;
    }
  }

  /** init_by_array of Matsumoto and Nishimura's mt19937ar.c. */
  #seedWith(key: readonly number[]): void {
    const state = this.#state;
    state[0] = 19650218;
    for (let i = 1; i < stateWords; i++) state[i] = Math.imul(1812433253, mixed(state[i - 1]!)) + i;
    let i = 1;
    const advance = (): void => {
      i += 1;
      if (i < stateWords) return;
      state[0] = state[stateWords - 1]!;
      i = 1;
    };
    for (let step = 0; step < Math.max(stateWords, key.length); step++) {
      const j = step % key.length;
      state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1664525)) + key[j]! + j;
      advance();
    }
    for (let step = 0; step < stateWords - 1; step++) {
      state[i] = (state[i]! ^ Math.imul(mixed(state[i - 1]!), 1566083941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  /** The next 32 bits. */
  #word(): number {
    if (this.#next === stateWords) this.#twist();
    let y = this.#state[this.#next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  #twist(): void {
    const state = this.#state;
    for (let k = 0; k < stateWords; k++) {
      const y = (state[k]! & 0x80000000) | (state[(k + 1) % stateWords]! & 0x7fffffff);
      state[k] = state[(k + shift) % stateWords]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#next = 0;
  }
}

/** The population up to which CPython moves a list about instead of remembering what it drew. */
function largestPool(count: number): number {
  return count <= 5 ? 21 : 21 + 4 ** Math.ceil(Math.log(count * 3) / Math.log(4));
}

function mixed(word: number): number {
  return word ^ (word >>> 30);
}
