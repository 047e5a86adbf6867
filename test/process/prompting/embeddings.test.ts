// Solved questions chosen by the vectors of a server that is not the model's: asked end to end by the command, with keys of
// their own, and with consent of their own where that server is elsewhere.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { engineAsset } from '../../../src/engine/parts/assets';
import { makeTinyCheckpoint } from '../../engine/serve/tiny-checkpoint';
import { chatReply, startEndpoint, type EndpointServer } from '../../unit/engine/client/endpoint-server';

const run = promisify(execFile);
const topics = ['heart', 'lung', 'skin'];
const line = (question: string, answer: string): string => `${JSON.stringify({ question, options: { A: 'yes', B: 'no' }, answer_idx: answer })}\n`;

interface VectorServer { readonly baseUrl: string; readonly texts: string[]; readonly keys: Set<string | undefined>; readonly server: Server }

/** Vectors of how often a text names each topic. */
async function startVectors(): Promise<VectorServer> {
  const texts: string[] = [];
  const keys = new Set<string | undefined>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const { input } = JSON.parse(Buffer.concat(chunks).toString()) as { input: string[] };
      texts.push(...input);
      keys.add(request.headers.authorization);
      const data = input.map((text, index) => ({ index, object: 'embedding', embedding: topics.map((topic) => text.split(topic).length - 1 + 0.01) }));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data, model: 'vectors', usage: { prompt_tokens: 1, total_tokens: 1 } }));
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, texts, keys, server };
}

describe('few-shot by vectors of another server', () => {
  let root: string;
  let chat: EndpointServer;
  let vectors: VectorServer;
  beforeEach(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-vectors-'));
    mkdirSync(path.join(root, '.preclinical'));
    writeFileSync(path.join(root, 'asked.jsonl'), line('Does the lung hurt?', 'A') + line('Is the skin red?', 'B'));
    writeFileSync(path.join(root, 'solved.jsonl'), topics.map((topic) => line(`A case of the ${topic}, ${topic} and ${topic}.`, 'A')).join(''));
    chat = await startEndpoint([chatReply('A')]);
    vectors = await startVectors();
  });
  afterEach(async () => {
    await chat.close();
    vectors.server.closeAllConnections();
    await new Promise((resolve) => { vectors.server.close(resolve); });
    rmSync(root, { recursive: true, maxRetries: 5 });
  });

  const cotFile = (): string => path.join(root, 'trial.cot');
  function writeCot(endpoint: string, more = ''): void {
    writeFileSync(cotFile(), `---\nname: trial\nquestions: asked.jsonl\nstrategies: [knn-few-shot]\nlikelihood: false\n${more}exemplars:\n  file: solved.jsonl\n  count: 1\n  similarity: embeddings\n  embeddingModel: vectors\n`
      + `  embeddingEndpoint: ${endpoint}\n  embeddingKeyVariable: VECTOR_KEY\n---\n{{ question }}{% for o in options %}\n{{ o.letter }}. {{ o.text }}{% endfor %}\n`);
  }
  async function prompt(...more: string[]): Promise<string> {
    const { stdout } = await run(process.execPath, [engineAsset('cli.mjs'), '--root', root, 'prompt', cotFile(), ...more], { env: { ...process.env, CHAT_KEY: 'chat-secret', VECTOR_KEY: 'vector-secret' } });
    return stdout;
  }
  const failure = async (...more: string[]): Promise<string> => prompt(...more).then(() => assert.fail('it went through'), (error: unknown) => {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout}${stderr}`;
  });
  const toChat = (): string[] => ['--endpoint', chat.baseUrl, '--model', 'm', '--key-variable', 'CHAT_KEY'];

  it('shows what is most like the question, and gives each server its own key and no other', async () => {
    writeCot(vectors.baseUrl);
    await prompt(...toChat());
    assert.equal(vectors.texts.length, 5);
    assert.deepEqual([...vectors.keys], ['Bearer vector-secret']);
    assert.ok(chat.received.every(({ path: where, headers }) => where === '/v1/chat/completions' && headers.authorization === 'Bearer chat-secret'));
    const shown = chat.received.map(({ body }) => (body['messages'] as { content: string }[]).map(({ content }) => topics.filter((topic) => content.includes(topic)).join()));
    assert.deepEqual(shown.sort(), [['lung', '', 'lung'], ['skin', '', 'skin']]);
  });

  it('serves a checkpoint that makes no vectors too', async () => {
    writeCot(vectors.baseUrl, 'maxTokens: 2\n');
    const checkpoint = await makeTinyCheckpoint();
    try {
      assert.match(await prompt('--model', checkpoint.folder, '--set', 'exemplars.count=2'), /2 calls/);
      assert.equal(vectors.texts.length, 5);
    } finally {
      await checkpoint.remove();
    }
  });

  it('elsewhere is sent nothing without consent that names it, and nothing marked egress: never with it', async () => {
    writeCot('http://vectors.example:8081/v1');
    const estimate = JSON.parse(await prompt(...toChat(), '--estimate', '--json')) as { embeddings: number; embeddingRemote?: string; remote?: string };
    assert.deepEqual([estimate.embeddings, estimate.embeddingRemote, estimate.remote], [5, 'vectors.example:8081', undefined]);
    assert.match(await failure(...toChat()), /leave this machine for vectors\.example:8081.*--allow-remote-embeddings vectors\.example:8081/s);
    assert.match(await failure(...toChat(), '--allow-remote-embeddings', 'other.example'), /leave this machine for vectors\.example:8081/);
    writeCot('http://vectors.example:8081/v1', 'egress: never\n');
    assert.match(await failure(...toChat(), '--allow-remote-embeddings', 'vectors.example:8081'), /marked egress: never/);
    assert.equal(chat.received.length, 0);
  });
});
