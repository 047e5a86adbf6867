// Whether a checkpoint or a question set may leave this machine: preclinical.json beside it says so.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readJson } from '../../../runs/files/json';
import { originFile } from '../../train';

/** A file without a record may leave; one whose record cannot be read may not. */
export async function egressOf(folder: string): Promise<'allowed' | 'never'> {
  const file = path.join(folder, originFile);
  if (!existsSync(file)) return 'allowed';
  const record = await readJson(file);
  const egress = typeof record === 'object' && record !== null && 'egress' in record ? record.egress : undefined;
  return egress === 'allowed' ? 'allowed' : 'never';
}
