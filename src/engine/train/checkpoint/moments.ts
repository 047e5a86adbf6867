// AdamW's moments out of a checkpoint.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { readSafetensors } from '../../model';
import { tensor, variable, type Variable } from '../../tensors';
import type { Moments } from '../optimiser';
import { momentsFile } from './messages';

/** The moments of a checkpoint, as they were to the bit, for the parameters of its model. */
export async function readMoments(folder: string, parameters: ReadonlyMap<string, Variable>): Promise<Map<string, Moments>> {
  const file = path.join(folder, momentsFile);
  const { tensors } = await readSafetensors(file);
  const wrong = (key: string, message: string): Error => userError({
    code: 'checkpoint-optimiser', file, key, message, next: 'Remove this checkpoint\'s folder, and resume: the run goes on from the one before it.',
  });
  for (const [name, { shape }] of parameters) {
    for (const moment of [`first.${name}`, `second.${name}`]) {
      const stored = tensors.get(moment);
      if (stored === undefined) throw wrong(moment, 'the optimiser\'s state lacks this tensor');
      if (stored.shape.join() !== shape.join()) throw wrong(moment, `the model asks for the shape [${shape.join(', ')}], the file has [${stored.shape.join(', ')}]`);
    }
  }
  const read = (name: string): Variable => {
    const stored = tensors.get(name)!;
    const initial = tensor(stored.data, [...stored.shape], 'float32');
    const moment = variable(initial, false);
    initial.dispose();
    return moment;
  };
  return new Map([...parameters.keys()].map((name) => [name, { first: read(`first.${name}`), second: read(`second.${name}`) }]));
}
