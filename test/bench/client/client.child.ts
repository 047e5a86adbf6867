// What the model client and the journal cost a call beside the exchange itself: the same requests to the same server on
// loopback, by Node's own http module and by the client, then with the journal and the kept answers. `npm run bench:client`.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { AnswerCache, cachedClient, createClient, type ChatRequest } from '../../../src/engine/client';
import { Journal } from '../../../src/engine/prompting/journal';

const calls = 2_000;
const rounds = 5;
const text = 'A 62-year-old man has crushing chest pain radiating to the left arm. '.repeat(20);
const answer = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'Because of the pain. Answer: B' }, finish_reason: 'stop' }], usage: { prompt_tokens: 300, completion_tokens: 9 } });

const folder = mkdtempSync(path.join(os.tmpdir(), 'preclinical-bench-'));
const server = createServer((incoming, response) => {
  incoming.resume().on('end', () => { response.setHeader('content-type', 'application/json').end(answer); });
});
await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
const { port } = server.address() as AddressInfo;
const chat = (seed: number): ChatRequest => ({ messages: [{ role: 'user', content: text }], temperature: 0, maxTokens: 256, seed });
const agent = new Agent({ keepAlive: true });

async function bare(seed: number): Promise<unknown> {
  const body = JSON.stringify({ model: 'm', ...chat(seed) });
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/v1/chat/completions', method: 'POST', agent, headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => { resolve(JSON.parse(Buffer.concat(chunks).toString('utf8'))); });
    }).on('error', reject).end(body);
  });
}

/** Milliseconds a call: the least of the rounds, since other work on the machine only adds. */
async function timed(call: (seed: number) => Promise<unknown>): Promise<number> {
  let least = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    for (let one = 0; one < calls; one++) await call(round * calls + one);
    least = Math.min(least, (performance.now() - begun) / calls);
  }
  return least;
}

const client = createClient({ baseUrl: `http://127.0.0.1:${port}/v1`, model: 'm' });
const cached = cachedClient(client, new AnswerCache(path.join(folder, 'answers')), 'm');
const journal = new Journal(path.join(folder, 'results.jsonl'));
const record = { schema: 1, model: 'm', promptHash: 'p'.repeat(64), strategy: 'direct', repeat: 0, question: 'q', index: 0, letters: ['A', 'B'], gold: 'B', seed: 1, answer: 'Because of the pain. Answer: B', finishReason: 'stop', extracted: { letter: 'B', rule: 'letter', taken: 'B' } } as const;
try {
  const exchange = await timed(bare);
  const rows = {
    'exchange alone (node:http)': exchange,
    'client': await timed((seed) => client.chat(chat(seed))),
    'client, keeping answers': await timed((seed) => cached.chat(chat(seed))),
    'an answer that is kept': await timed((seed) => cached.chat(chat(seed % calls))),
    'journal alone': await timed((seed) => { journal.append({ ...record, question: `q${seed}` }); return Promise.resolve(); }),
  };
  for (const [name, perCall] of Object.entries(rows)) console.log(`${name.padEnd(28)} ${perCall.toFixed(3)} ms a call`);
  console.log(`${calls} calls of ${(text.length / 1000).toFixed(1)} kB, least of ${rounds} rounds, Node ${process.version}, load ${os.loadavg()[0]!.toFixed(1)} on ${os.cpus().length} cores`);
} finally {
  journal.close();
  agent.destroy();
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
}
