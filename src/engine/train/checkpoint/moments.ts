// AdamW's moments out of a checkpoint.
import path from 'node:path';
import { readSafetensors } from '../../model';
import { tensor, variable, type Variable } from '../../tensors';
import type { Moments } from '../optimiser';
import { momentsFile } from './messages';

/** The moments of a checkpoint, as they were to the bit, for the parameters of its model. */
export async function readMoments(folder: string, parameters: ReadonlyMap<string, Variable>): Promise<Map<string, Moments>> {
  const { tensors } = await readSafetensors(path.join(folder, momentsFile));
  const read = (name: string): Variable => {
    const stored = tensors.get(name);
    if (stored === undefined) throw new Error(`${momentsFile} of ${folder} lacks ${name}.`);
    const initial = tensor(stored.data, [...stored.shape], 'float32');
    const moment = variable(initial, false);
    initial.dispose();
    return moment;
  };
  return new Map([...parameters.keys()].map((name) => [name, { first: read(`first.${name}`), second: read(`second.${name}`) }]));
}
