// The optional native parts: which npm package each is, at which version, and what it is for. Versions are pinned; the
// lock file of each, in media/parts, pins everything it depends on by hash.
import { mediaPath } from './assets';

export const partNames = ['tensorflow', 'llama', 'webgpu', 'onnxruntime', 'tokenizers'] as const;
export type PartName = (typeof partNames)[number];

export interface PartDefinition {
  readonly name: PartName;
  readonly packageName: string;
  readonly version: string;
  /** What it brings, in a few words. */
  readonly purpose: string;
  /** Folder with the package.json and package-lock.json npm installs from. */
  readonly lockFolder: string;
  /** Paths in node_modules that hold binaries of one platform each; those of others are removed after an install. */
  readonly binaries: readonly BinaryFolder[];
}

export interface BinaryFolder {
  /** Relative to the part's folder. */
  readonly folder: string;
  /** Says of an entry's path, relative to `folder`, whether this platform needs it; undefined for an entry that is not of one platform. */
  readonly isOf: (entry: string, platform: string, architecture: string) => boolean | undefined;
}

/** The platform as most packages call it in a file name: `linux`, `mac`, `win`. */
const shortNames: Readonly<Record<string, string>> = { darwin: 'mac', win32: 'win' };

const binaries: Readonly<Record<PartName, readonly BinaryFolder[]>> = {
  tensorflow: [],
  llama: [{
    folder: 'node_modules/@node-llama-cpp',
    isOf: (entry, platform, architecture) => `${entry}-`.startsWith(`${shortNames[platform] ?? platform}-${architecture}-`),
  }],
  webgpu: [{
    folder: 'node_modules/webgpu/dist',
    isOf: (entry, platform, architecture) => entry === `${platform}-${architecture}` || entry === `${platform}-universal`,
  }],
  onnxruntime: [
    { folder: 'node_modules/onnxruntime-node/bin/napi-v6', isOf: (entry, platform) => entry === platform },
    { folder: `node_modules/onnxruntime-node/bin/napi-v6/${process.platform}`, isOf: (entry, _platform, architecture) => entry === architecture },
  ],
  tokenizers: [{
    folder: 'node_modules/tokenizers',
    isOf: (entry, platform, architecture) => (entry.endsWith('.node') ? entry.includes(`.${platform}-${architecture}`) || entry.includes(`.${platform}-universal`) : undefined),
  }],
};

function define(name: PartName, packageName: string, version: string, purpose: string): PartDefinition {
  return { name, packageName, version, purpose, lockFolder: mediaPath('parts', name), binaries: binaries[name] };
}

export const parts: Readonly<Record<PartName, PartDefinition>> = {
  tensorflow: define('tensorflow', '@tensorflow/tfjs-node-gpu', '4.22.0', 'trains on NVIDIA GPUs, and natively on the CPU'),
  llama: define('llama', 'node-llama-cpp', '3.22.1', 'generates text with llama.cpp, also from GGUF files of others'),
  webgpu: define('webgpu', 'webgpu', '0.6.2', 'trains on GPUs of any vendor'),
  onnxruntime: define('onnxruntime', 'onnxruntime-node', '1.30.0', 'multiplies matrices faster on the CPU'),
  tokenizers: define('tokenizers', 'tokenizers', '0.23.2', 'tokenizes mixes with the Rust library'),
};

export function isPartName(text: string): text is PartName {
  return (partNames as readonly string[]).includes(text);
}
