// Generation by the engine, by `preclinical serve`, by llama.cpp where it is installed, and by transformers' generate: same
// checkpoint, prompts and threads, greedy, in one run.
//   npm run bench:generate [-- 1M 5M 30M]
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { saveGguf } from '../../../src/engine/gguf';
import { createGenerator, openCheckpoint, openGguf, type Generator, type LoadedCheckpoint } from '../../../src/engine/inference';
import { findPart } from '../../../src/engine/parts/installed';
import { serveCheckpoint } from '../../../src/engine/serve';
import { benchCheckpoint, chosenSizes, type BenchCheckpoint } from '../checkpoints';
import { leastTimes, machineLine, ratios, type Times } from '../machine';
import { runPeer } from '../python';

const promptTokens = 128;
const newTokens = 128;
const repeats = 2;
type Prompts = readonly (readonly number[])[];

function makePrompts(count: number): Prompts {
  return Array.from({ length: count }, (_, row) => Array.from({ length: promptTokens }, (_, i) => 300 + ((i * 37 + row * 101) % 2500)));
}
const workloads: Readonly<Record<string, Prompts>> = { 'one sequence': makePrompts(1), 'eight at once': makePrompts(8) };

async function say(generator: Generator, prompt: readonly number[]): Promise<void> {
  const parts = generator.generate(prompt, { maxTokens: newTokens, temperature: 0, topP: 1, stop: [], seed: 1 });
  for (;;) {
    const next = await parts.next();
    if (!next.done) continue;
    assertWhole(next.value.completionTokens);
    return;
  }
}

/** A text that ended by itself would count as more tokens than it has. */
function assertWhole(tokens: number): void {
  if (tokens !== newTokens) throw new Error(`A text ended after ${tokens} of ${newTokens} tokens: measure with other weights or prompts.`);
}

async function sayAll(generator: Generator, prompts: Prompts): Promise<void> {
  await Promise.all(prompts.map((prompt) => say(generator, prompt)));
}

/** Least times of each way, of one workload after the other. */
async function measure(checkpoint: LoadedCheckpoint, made: BenchCheckpoint, prompts: Prompts): Promise<Map<string, Times>> {
  const times = new Map<string, Times>();
  const endless = { ...checkpoint, stopTokens: new Set<number>() };
  times.set('engine', await leastTimes(repeats, () => sayAll(createGenerator(endless), prompts)));
  const server = await serveCheckpoint(made.folder);
  const body = (prompt: readonly number[]): string => JSON.stringify({ model: server.model.name, prompt, max_tokens: newTokens, temperature: 0 });
  times.set('serve', await leastTimes(repeats, () => Promise.all(prompts.map(async (prompt) => {
    const answer = await (await fetch(`${server.baseUrl}/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: body(prompt) })).json() as { readonly usage: { readonly completion_tokens: number } };
    assertWhole(answer.usage.completion_tokens);
  }))));
  await server.close();
  if (findPart('llama')) {
    const file = path.join(made.folder, 'bench.gguf');
    await saveGguf(checkpoint.model, file, { name: made.name, dtype: 'f32', tokenizerFolder: made.folder, tokenizer: checkpoint.tokenizer, extra: {} });
    const gguf = await openGguf(file, { sequences: prompts.length, threads: checkpoint.backend.threads, contextLength: 512 });
    times.set('llama.cpp', await leastTimes(repeats, () => sayAll(gguf.generator, prompts)));
    await gguf.dispose();
    rmSync(file);
  }
  return times;
}

if (!findPart('llama')) console.log('llama.cpp is not installed (preclinical doctor --install llama): not measured.');
for (const size of chosenSizes()) {
  const made = await benchCheckpoint(size);
  const checkpoint = await openCheckpoint(made.folder);
  const { threads } = checkpoint.backend;
  console.log(`\n${size}: ${(checkpoint.model.parameterCount / 1e6).toFixed(2)} M parameters; ${machineLine(threads)}; ${promptTokens} tokens in, ${newTokens} out; tokens/s by the clock (times transformers, by the clock and by processor time)`);
  const promptsFile = path.join(made.folder, 'prompts.json');
  writeFileSync(promptsFile, JSON.stringify(workloads));
  const peer = await runPeer('generate/transformers_generate.py', made.folder, promptsFile, String(newTokens), String(threads), String(repeats)) as Readonly<Record<string, Times>>;
  for (const [name, prompts] of Object.entries(workloads)) {
    const tokens = prompts.length * newTokens;
    const theirs = peer[name]!;
    const rate = ({ wallMs }: Times): string => (tokens * 1000 / wallMs).toFixed(0);
    const columns = [...await measure(checkpoint, made, prompts)].map(([way, times]) => `${way} ${rate(times)} (${ratios(theirs, times)})`);
    console.log(`  ${name.padEnd(14)} transformers ${rate(theirs)}; ${columns.join('; ')}`);
  }
  checkpoint.model.dispose();
  made.remove();
}
