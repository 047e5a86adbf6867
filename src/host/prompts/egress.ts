// Whether the texts of a prompt file may leave this machine: the file's own word and that of the folders its questions
// lie in; the strictest holds.
import path from 'node:path';
import { type Egress, egressOfQuestions } from '../../runs/egress';
import type { CotFile } from './matching';

export async function egressOfCot({ file, settings, questions }: CotFile, asked = questions): Promise<Egress> {
  const own = await egressOfQuestions(settings.egress, asked);
  return settings.exemplars ? egressOfQuestions(own, path.resolve(path.dirname(file), settings.exemplars.file)) : own;
}
