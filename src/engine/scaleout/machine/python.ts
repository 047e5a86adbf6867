// Which Python trains: the first of the places that were named or are usual, and what it has.
import { existsSync } from 'node:fs';
import { copyFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { userError } from '../../../base/errors/problem';
import { mediaPath } from '../../parts/assets';
import { engines, type TrainerEngine } from '../engines/engines';
import { firstThatHas } from './first';
import { line, Place, type Ran } from './place';

export interface PythonPlace { readonly interpreter: string; readonly because: string }

/** Places in the order they are tried. Only what exists is listed, but for a bare name, which PATH decides, and what is on another machine. */
export function pythonPlaces(root: string, named: string | undefined, environment: NodeJS.ProcessEnv = process.env, place = new Place(undefined)): PythonPlace[] {
  const resolved = (name: string): string => (/[\/]/.test(name) ? place.seen(path.resolve(root, name)) : name);
  if (named !== undefined) return [{ interpreter: place.isHere || !path.isAbsolute(named) ? resolved(named) : named, because: 'scaleout.python of the run file' }];
  const told = (name: string, because: string): PythonPlace[] => (environment[name] === undefined || environment[name] === '' ? [] : [{ interpreter: environment[name], because }]);
  const asked = told('PRECLINICAL_TRAINER_PYTHON', 'PRECLINICAL_TRAINER_PYTHON, or preclinical.python.path of the editor');
  if (asked.length > 0) return asked;
  const virtual = ['.venv', 'venv'].map((name) => path.join(root, name, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'));
  return [
    ...(place.isHere ? told('PRECLINICAL_EDITOR_PYTHON', 'chosen in the editor\'s Python extension') : []),
    // Its interpreter is a link that may lead nowhere on this machine and somewhere on the other.
    ...virtual.filter((file) => existsSync(place.isHere ? file : path.dirname(file))).map((file) => ({ interpreter: place.seen(file), because: 'virtual environment of the workspace' })),
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
  /** Its clock, in seconds since 1970. */
  now: z.number(),
  /** It has Slurm's commands and is no job of Slurm. */
  loginNode: z.boolean(),
  /** Of the files it was asked about, those that are not there. */
  missing: z.array(z.string()).default([]),
});

export interface PythonFound extends z.infer<typeof probeSchema> {
  readonly interpreter: string;
  readonly because: string;
}

/** How the interpreter is reached. */
export interface PythonAccess {
  readonly place: Place;
  /** Words before the interpreter, such as those of a container. */
  readonly prefix: readonly string[];
  /** Lines of shell run before it. */
  readonly prologue: readonly string[];
  /** Files and folders it must see, as they are there. */
  readonly files: readonly string[];
}

const here: PythonAccess = { place: new Place(undefined), prefix: [], prologue: [], files: [] };
const probeMs = 180_000;
const probeFile = 'probe.py';

/**
 * Asks each place in turn; the first that has the engine is taken.
 * @throws user error that names every place and what it lacks.
 */
export async function findPython(places: readonly PythonPlace[], folder: string, access: PythonAccess = here, engine: TrainerEngine = engines.trl): Promise<PythonFound> {
  await copyFile(mediaPath('scaleout', probeFile), path.join(folder, probeFile));
  const next = `Install them (\`${engine.install}\`), or name another interpreter in scaleout.python or PRECLINICAL_TRAINER_PYTHON.`;
  return firstThatHas(places, { what: `torch and ${engine.packageName}`, ...(access.place.isHere ? {} : { where: `by ${access.place.name}` }), key: 'scaleout.python', next }, async ({ interpreter, because }) => {
    const answer = await probe(interpreter, folder, access, engine);
    if (typeof answer === 'string') return answer;
    if (settingsOf(engine, answer) !== undefined && answer.torchError === undefined) return { ...answer, interpreter, because };
    return `Python ${answer.python}, ${answer.torchError ?? (engine.name === 'trl' ? answer.trlError : answer.axolotlError) ?? `no ${engine.packageName}`}`;
  });
}

function settingsOf({ name }: TrainerEngine, answer: Pick<z.infer<typeof probeSchema>, 'trlSettings' | 'axolotlSettings'>): readonly string[] | undefined {
  return name === 'trl' ? answer.trlSettings : answer.axolotlSettings;
}

async function probe(interpreter: string, folder: string, { place, prefix, prologue, files }: PythonAccess, { name }: TrainerEngine): Promise<z.infer<typeof probeSchema> | string> {
  const there = place.seen(folder);
  const lines = [
    'set -euo pipefail', 'export PYTHONWARNINGS=ignore AXOLOTL_DO_NOT_TRACK=1 DO_NOT_TRACK=1 HF_HUB_OFFLINE=1', ...prologue,
    line([...prefix, interpreter, path.posix.join(there, probeFile), there, name, ...files]),
  ];
  try {
    const { code, stdout, stderr } = await place.run(lines, probeMs);
    if (code !== 0) return stderr.trim().split('\n').at(-1) || `it ended with code ${code ?? 'unknown'}`;
    return probeSchema.parse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0]! : String(error);
  }
}

/** Throws when the place is not reached, or does not see the folder. */
export async function reachFolder(place: Place, folder: string): Promise<void> {
  const [token, name] = [randomUUID(), 'shared-folder.token'];
  const key = 'scaleout.remote';
  const unreachable = (value: string): Error => userError({
    code: 'scaleout-unreachable', key: `${key}.command`, message: `\`${place.name}\` starts no shell: ${value}`, next: `Try \`${place.name} true\` in a terminal: it must end without an error and ask for no password.`,
  });
  await writeFile(path.join(folder, name), token, { mode: 0o600 });
  try {
    const ran: Ran = await place.run(['echo reached', line(['cat', path.posix.join(place.seen(folder), name)])], probeMs).catch((error: unknown) => { throw unreachable(String(error)); });
    if (!ran.stdout.includes('reached')) throw unreachable(ran.stderr.trim().split('\n').at(-1) || `code ${ran.code ?? 'unknown'}`);
    if (ran.stdout.includes(token)) return;
    throw userError({
      code: 'scaleout-not-shared', key: `${key}.paths`, message: `\`${place.name}\` does not see the job's folder at ${place.seen(folder)}`,
      next: 'Keep the workspace on a file system both machines share, and name in scaleout.remote.paths what path its folder has there.',
    });
  } finally {
    await rm(path.join(folder, name), { force: true });
  }
}

/** Throws when the configuration names settings the installed engine does not have. */
export function refuseUnknownSettings(config: Readonly<Record<string, unknown>>, own: readonly string[], python: Pick<PythonFound, 'interpreter' | 'packages' | 'trlSettings' | 'axolotlSettings'>, engine: TrainerEngine = engines.trl): void {
  const known = new Set([...settingsOf(engine, python) ?? [], ...own]);
  const strangers = Object.keys(config).filter((key) => !known.has(key));
  if (strangers.length === 0) return;
  throw userError({
    code: 'scaleout-engine-version', key: 'engine', value: `${engine.packageName} ${python.packages[engine.packageName] ?? '?'}, transformers ${python.packages['transformers'] ?? '?'}`,
    message: `${python.interpreter} has a ${engine.packageName} that does not know ${strangers.join(', ')}`, next: engine.name === 'trl' ? 'Install trl 1.x with transformers 5.x there, or name another Python.' : 'Install axolotl 0.19 there, or name another Python.',
  });
}
