// What an evaluation is called among others: the run it is about, and what tells it from the rest. Pure.
import path from 'node:path';
import type { EvaluateJobFile } from '../../../protocol/job-file';
import { jobIdTime } from '../../../runs/id';
import type { RunEntry } from '../../runs/entry';

export interface Named {
  readonly entry: RunEntry;
  readonly file: EvaluateJobFile | undefined;
  readonly run: RunEntry | undefined;
  readonly study: RunEntry | undefined;
}

/** Names are the runs'; equal ones get the time of the evaluation. */
export function namesOf(all: readonly Named[]): Map<string, { readonly name: string; readonly facts: readonly string[] }> {
  const described = all.map(({ entry, file, run, study }) => ({
    id: entry.id, name: run?.name ?? entry.name,
    facts: [stepOf(file), study?.name ?? '', ...settingsOf(file), entry.labels.name === undefined || !run ? '' : entry.labels.name].filter(Boolean),
  }));
  const count = new Map<string, number>();
  const whole = (one: { readonly name: string; readonly facts: readonly string[] }): string => [one.name, ...one.facts].join('\n');
  for (const one of described) count.set(whole(one), (count.get(whole(one)) ?? 0) + 1);
  return new Map(described.map((one) => {
    const at = count.get(whole(one))! > 1 ? jobIdTime(one.id)?.toISOString().slice(0, 19).replace('T', ' ') : undefined;
    return [one.id, { name: one.name, facts: at === undefined ? one.facts : [...one.facts, at] }];
  }));
}

function stepOf(file: EvaluateJobFile | undefined): string {
  return /^step-\d+$/.exec(path.posix.basename(file?.resolved.checkpoint ?? ''))?.[0] ?? '';
}

/** As the command line calls them. */
function settingsOf(file: EvaluateJobFile | undefined): string[] {
  const { limit, prompt, rotateOptions } = file?.resolved ?? {};
  return [
    limit === undefined ? '' : `limit ${limit}`, prompt?.fewshotCount === undefined ? '' : `${prompt.fewshotCount}-shot`,
    prompt?.chat ? 'chat template' : '', prompt?.systemInstruction === undefined ? '' : 'system instruction', rotateOptions ? 'options rotated' : '',
  ].filter(Boolean);
}
