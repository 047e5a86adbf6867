// The backward pass over tfjs's tape, by our own loop: tfjs's keeps the gradient of every activation to its end, and adds
// gradients that meet into new tensors. This one frees a gradient as soon as it has been passed on, and adds in place.
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { getFilteredNodesXToY, type TapeNode } from '@tensorflow/tfjs-core/dist/tape';
import { wasmHeap } from './heap';

/** What of tfjs's engine its types call private. */
interface TapeEngine {
  readonly state: { activeTape: TapeNode[] | null };
  startTape(): void;
  endTape(): void;
  scopedRun<T>(start: () => void, end: () => void, f: () => T): T;
}

export interface Differentiated {
  readonly value: Tensor;
  /** In the order of the inputs; undefined for one the value does not depend on. */
  readonly gradients: readonly (Tensor | undefined)[];
}

/**
 * Runs `f` on a tape of its own and differentiates what it gives by `inputs`. May be called in the middle of a backward
 * pass. Everything else `f` and the pass made is disposed.
 * @param dy gradient by the value; ones when left out. It is disposed.
 */
export function differentiate(f: () => Tensor, inputs: readonly Tensor[], dy?: Tensor): Differentiated {
  const engine = tf.engine() as unknown as TapeEngine;
  const outer = engine.state.activeTape;
  try {
    const value = engine.scopedRun(() => { engine.startTape(); }, () => { engine.endTape(); }, () => tf.tidy(f));
    const tape = engine.state.activeTape ?? [];
    let gradients: (Tensor | undefined)[] = [];
    tf.tidy(() => {
      gradients = passBack(getFilteredNodesXToY(tape, [...inputs], value), inputs, value, dy ?? tf.onesLike(value));
      return gradients.filter((gradient) => gradient !== undefined);
    });
    for (const { saved } of tape) tf.dispose(saved ?? []);
    return { value, gradients };
  } finally {
    engine.state.activeTape = outer;
  }
}

/** @param nodes those between inputs and value, in the order they ran. */
function passBack(nodes: readonly TapeNode[], inputs: readonly Tensor[], value: Tensor, dy: Tensor): (Tensor | undefined)[] {
  const found = new Map<number, Tensor>([[value.id, dy]]);
  const asked = new Set(inputs.map(({ id }) => id));
  for (const { outputs, inputs: nodeInputs, gradient, kernelName } of [...nodes].reverse()) {
    if (gradient === undefined) throw new Error(`${kernelName} has no gradient.`);
    const dys = outputs.map(({ id }) => found.get(id) ?? null);
    const makers = gradient(dys as Tensor[]); // tfjs takes null for an output that does not matter
    for (const [name, x] of Object.entries(nodeInputs)) {
      const dx = tf.tidy(() => makers[name]!());
      const before = found.get(x.id);
      found.set(x.id, before === undefined ? dx : sum(before, dx));
    }
    for (const { id } of outputs) {
      const dOutput = found.get(id);
      if (dOutput === undefined || asked.has(id)) continue;
      found.delete(id);
      const isPassedOn = Object.values(nodeInputs).some((x) => found.get(x.id) === dOutput);
      if (!isPassedOn) dOutput.dispose();
    }
  }
  return inputs.map(({ id }) => found.get(id));
}

/** a + b, in place of `a` where nothing else has its data; both are used up. */
function sum(a: Tensor, b: Tensor): Tensor {
  const heap = wasmHeap();
  if (heap?.isSoleOwner(a) === true && a !== b) {
    heap.kernels.addInPlace(heap.pointer(a), heap.pointer(b), a.size);
    b.dispose();
    return a;
  }
  const both = tf.add(a, b);
  tf.dispose([a, b]);
  return both;
}
