// Makes the native addon of @tensorflow/tfjs-node-gpu. The wheel's library speaks the same C interface as the one the
// package was written for, so its binding is compiled against that: pip fetches it by hash, the C++ compiler links it.
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { mediaPath } from '../assets';
import { thisPlatform } from '../folders';
import { npmCommand, runTool, tail } from '../npm';
import { parseGpus, tensorFlowVariants } from './choice';
import type { NvidiaGpu, TensorFlowVariant } from './choice';

const packageFolder = path.join('node_modules', '@tensorflow', 'tfjs-node-gpu');
const addonFolder = path.join(packageFolder, 'lib', 'napi-v8');
/** What pip makes, as it lies in a Python installation: the libraries find one another by their places. */
const siteFolder = 'site';
const nodeApiVersion = 8;

/** The GPUs that nvidia-smi sees; none without it. */
export async function nvidiaGpus(folder: string): Promise<NvidiaGpu[]> {
  const { code, output } = await runTool(['nvidia-smi'], ['--query-gpu=name,compute_cap', '--format=csv,noheader'], { folder });
  return code === 0 ? parseGpus(output) : [];
}

/** Builds in `folder`, where npm has installed the package, and returns how. `works` says whether the addon loads. */
export async function buildTensorFlow(folder: string, say: (line: string) => void, works: (folder: string) => Promise<boolean>): Promise<string> {
  const gpus = await nvidiaGpus(folder);
  for (const variant of tensorFlowVariants(thisPlatform, gpus)) {
    if (variant !== 'prebuilt') return buildAgainstWheel(folder, variant, say);
    say('tensorflow: fetching the prebuilt addon');
    if (await takePrebuilt(folder) && await works(folder)) return 'prebuilt addon';
    say('tensorflow: it cannot be had or does not load here; building one');
    await rm(path.join(folder, packageFolder, 'deps'), { recursive: true, force: true });
    await rm(path.join(folder, packageFolder, 'lib'), { recursive: true, force: true });
  }
  throw userError({ code: 'tensorflow-platform', key: 'tensorflow', value: thisPlatform, message: 'there is neither a prebuilt addon nor a library to build one against for this platform', next: 'Use the wasm or the webgpu backend.' });
}

/** The package's own install script, which fetches from Google's storage. */
async function takePrebuilt(folder: string): Promise<boolean> {
  const { code } = await runTool(npmCommand(), ['rebuild', '@tensorflow/tfjs-node-gpu', '--foreground-scripts', '--loglevel=error'], { folder });
  return code === 0 && existsSync(path.join(folder, addonFolder, 'tfjs_binding.node'));
}

async function buildAgainstWheel(folder: string, variant: Exclude<TensorFlowVariant, 'prebuilt'>, say: (line: string) => void): Promise<string> {
  const python = await firstThatRuns([['python3'], ['python']], ['-m', 'pip', '--version'], folder);
  const compiler = await firstThatRuns([...(process.env['CXX'] ? [[process.env['CXX']]] : []), ['c++'], ['g++'], ['clang++']], ['--version'], folder);
  if (python === undefined || compiler === undefined) {
    const missing = [...(python === undefined ? ['Python 3 with pip'] : []), ...(compiler === undefined ? ['a C++ compiler'] : [])].join(' and ');
    throw userError({
      code: 'tensorflow-tools', key: 'tensorflow', message: `${missing} is needed once, to build its addon against TensorFlow's library`,
      next: 'On Debian or Ubuntu: sudo apt install python3-pip g++. Or bring the part from another machine with doctor --bundle and --from.',
    });
  }
  say(`tensorflow: fetching TensorFlow's library with pip${variant === 'wheel-cuda' ? ' and CUDA, some 3 GB' : ', 260 MB'}`);
  const requirements = mediaPath('parts', 'tensorflow', variant === 'wheel-cuda' ? 'requirements-cuda.txt' : 'requirements-cpu.txt');
  await demand(python, [
    '-m', 'pip', 'install', '--quiet', '--no-deps', '--no-compile', '--only-binary=:all:', '--python-version', '3.11', '--require-hashes',
    '--target', path.join(folder, siteFolder), '--requirement', requirements,
  ], folder, 'pip could not fetch TensorFlow\'s library');
  say('tensorflow: compiling its addon');
  await compile(folder, compiler);
  await trim(path.join(folder, siteFolder));
  const [library] = (await readdir(path.join(folder, siteFolder))).filter((name) => /^tensorflow.*\.dist-info$/.test(name));
  return `built against ${library?.replace('.dist-info', '').replace('-', ' ').replace('_', '-') ?? 'TensorFlow'}${variant === 'wheel-cuda' ? ' with CUDA' : ''}`;
}

async function compile(folder: string, compiler: readonly string[]): Promise<void> {
  const tensorflow = path.join(siteFolder, 'tensorflow');
  const out = path.join(addonFolder, 'tfjs_binding.node');
  await mkdir(path.join(folder, addonFolder), { recursive: true });
  const toSite = path.relative(addonFolder, siteFolder);
  const cuda = await cudaLibraries(path.join(folder, siteFolder));
  const libraries = process.platform === 'darwin'
    ? [path.join(tensorflow, 'libtensorflow_cc.2.dylib'), path.join(tensorflow, 'libtensorflow_framework.2.dylib'), `-Wl,-rpath,@loader_path/${toSite}/tensorflow`, '-undefined', 'dynamic_lookup']
    : [
      `-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2', `-Wl,-rpath,$ORIGIN/${toSite}/tensorflow`,
      // TensorFlow opens the CUDA libraries by name while it runs: what the addon has loaded is found, wherever it lies.
      ...(cuda.length === 0 ? [] : ['-Wl,--no-as-needed,--allow-shlib-undefined', ...cuda.flatMap((file) => [path.join(siteFolder, file), `-Wl,-rpath,$ORIGIN/${toSite}/${path.dirname(file)}`])]),
    ];
  await demand(compiler, [
    '-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${nodeApiVersion}`, '-DNODE_GYP_MODULE_NAME=tfjs_binding', '-DBUILDING_NODE_EXTENSION',
    '-I', path.join('node_modules', 'node-api-headers', 'include'), '-I', path.join(tensorflow, 'include'),
    path.join(packageFolder, 'binding', 'tfjs_backend.cc'), path.join(packageFolder, 'binding', 'tfjs_binding.cc'), '-o', out, ...libraries,
  ], folder, 'the addon could not be compiled');
}

/** Paths of the main library of each nvidia package, relative to the site folder. */
async function cudaLibraries(site: string): Promise<string[]> {
  const nvidia = path.join(site, 'nvidia');
  if (!existsSync(nvidia)) return [];
  const main = /^lib(cudart|cublas|cublasLt|cufft|curand|cusolver|cusparse|cudnn|nccl|nvJitLink|nvrtc|cupti)\.so\.\d+$/;
  const entries = await readdir(nvidia, { recursive: true });
  return entries.filter((entry) => main.test(path.basename(entry))).map((entry) => path.join('nvidia', entry));
}

/** Only what is loaded stays, with the licences: a wheel is mostly headers and Python. */
async function trim(site: string): Promise<void> {
  for (const name of await readdir(site)) {
    if (name !== 'tensorflow' && name !== 'nvidia' && !name.endsWith('.dist-info')) await rm(path.join(site, name), { recursive: true });
  }
  for (const name of await readdir(path.join(site, 'tensorflow'))) {
    if (!name.startsWith('libtensorflow')) await rm(path.join(site, 'tensorflow', name), { recursive: true });
  }
}

async function firstThatRuns(commands: readonly (readonly string[])[], args: readonly string[], folder: string): Promise<readonly string[] | undefined> {
  for (const command of commands) if ((await runTool(command, args, { folder })).code === 0) return command;
  return undefined;
}

async function demand(command: readonly string[], args: readonly string[], folder: string, failed: string): Promise<void> {
  const { code, output } = await runTool(command, args, { folder });
  if (code === 0) return;
  throw userError({ code: 'tensorflow-build', key: 'tensorflow', message: `${failed}:\n${tail(output)}\n`, next: 'Mend that, or bring the part from another machine with doctor --bundle and --from.' });
}
