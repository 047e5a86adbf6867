// Which Python has a program's package: the first of the places that were named or are usual.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { ProgramName } from '../scripts/programs';
import { firstThatHas } from './first';
import type { PythonPlace } from './python';

const run = promisify(execFile);
const probeMs = 60_000;

export interface ProgramFound { readonly interpreter: string; readonly because: string; readonly version: string }

/** @throws user error that names every place and what it lacks. */
export async function findProgram(places: readonly PythonPlace[], prefix: readonly string[], { packageName, install }: ProgramName): Promise<ProgramFound> {
  const next = `Install it (\`${install}\`), or name another interpreter with --set python=… or PRECLINICAL_TRAINER_PYTHON.`;
  return firstThatHas(places, { what: packageName, key: 'python', next }, async ({ interpreter, because }) => {
    const [program, ...words] = [...prefix, interpreter, '-c', `import importlib.metadata as m; print(m.version("${packageName}"))`];
    try {
      const { stdout } = await run(program, words, { timeout: probeMs });
      return { interpreter, because, version: stdout.trim() };
    } catch (error) {
      const said = error instanceof Error ? error.message.trim().split('\n').at(-1) ?? '' : String(error);
      return /PackageNotFoundError/.test(said) ? `no ${packageName}` : said;
    }
  });
}
