// A measuring process and what is said with it: ours for a backend of the engine, Python for PyTorch.
import { spawn, spawnSync, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { packageRoot } from '../../../src/engine/parts/assets';
import type { Finished, Job, Started, Turn } from './job';

/** The Python of the reference packages; made from their lock file when none is named. */
export function referencePython(): string {
  const given = process.env['PRECLINICAL_REFERENCE_PYTHON'];
  if (given !== undefined && given !== '') return given;
  const made = spawnSync(process.execPath, [path.join(packageRoot, 'test/rig/python-environment.mjs'), path.join(packageRoot, 'test/reference/requirements.lock')], {
    encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'],
  });
  const python = made.stdout.trim().split('\n').at(-1) ?? '';
  if (made.status !== 0 || python === '') throw new Error('The Python environment of the reference packages could not be made; --no-pytorch measures without.');
  return python;
}

/** A measuring process that waits for its turn. */
export class Measuring {
  private constructor(private readonly child: ChildProcessByStdio<Writable, Readable, Readable>, private readonly lines: AsyncIterator<string>, private readonly errors: () => string) {}

  /** Ready to take steps. @param python of PyTorch; not needed for a backend of the engine. */
  static async start(job: Job, python: string | undefined): Promise<{ readonly started: Started; readonly measuring: Measuring }> {
    const text = JSON.stringify(job);
    const [program, args] = job.backend === 'pytorch'
      ? [python!, [path.join(packageRoot, 'test/bench/train/measure.py'), text]] as const
      : [process.execPath, [...nodeFlags(job), path.join(packageRoot, 'dist/test/bench/train/measure.child.mjs'), text]] as const;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: environment(job) });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
    const measuring = new Measuring(child, createInterface({ input: child.stdout })[Symbol.asyncIterator](), () => errors);
    return { started: await measuring.#answer<Started>(), measuring };
  }

  async take(steps: number): Promise<Turn> {
    this.child.stdin.write(`${steps}\n`);
    return this.#answer<Turn>();
  }

  async finish(): Promise<Finished> {
    this.child.stdin.end();
    return this.#answer<Finished>();
  }

  /** The next line that is JSON: libraries print notices too. */
  async #answer<Answer>(): Promise<Answer> {
    for (;;) {
      const next = await this.lines.next();
      if (next.done === true) throw new Error(/^\w*Error: .*$/m.exec(this.errors())?.[0] ?? `it ended:\n${this.errors().slice(-2000)}`);
      if (next.value.startsWith('{')) return JSON.parse(next.value) as Answer;
    }
  }
}

/**
 * TensorFlow takes its threads from here. PyTorch's threads wait for each other asleep: spinning, as they do by themselves, costs them
 * a factor of three where other programs run, and the comparison would be one of that.
 */
function environment({ threads }: Job): NodeJS.ProcessEnv {
  return { OMP_WAIT_POLICY: 'PASSIVE', TF_NUM_INTRAOP_THREADS: String(threads), TF_NUM_INTEROP_THREADS: '1', ...process.env, PYTHONPATH: '', PYTHONNOUSERSITE: '1' };
}

/** Node 20 has relaxed SIMD behind a flag. */
function nodeFlags({ relaxedSimd }: Job): string[] {
  return relaxedSimd && process.version.startsWith('v20.') ? ['--experimental-wasm-relaxed-simd'] : [];
}
