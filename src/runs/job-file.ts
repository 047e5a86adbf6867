// run.yaml: the resolved file of a job, written once. Lists read only its first lines.
import { open, readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { userError } from '../base/errors/problem';
import type { JobFile } from '../protocol/job-file';
import { type JobKind, jobKinds } from '../protocol/status';
import { writeFileAtomic } from './files/atomic';
import { errorCode } from './files/retry';
import { jobPath } from './layout';

const headerBytes = 2048;

/** What run.yaml says first, before overrides and every value. */
export interface JobHeader {
  readonly kind: JobKind;
  readonly name: string;
  readonly of?: string;
  readonly file?: string;
}

const headerSchema = z.object({
  schema: z.literal(1),
  kind: z.enum(jobKinds),
  name: z.string(),
  of: z.string().exactOptional(),
  file: z.string().exactOptional(),
});

const jobFileSchema = headerSchema.extend({
  overrides: z.record(z.string(), z.unknown()),
  resolved: z.record(z.string(), z.unknown()),
  asking: z.record(z.string(), z.unknown()).exactOptional(),
});

export async function writeJobFile(folder: string, file: JobFile): Promise<void> {
  const { schema, kind, name, of, file: from, overrides, resolved } = file;
  const asking = 'asking' in file ? file.asking : undefined;
  const ordered = { schema, kind, name, ...(of === undefined ? {} : { of }), ...(from === undefined ? {} : { file: from }), overrides, resolved, ...(asking === undefined ? {} : { asking }) };
  await writeFileAtomic(jobPath(folder, 'run'), stringify(ordered, { lineWidth: 0, aliasDuplicateObjects: false }));
}

/** Throws a user error when the file is missing or is no job file. What `resolved` must hold is the concern of its kind. */
export async function readJobFile(folder: string): Promise<JobFile> {
  const file = jobPath(folder, 'run');
  const text = await readText(file);
  const parsed = jobFileSchema.safeParse(text === undefined ? undefined : parseYaml(text));
  if (!parsed.success) {
    throw userError({
      code: 'job-file-invalid', file, ...(parsed.error.issues[0] ? { key: parsed.error.issues[0].path.join('.') } : {}),
      message: text === undefined ? 'this folder has no run.yaml, so it is no job' : 'this run.yaml is not one of a job',
      next: 'Name a folder under .preclinical/runs; `preclinical runs` lists them.',
    });
  }
  return parsed.data as unknown as JobFile;
}

/** Undefined when run.yaml is missing or is none. Ours begin with the header; of others the whole file is read. */
export async function readJobHeader(folder: string): Promise<JobHeader | undefined> {
  const start = await readText(jobPath(folder, 'run'), headerBytes);
  if (start === undefined) return undefined;
  const end = /^(?:overrides|resolved):/m.exec(start)?.index ?? 0;
  return parseHeader(start.slice(0, end)) ?? parseHeader(await readText(jobPath(folder, 'run')) ?? '');
}

function parseHeader(text: string): JobHeader | undefined {
  const parsed = headerSchema.safeParse(parseYaml(text));
  if (!parsed.success) return undefined;
  const { kind, name, of, file } = parsed.data;
  return { kind, name, ...(of === undefined ? {} : { of }), ...(file === undefined ? {} : { file }) };
}

function parseYaml(text: string): unknown {
  try {
    return parse(text) as unknown;
  } catch {
    return undefined;
  }
}

async function readText(file: string, bytes?: number): Promise<string | undefined> {
  try {
    if (bytes === undefined) return await readFile(file, 'utf8');
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
