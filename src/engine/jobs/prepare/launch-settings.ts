// How a program beside the trainers is started: values of --set over those the run of the checkpoint was started with.
import { userError } from '../../../base/errors/problem';
import { scaleoutSchema, trainsElsewhere, type Scaleout } from '../../../documents/run/schema';
import { readJobFile } from '../../../runs/job-file';
import { jobFolder } from '../../../runs/layout';

/** @param values keys of `scaleout` in a run file, dotted: `processes`, `python`, `slurm.partition`. @param of the run that made the checkpoint. */
export async function launchSettings(root: string, values: Readonly<Record<string, unknown>>, of: string | undefined): Promise<Scaleout> {
  const settings: Record<string, unknown> = structuredClone(await settingsOfRun(root, of)) ?? {};
  for (const [key, value] of Object.entries(values)) setIn(settings, key.split('.'), value);
  const parsed = scaleoutSchema.safeParse(settings);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  const key = issue.path.map(String).join('.');
  throw userError({ code: 'launch-settings', key: '--set', value: key || Object.keys(values).join(', '), message: issue.message, next: 'Keys are those of `scaleout` in a run file, such as python, processes, prefix or slurm.partition.' });
}

/** Of a run that another engine trained: where that was started, this is. One process scores or serves unless more are asked for. */
async function settingsOfRun(root: string, of: string | undefined): Promise<Record<string, unknown> | undefined> {
  const file = of === undefined ? undefined : await readJobFile(jobFolder(root, of)).catch(() => undefined);
  if (file?.kind !== 'train' || !trainsElsewhere(file.resolved.run)) return undefined;
  return Object.fromEntries(Object.entries(file.resolved.run.scaleout ?? {}).filter(([key]) => !['processes', 'sharding'].includes(key)));
}

function setIn(target: Record<string, unknown>, [key, ...rest]: readonly string[], value: unknown): void {
  if (key === undefined) return;
  if (rest.length === 0) {
    target[key] = value ?? undefined; // null takes back what the run has
    return;
  }
  const inner = target[key];
  const next = typeof inner === 'object' && inner !== null ? inner as Record<string, unknown> : {};
  target[key] = next;
  setIn(next, rest, value);
}
