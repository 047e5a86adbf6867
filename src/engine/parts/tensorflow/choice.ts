// Which build of TensorFlow's addon a machine gets: Google's prebuilt one where it fits, else one built here against the
// library in TensorFlow's Python wheel.

export interface NvidiaGpu {
  readonly name: string;
  /** Such as 9.0. */
  readonly computeCapability: number;
}

export type TensorFlowVariant = 'prebuilt' | 'wheel-cpu' | 'wheel-cuda';

/** The prebuilt addon carries CUDA 11.2, which knows GPUs up to this. */
const newestOfPrebuilt = 8.6;

/** What to try, in this order. */
export function tensorFlowVariants(platform: string, gpus: readonly NvidiaGpu[]): readonly TensorFlowVariant[] {
  const hasWheel = platform.startsWith('linux-') || platform === 'darwin-arm64';
  const prebuiltFits = gpus.every((gpu) => gpu.computeCapability <= newestOfPrebuilt);
  const wheel: TensorFlowVariant = gpus.length > 0 && platform === 'linux-x64' ? 'wheel-cuda' : 'wheel-cpu';
  return [...(prebuiltFits ? ['prebuilt' as const] : []), ...(hasWheel ? [wheel] : [])];
}

/** Reads `nvidia-smi --query-gpu=name,compute_cap --format=csv,noheader`. */
export function parseGpus(output: string): NvidiaGpu[] {
  return output.split('\n').map((line) => /^(.+?),\s*(\d+\.\d+)\s*$/.exec(line)).filter((match) => match !== null)
    .map(([, name, capability]) => ({ name: name!, computeCapability: Number(capability) }));
}
