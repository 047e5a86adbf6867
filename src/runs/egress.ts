// Whether a checkpoint or a question set may leave this machine: preclinical.json beside it says so. The engine refuses by
// it; the editor asks no one for a consent that would be refused.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readJson } from './files/json';

/** In the folder of a checkpoint or of question sets. */
export const originFile = 'preclinical.json';

export type Egress = 'allowed' | 'never';

/** A file without a record may leave; one whose record cannot be read may not. */
export async function egressOf(folder: string): Promise<Egress> {
  const file = path.join(folder, originFile);
  if (!existsSync(file)) return 'allowed';
  const record = await readJson(file);
  const egress = typeof record === 'object' && record !== null && 'egress' in record ? record.egress : undefined;
  return egress === 'allowed' ? 'allowed' : 'never';
}

/** Of a prompt file's questions: the file's own word and that of the set's folder; the stricter holds. */
export async function egressOfQuestions(prompt: Egress, questions: string): Promise<Egress> {
  return prompt === 'never' ? 'never' : egressOf(path.dirname(questions));
}
