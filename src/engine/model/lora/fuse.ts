// Adapters written when transformers held each expert in linear layers of its own have a pair of matrices for each of w1,
// w2 and w3. Here they become those of transformers 5, as PEFT's own conversion does it: of an expert, A of w1 over A of
// w3, and B of the two in a block diagonal, so that the product is the same.
// Legend: E experts, R rank of one of them, W times it (2 for w1 and w3), O outputs, I inputs.
import type { StoredTensor } from '../safetensors/read';
import { loraName, type AdapterPlace } from './places';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** The tensors with those of single experts fused, and the router's called as transformers 5 does. `mismatch` makes the error of a tensor that does not fit. */
export function fuseExperts(tensors: Tensors, places: readonly AdapterPlace[], mismatch: (tensor: string, message: string) => Error): Map<string, StoredTensor> {
  const renamed = new Map([...tensors].map(([name, tensor]) => [name.replace('.block_sparse_moe.gate.', '.mlp.gate.'), tensor]));
  for (const place of places) {
    const [, layer, parameter] = /^(.+)\.mlp\.experts\.(\w+)$/.exec(place.name) ?? [];
    const moduleOf = (expert: number, matrix: string): string => `${layer}.block_sparse_moe.experts.${expert}.${matrix}`;
    const matrices = parameter === 'down_proj' ? ['w2'] : ['w1', 'w3'];
    if (layer === undefined || !renamed.has(loraName({ module: moduleOf(0, matrices[0]!) }, 'A'))) continue;
    fusePlace(renamed, place, matrices, moduleOf, mismatch);
  }
  return renamed;
}

/** Replaces the pairs of one place's experts by one pair. */
function fusePlace(
  tensors: Map<string, StoredTensor>, place: AdapterPlace, matrices: readonly string[], moduleOf: (expert: number, matrix: string) => string,
  mismatch: (tensor: string, message: string) => Error,
): void {
  const { experts = 1, inputs: I, outputs, rank } = place;
  const R = rank / matrices.length;
  const O = outputs / matrices.length;
  const take = (module: string, which: 'A' | 'B', shape: readonly number[]): Float32Array => {
    const name = loraName({ module }, which);
    const found = tensors.get(name);
    tensors.delete(name);
    if (found?.shape.join() === shape.join()) return found.data;
    throw mismatch(name, found === undefined ? 'the adapter lacks this tensor' : `the model asks for the shape [${shape.join(', ')}], the file has [${found.shape.join(', ')}]`);
  };
  const a = new Float32Array(experts * rank * I);
  const b = new Float32Array(outputs * rank * experts);
  for (let e = 0; e < experts; e++) {
    matrices.forEach((matrix, part) => {
      a.set(take(moduleOf(e, matrix), 'A', [R, I]), (e * rank + part * R) * I);
      const own = take(moduleOf(e, matrix), 'B', [O, R]);
      own.forEach((value, at) => {
        const [row, column] = [part * O + Math.floor(at / R), part * R + (at % R)];
        b[(row * rank + column) * experts + e] = value;
      });
    });
  }
  tensors.set(loraName(place, 'A'), { shape: [rank * experts, I], data: a });
  tensors.set(loraName(place, 'B'), { shape: [outputs, rank * experts], data: b });
}
