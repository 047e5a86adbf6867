// Which Python has a program's package: the first of the places that were named or are usual.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { userError } from '../../base/errors/problem';
import type { ProgramName } from './programs';
import type { PythonPlace } from './python';

const run = promisify(execFile);
const probeMs = 60_000;

export interface ProgramFound { readonly interpreter: string; readonly because: string; readonly version: string }

/** @throws user error that names every place and what it lacks. */
export async function findProgram(places: readonly PythonPlace[], prefix: readonly string[], { packageName, install }: ProgramName): Promise<ProgramFound> {
  const tried: string[] = [];
  for (const { interpreter, because } of places) {
    const [program, ...words] = [...prefix, interpreter, '-c', `import importlib.metadata as m; print(m.version("${packageName}"))`];
    try {
      const { stdout } = await run(program, words, { timeout: probeMs });
      return { interpreter, because, version: stdout.trim() };
    } catch (error) {
      const said = error instanceof Error ? error.message.trim().split('\n').at(-1) ?? '' : String(error);
      tried.push(`${interpreter} (${because}): ${/PackageNotFoundError/.test(said) ? `no ${packageName}` : said}`);
    }
  }
  throw userError({
    code: 'scaleout-no-python', key: 'python', message: `no Python with ${packageName} was found; tried ${tried.join('; ')}`,
    next: `Install it (\`${install}\`), or name another interpreter with --set python=… or PRECLINICAL_TRAINER_PYTHON.`,
  });
}
