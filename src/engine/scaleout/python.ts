// Which Python trains: the first of the places that were named or are usual, and what it has.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { userError } from '../../base/errors/problem';
import { mediaPath } from '../parts/assets';
import { engines, type TrainerEngine } from './engines';

const run = promisify(execFile);

export interface PythonPlace { readonly interpreter: string; readonly because: string }

/** Places in the order they are tried. Only what exists is listed, but for a bare name, which PATH decides. */
export function pythonPlaces(root: string, named: string | undefined, environment: NodeJS.ProcessEnv = process.env): PythonPlace[] {
  if (named !== undefined) return [{ interpreter: named.includes(path.sep) ? path.resolve(root, named) : named, because: 'scaleout.python of the run file' }];
  const asked = environment['PRECLINICAL_TRAINER_PYTHON'];
  if (asked !== undefined && asked !== '') return [{ interpreter: asked, because: 'PRECLINICAL_TRAINER_PYTHON' }];
  const virtual = ['.venv', 'venv'].map((name) => path.join(root, name, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'));
  return [
    ...virtual.filter((file) => existsSync(file)).map((interpreter) => ({ interpreter, because: 'virtual environment of the workspace' })),
    ...['python3', 'python'].map((interpreter) => ({ interpreter, because: 'PATH' })),
  ];
}

const probeSchema = z.object({
  python: z.string(),
  executable: z.string(),
  packages: z.record(z.string(), z.string().nullable()),
  gpus: z.array(z.string()).default([]),
  gpuBytes: z.array(z.number()).default([]),
  torchError: z.string().optional(),
  trlSettings: z.array(z.string()).optional(),
  trlError: z.string().optional(),
  axolotlSettings: z.array(z.string()).optional(),
  axolotlError: z.string().optional(),
  freeBytes: z.number(),
});

export interface PythonFound extends z.infer<typeof probeSchema> {
  readonly interpreter: string;
  readonly because: string;
}

const probeMs = 180_000;

/**
 * Asks each place in turn; the first that has the engine is taken.
 * @param prefix words before the interpreter, such as those of a container.
 * @throws user error that names every place and what it lacks.
 */
export async function findPython(places: readonly PythonPlace[], folder: string, prefix: readonly string[] = [], engine: TrainerEngine = engines.trl): Promise<PythonFound> {
  const tried: string[] = [];
  for (const { interpreter, because } of places) {
    const answer = await probe([...prefix, interpreter], folder, engine);
    if (typeof answer === 'string') {
      tried.push(`${interpreter} (${because}): ${answer}`);
      continue;
    }
    if (settingsOf(engine, answer) !== undefined && answer.torchError === undefined) return { ...answer, interpreter, because };
    tried.push(`${interpreter} (${because}, Python ${answer.python}): ${answer.torchError ?? (engine.name === 'trl' ? answer.trlError : answer.axolotlError) ?? `no ${engine.packageName}`}`);
  }
  throw userError({
    code: 'scaleout-no-python', key: 'scaleout.python', message: `no Python with torch and ${engine.packageName} was found; tried ${tried.join('; ')}`,
    next: `Install them (\`${engine.install}\`), or name another interpreter in scaleout.python or PRECLINICAL_TRAINER_PYTHON.`,
  });
}

function settingsOf({ name }: TrainerEngine, answer: z.infer<typeof probeSchema>): readonly string[] | undefined {
  return name === 'trl' ? answer.trlSettings : answer.axolotlSettings;
}

async function probe([program, ...words]: readonly string[], folder: string, { name }: TrainerEngine): Promise<z.infer<typeof probeSchema> | string> {
  try {
    const { stdout } = await run(program!, [...words, mediaPath('scaleout', 'probe.py'), folder, name], { timeout: probeMs, env: { ...process.env, PYTHONWARNINGS: 'ignore', AXOLOTL_DO_NOT_TRACK: '1', DO_NOT_TRACK: '1' } });
    return probeSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0]! : String(error);
  }
}

/** Throws when the configuration names settings the installed engine does not have. */
export function refuseUnknownSettings(config: Readonly<Record<string, unknown>>, own: readonly string[], python: PythonFound, engine: TrainerEngine = engines.trl): void {
  const known = new Set([...settingsOf(engine, python) ?? [], ...own]);
  const strangers = Object.keys(config).filter((key) => !known.has(key));
  if (strangers.length === 0) return;
  throw userError({
    code: 'scaleout-engine-version', key: 'engine', value: `${engine.packageName} ${python.packages[engine.packageName] ?? '?'}, transformers ${python.packages['transformers'] ?? '?'}`,
    message: `${python.interpreter} has a ${engine.packageName} that does not know ${strangers.join(', ')}`, next: engine.name === 'trl' ? 'Install trl 1.x with transformers 5.x there, or name another Python.' : 'Install axolotl 0.19 there, or name another Python.',
  });
}
