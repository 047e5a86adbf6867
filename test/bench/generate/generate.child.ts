// Generation by the engine, by `preclinical serve`, by llama.cpp where it is installed, and by transformers' generate: same
// checkpoint, prompts and threads, greedy, taking turns in one run.
//   npm run bench:generate [-- 1M 5M 30M]      PRECLINICAL_THREADS says how many threads
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { saveGguf } from '../../../src/engine/gguf';
import { createGenerator, openCheckpoint, openGguf, type Generator, type LoadedCheckpoint } from '../../../src/engine/inference';
import { findPart } from '../../../src/engine/parts/installed';
import { serveCheckpoint } from '../../../src/engine/serve';
import { benchCheckpoint, chosenSizes, type BenchCheckpoint } from '../checkpoints';
import { machineLine, quantile, timed, type Times } from '../machine';
import { Peer } from '../python';

const promptTokens = 128;
const newTokens = 128;
/** Rounds before those that count: code is compiled in them, which a server does once. */
const warmRounds = 3;
const rounds = 7;
type Prompts = readonly (readonly number[])[];

/** Other prompts each round: `serve` remembers how those it saw begin. */
function makePrompts(count: number, round: number): Prompts {
  return Array.from({ length: count }, (_, row) => Array.from({ length: promptTokens }, (_unused, i) => 300 + ((i * 37 + (row + 8 * round) * 101) % 2500)));
}
const workloads: Readonly<Record<string, number>> = { 'one sequence': 1, 'eight at once': 8 };

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

/** Takes one turn with these prompts. */
interface Way { readonly turn: (prompts: Prompts) => Promise<Times>; readonly end: () => Promise<void> }

async function openWays(checkpoint: LoadedCheckpoint, made: BenchCheckpoint, most: number): Promise<ReadonlyMap<string, Way>> {
  const ways = new Map<string, Way>();
  const endless = createGenerator({ ...checkpoint, stopTokens: new Set<number>() });
  ways.set('engine', { turn: (prompts) => timed(() => sayAll(endless, prompts)), end: () => Promise.resolve() });
  const server = await serveCheckpoint(made.folder);
  const ask = async (prompt: readonly number[]): Promise<void> => {
    const body = JSON.stringify({ model: server.model.name, prompt, max_tokens: newTokens, temperature: 0 });
    const answer = await (await fetch(`${server.baseUrl}/completions`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).json() as { readonly usage: { readonly completion_tokens: number } };
    assertWhole(answer.usage.completion_tokens);
  };
  ways.set('serve', { turn: (prompts) => timed(() => Promise.all(prompts.map(ask))), end: () => server.close() });
  if (findPart('llama')) {
    const file = path.join(made.folder, 'bench.gguf');
    await saveGguf(checkpoint.model, file, { name: made.name, dtype: 'f32', tokenizerFolder: made.folder, tokenizer: checkpoint.tokenizer, extra: {} });
    const gguf = await openGguf(file, { sequences: most, threads: checkpoint.backend.threads, contextLength: 512 });
    ways.set('llama.cpp', {
      turn: (prompts) => timed(() => sayAll(gguf.generator, prompts)),
      end: async () => {
        await gguf.dispose();
        rmSync(file);
      },
    });
  }
  return ways;
}

const spread = (values: readonly number[]): string => `${quantile(values, 0.5).toFixed(2)} [${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)}]`;

if (!findPart('llama')) console.log('llama.cpp is not installed (preclinical doctor --install llama): not measured.');
for (const size of chosenSizes()) {
  const made = await benchCheckpoint(size);
  const checkpoint = await openCheckpoint(made.folder);
  const { threads } = checkpoint.backend;
  const file = path.join(made.folder, 'prompts.json');
  writeFileSync(file, JSON.stringify(Object.fromEntries(Object.entries(workloads).map(([name, count]) => [name, makePrompts(count, 0)]))));
  const peer = new Peer('generate/transformers_generate.py', made.folder, file, String(newTokens), String(threads));
  const ways = await openWays(checkpoint, made, Math.max(...Object.values(workloads)));
  console.log(`\n${size}: ${(checkpoint.model.parameterCount / 1e6).toFixed(2)} M parameters; ${machineLine(threads)}; ${promptTokens} tokens in, ${newTokens} out; medians of ${rounds} rounds, in brackets the half of them around it`);
  for (const [name, count] of Object.entries(workloads)) {
    const theirs: Times[] = [];
    const ours = new Map([...ways.keys()].map((way) => [way, [] as Times[]]));
    for (let round = 0; round < warmRounds + rounds; round++) {
      theirs.push(await peer.ask<Times>(name));
      for (const [way, { turn }] of ways) ours.get(way)!.push(await turn(makePrompts(count, round)));
    }
    const rate = (times: readonly Times[]): string => `${(count * newTokens * 1000 / quantile(times.slice(warmRounds).map(({ wallMs }) => wallMs), 0.5)).toFixed(0)} tokens/s`;
    console.log(`  ${name}: transformers ${rate(theirs)}`);
    for (const [way, times] of ours) {
      const times_ = (clock: keyof Times): number[] => times.map((one, round) => theirs[round]![clock] / one[clock]);
      const [wall, processor] = [times_('wallMs'), times_('cpuMs')];
      console.log(`    ${way.padEnd(9)} ${rate(times)}, times transformers by the clock ${spread(wall.slice(warmRounds))}, by processor time ${spread(processor.slice(warmRounds))}; in the first round ${wall[0]!.toFixed(2)} and ${processor[0]!.toFixed(2)}`);
    }
  }
  for (const { end } of ways.values()) await end();
  peer.end();
  checkpoint.model.dispose();
  made.remove();
}
process.exit(0);
