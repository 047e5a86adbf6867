// Starts a measuring process and reads its one line: ours for a backend of the engine, Python for PyTorch.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import { packageRoot } from '../../../src/engine/parts/assets';
import type { Job, Measured } from './job';

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

/** @param python of PyTorch; not needed for a backend of the engine. */
export async function runJob(job: Job, python: string | undefined): Promise<Measured> {
  const text = JSON.stringify(job);
  const [program, args] = job.backend === 'pytorch'
    ? [python!, [path.join(packageRoot, 'test/bench/train/measure.py'), text]] as const
    : [process.execPath, [...nodeFlags(job), path.join(packageRoot, 'dist/test/bench/train/measure.child.mjs'), text]] as const;
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PYTHONPATH: '', PYTHONNOUSERSITE: '1' } });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => { output += chunk.toString(); });
  child.stderr.on('data', (chunk: Buffer) => { errors += chunk.toString(); });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const line = output.trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !line.startsWith('{')) throw new Error(/^\w*Error: .*$/m.exec(errors)?.[0] ?? `it ended with ${code ?? 'a signal'}:\n${errors.slice(-2000)}`);
  return JSON.parse(line) as Measured;
}

/** Node 20 has relaxed SIMD behind a flag. */
function nodeFlags({ relaxedSimd }: Job): string[] {
  return relaxedSimd && process.version.startsWith('v20.') ? ['--experimental-wasm-relaxed-simd'] : [];
}
