// Which backend computes when a file does not say, and why: said in the log of every run.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findPart } from '../../parts/installed';
import type { BackendName } from './active';

export interface BackendChoice {
  readonly name: BackendName;
  /** Half a sentence for the log: `the run file says so`. */
  readonly why: string;
}

export interface MachineFacts {
  /** How the tensorflow part was made; undefined when it is not installed. */
  readonly tensorflow: string | undefined;
  readonly hasNvidiaGpu: boolean;
}

/** What `auto` means on a machine. A GPU changes the last bits of a loss, so it is taken only where it is there. */
export function decideBackend({ tensorflow, hasNvidiaGpu }: MachineFacts): BackendChoice {
  if (!hasNvidiaGpu) return { name: 'wasm', why: 'there is no NVIDIA GPU, and wasm gives the same bits on every machine' };
  if (tensorflow === undefined) return { name: 'wasm', why: 'the part tensorflow, which would use the GPU, is not installed (preclinical doctor --install tensorflow)' };
  if (/\bCPU\b|-cpu\b/.test(tensorflow)) return { name: 'wasm', why: 'the part tensorflow was built without CUDA (install it again to use the GPU)' };
  return { name: 'tensorflow', why: 'there is an NVIDIA GPU and the part tensorflow is installed' };
}

export function usualBackend(): BackendChoice {
  return decideBackend({ tensorflow: findPart('tensorflow')?.variant, hasNvidiaGpu: existsSync('/dev/nvidia0') || existsSync('/proc/driver/nvidia/version') });
}

/** The backend of a run: what its file says; for `auto` that of its checkpoint, since a run never changes backend on resume. */
export function chooseBackend(asked: BackendName | 'auto', ofCheckpoint: BackendName | undefined): BackendChoice {
  if (asked !== 'auto') return { name: asked, why: 'the run file says so' };
  if (ofCheckpoint !== undefined) return { name: ofCheckpoint, why: 'the run began on it' };
  return usualBackend();
}

/** Memory of the largest NVIDIA GPU; undefined without one. */
export function nvidiaMemoryBytes(): number | undefined {
  try {
    const output = execFileSync('nvidia-smi', ['--query-gpu=memory.total', '--format=csv,noheader,nounits'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const mebibytes = Math.max(...output.trim().split('\n').map(Number));
    return mebibytes > 0 ? mebibytes * 2 ** 20 : undefined;
  } catch {
    return undefined;
  }
}
