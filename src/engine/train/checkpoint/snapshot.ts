// A checkpoint as plain data that another thread can write: every number copied out of the backend at one instant, into
// memory that threads share, with the texts and files that go beside them. Taking it is all that training waits for.
import path from 'node:path';
import { toJson } from '../../../runs/files/json';
import { adapterConfigText, adapterWeightsFile, configTexts, elements, generationFile, type Model } from '../../model';
import type { Tensor } from '../../tensors';
import { checkpointName } from '../checkpoint-folder';
import type { AdamW } from '../optimiser';
import { originFile, type Origin } from '../origin';
import type { TrainerState } from '../trainer-state';

export interface CheckpointContent {
  readonly model: Model;
  readonly optimiser: AdamW;
  readonly tokenizerFolder: string;
  /** Text of the base's generation_config.json; the tokens of the model's own config when left out. */
  readonly generationConfig?: string | undefined;
  /** Folder of the weights an adapter was attached to; needed when there is one. */
  readonly baseFolder?: string | undefined;
  readonly origin: Origin;
  readonly state: Omit<TrainerState, 'files'>;
}

/** A tensor's name, shape and first number in the snapshot's memory. */
interface Placed { readonly name: string; readonly shape: readonly number[]; readonly first: number }

export interface CheckpointSnapshot {
  /** Folder that will hold the checkpoint. */
  readonly final: string;
  /** f32 of every tensor, one after the other; it may be longer than they are. */
  readonly memory: SharedArrayBuffer;
  /** Of the whole model in shards, or of an adapter in one file. */
  readonly weights: { readonly file: string | undefined; readonly tensors: readonly Placed[] };
  readonly moments: readonly Placed[];
  /** Content of small files by name. */
  readonly texts: Readonly<Record<string, string>>;
  readonly tokenizerFolder: string;
  readonly state: Omit<TrainerState, 'files'>;
}

/** @param memory of an earlier snapshot that is written, to be used again when it is large enough. */
export async function takeSnapshot(checkpoints: string, content: CheckpointContent, memory?: SharedArrayBuffer): Promise<CheckpointSnapshot> {
  const { model, optimiser, tokenizerFolder, origin, state } = content;
  const final = path.join(checkpoints, checkpointName(state.step));
  const weights = model.adapter === undefined ? model.parameters : model.adapter.parameters;
  const moments = new Map([...optimiser.moments].flatMap(([name, { first, second }]) => [[`first.${name}`, first], [`second.${name}`, second]] as const));
  const count = [...weights.values(), ...moments.values()].reduce((sum, { shape }) => sum + elements(shape), 0);
  const held = memory !== undefined && memory.byteLength >= 4 * count ? memory : new SharedArrayBuffer(4 * count);
  const numbers = new Float32Array(held);
  let used = 0;
  const place = async (tensors: ReadonlyMap<string, Tensor>): Promise<Placed[]> => {
    const placed: Placed[] = [];
    for (const [name, tensor] of tensors) {
      numbers.set(await tensor.data<'float32'>(), used);
      placed.push({ name, shape: [...tensor.shape], first: used });
      used += elements(tensor.shape);
    }
    return placed;
  };
  const texts = { ...configTexts(model.config, 'f32'), ...(content.generationConfig === undefined ? {} : { [generationFile]: content.generationConfig }), [originFile]: toJson(origin) };
  return {
    final, memory: held, tokenizerFolder, state,
    weights: { file: model.adapter === undefined ? undefined : adapterWeightsFile, tensors: await place(weights) },
    moments: await place(moments),
    texts: { ...texts, ...adapterTexts(content, final) },
  };
}

/** An adapter's base is named relative to the checkpoint, so that a workspace can be moved. */
function adapterTexts({ model, baseFolder }: CheckpointContent, final: string): Readonly<Record<string, string>> {
  if (model.adapter === undefined) return {};
  if (baseFolder === undefined) throw new Error('An adapter is saved with the folder of its base, and none was given.');
  return adapterConfigText(model.adapter.settings, path.relative(final, baseFolder).split(path.sep).join('/'));
}
