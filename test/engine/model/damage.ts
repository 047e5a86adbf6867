// Ways to damage the files of a checkpoint: torn, a bit turned, a number or word of its JSON lied about, bytes put in, a part
// said twice, and values of JSON replaced by ones of another type.
import fc from 'fast-check';

export type Damage = (bytes: Buffer) => Buffer;

const cut: fc.Arbitrary<Damage> = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }).map((share) => (bytes) => bytes.subarray(0, Math.floor(share * bytes.length)));
/** Near the start, where lengths, names, formats, shapes and offsets are. */
const flip: fc.Arbitrary<Damage> = fc.tuple(fc.nat(4000), fc.integer({ min: 1, max: 255 })).map(([at, mask]) => (bytes) => {
  const copy = Buffer.from(bytes);
  copy[at % copy.length]! ^= mask;
  return copy;
});
const numbers = ['0', '-1', '1', '7', '1.5', '4096', '2147483648', '9007199254740991', '1e308', 'null', '"x"', '[]', '{}'];
const replaceNumber: fc.Arbitrary<Damage> = fc.tuple(fc.nat(), fc.constantFrom(...numbers)).map(([which, value]) => (bytes) => {
  const start = bytes.indexOf('{');
  const end = bytes.indexOf('}}') < 0 || start > 0 ? Math.max(bytes.lastIndexOf('}}'), start) + 2 : bytes.length;
  const text = bytes.subarray(start, end).toString('latin1');
  const all = [...text.matchAll(/-?\d+(\.\d+)?(e-?\d+)?|null|true|false/g)];
  const { index, 0: old } = all[which % Math.max(1, all.length)] ?? { index: 0, 0: '' };
  const json = Buffer.from(text.slice(0, index) + value + text.slice(index + old.length), 'latin1');
  const head = Buffer.from(bytes.subarray(0, start));
  if (head.length === 8) head.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([head, json, bytes.subarray(end)]);
});
const insert: fc.Arbitrary<Damage> = fc.tuple(fc.nat(4000), fc.uint8Array({ minLength: 1, maxLength: 9 })).map(([at, more]) => (bytes) =>
  Buffer.concat([bytes.subarray(0, at % bytes.length), more, bytes.subarray(at % bytes.length)]));
/** Bytes that are no UTF-8 in place of some. */
const notText: fc.Arbitrary<Damage> = fc.nat(4000).map((at) => (bytes) => {
  const copy = Buffer.from(bytes);
  copy.set([0xff, 0xc0].slice(0, copy.length), at % Math.max(1, copy.length - 1));
  return copy;
});
/** Everything once more behind it, or a stretch of it. */
const twice: fc.Arbitrary<Damage> = fc.boolean().map((isWhole) => (bytes) => Buffer.concat([bytes, isWhole ? bytes : bytes.subarray(bytes.length >> 1)]));

export const damages: fc.Arbitrary<Damage> = fc.oneof(cut, flip, replaceNumber, insert, notText, twice);

const values: readonly unknown[] = [null, -1, 1e300, 0.5, 2 ** 53, '', '../../x', 'x'.repeat(100_000), [], {}, [[]], true, { toString: 1 }];

/** Of a JSON object one value, at any depth, is another; or a key is gone. */
export const jsonDamages: fc.Arbitrary<Damage> = fc.tuple(fc.nat(), fc.constantFrom(...values), fc.boolean()).map(([which, value, isGone]) => (bytes) => {
  const json: unknown = parsed(bytes);
  const places = placesOf(json);
  if (places.length === 0) return Buffer.from(JSON.stringify(value));
  const [holder, key] = places[which % places.length]!;
  if (isGone) Reflect.deleteProperty(holder, key);
  else holder[key] = value;
  return Buffer.from(JSON.stringify(json));
});

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

function placesOf(json: unknown): [holder: Record<string, unknown>, key: string][] {
  if (typeof json !== 'object' || json === null) return [];
  const holder = json as Record<string, unknown>;
  return Object.keys(holder).flatMap((key): [Record<string, unknown>, string][] => [[holder, key], ...placesOf(holder[key])]);
}
