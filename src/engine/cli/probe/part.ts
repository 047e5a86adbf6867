// What an installed part can do on this machine, by really using it. Runs in a child process: a native library that does
// not fit the machine may end its process.
import { importFrom, requireFrom } from '../../parts/installed';
import type { PartName } from '../../parts/catalog';

/** In words; throws what the library throws. */
export const partProbes: Readonly<Record<PartName, (folder: string) => Promise<string>>> = {
  tensorflow: (folder) => {
    const binding = requireFrom(folder, '@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node') as TensorFlowBinding;
    return Promise.resolve(`TensorFlow ${binding.TF_Version}, ${binding.isUsingGpuDevice() ? 'with a GPU' : 'on the CPU'}`);
  },
  llama: async (folder) => {
    const { getLlama } = await importFrom(folder) as LlamaPackage;
    const llama = await getLlama({ build: 'never', skipDownload: true, logLevel: 'error' });
    const devices = llama.gpu === false ? [] : await llama.getGpuDeviceNames();
    await llama.dispose();
    return `llama.cpp on ${llama.gpu === false ? 'the CPU' : `${llama.gpu}: ${devices.join(', ')}`}`;
  },
  webgpu: async (folder) => {
    const { create } = await importFrom(folder) as WebgpuPackage;
    const adapter = await create([]).requestAdapter();
    if (adapter === null) return 'Dawn; no GPU it can use';
    return `Dawn on ${[adapter.info.description, adapter.info.vendor].find((text) => text !== '') ?? 'a GPU without a name'}`;
  },
  onnxruntime: (folder) => {
    const { listSupportedBackends } = requireFrom(folder, 'onnxruntime-node') as OnnxruntimePackage;
    return Promise.resolve(`onnxruntime with ${listSupportedBackends().filter((one) => one.bundled).map((one) => one.name).join(', ')}`);
  },
  tokenizers: async (folder) => {
    const { Tokenizer } = requireFrom(folder, 'tokenizers') as TokenizersPackage;
    const model = { type: 'WordLevel', vocab: { '?': 0, clinical: 1, text: 2 }, unk_token: '?' };
    const encoding = await Tokenizer.fromString(JSON.stringify({ version: '1.0', model, pre_tokenizer: { type: 'Whitespace' } })).encode('clinical text');
    const ids = encoding.getIds().join(' ');
    if (ids !== '1 2') throw new Error(`It makes the ids ${ids} where 1 2 are right.`);
    return 'the Rust library of Hugging Face';
  },
};

interface TensorFlowBinding { readonly TF_Version: string; isUsingGpuDevice(): boolean }

interface LlamaPackage {
  readonly getLlama: (options: { build: 'never'; skipDownload: boolean; logLevel: string }) => Promise<{ readonly gpu: string | false; getGpuDeviceNames(): Promise<string[]>; dispose(): Promise<void> }>;
}

interface WebgpuPackage {
  readonly create: (flags: string[]) => { requestAdapter(): Promise<{ readonly info: { readonly description: string; readonly vendor: string } } | null> };
}

interface OnnxruntimePackage { readonly listSupportedBackends: () => { readonly name: string; readonly bundled: boolean }[] }

interface TokenizersPackage {
  readonly Tokenizer: { fromString(json: string): { encode(text: string): Promise<{ getIds(): number[] }> } };
}
