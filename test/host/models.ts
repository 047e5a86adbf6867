// Who answers prompts, in a real VS Code with real requests: nothing is sent without consent, the key travels in the
// environment alone, and the editor's models are served to the engine's client.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import * as vscode from 'vscode';
import { createClient, type ModelClient } from '../../src/engine/client';
import type { PreclinicalApi } from '../../src/extension';
import { bridgeVariable, editorChoice, endpointChoice } from '../../src/host/models/choice';
import { listEditorModels } from '../../src/host/models/editor-models';
import type { ModelsParts } from '../../src/host/models/register';
import type { AskModel } from '../../src/protocol/asks';

const setting = 'preclinical.endpoints';
const key = 'k3y-of-the-lab';

describe('models for prompts', () => {
  const root = vscode.workspace.workspaceFolders![0]!.uri.fsPath;
  const folder = path.join(root, 'models-test');
  const extension = vscode.extensions.getExtension<PreclinicalApi>('preclinical.preclinical')!;
  const authorizations: (string | undefined)[] = [];
  let parts: ModelsParts;
  let server: Server;
  let choice: ReturnType<typeof endpointChoice>;

  before(async () => {
    parts = (await extension.activate()).models!;
    server = createServer((request, response) => {
      authorizations.push(request.headers.authorization);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ choices: [{ message: { content: 'Answer: A' }, finish_reason: 'stop' }] }));
    });
    await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'q.jsonl'), ['x', 'y'].map((text) => `${JSON.stringify({ question: `Which, ${text}?`, options: { A: 'one', B: 'two' }, answer_idx: 'A' })}\n`).join(''));
    writeFileSync(path.join(folder, 'q.cot'), '---\nname: models-test\nquestions: q.jsonl\nstrategies: [direct]\n---\n{{ question }}\n');
    // On this machine, but said to pass texts on: what leaves the machine needs consent by name.
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    await vscode.workspace.getConfiguration().update(setting, [{ name: 'lab', baseUrl, model: 'passed-on', cloud: true }], vscode.ConfigurationTarget.Workspace);
    choice = endpointChoice(parts.models.list.endpoints[0]!);
  });
  after(async () => {
    await parts.keys.remove(parts.models.list.endpoints[0]!);
    await parts.consents.revoke(parts.consents.agreed);
    await vscode.workspace.getConfiguration().update(setting, undefined, vscode.ConfigurationTarget.Workspace);
    rmSync(folder, { recursive: true, force: true });
    await new Promise((resolve) => { server.close(resolve); });
  });

  /** Exit code and what was printed. */
  const engine = (args: readonly string[], environment: Readonly<Record<string, string>>): Promise<{ code: number; said: string }> => new Promise((resolve) => {
    const program = path.join(extension.extensionPath, 'dist/engine/cli.mjs');
    const child = execFile(process.execPath, [program, '--root', root, ...args], { env: { ...process.env, ...environment } }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, said: stdout + stderr });
    });
  });
  const prompt = (ask: Extract<AskModel, { kind: 'endpoint' }>): string[] => [
    'prompt', path.join(folder, 'q.cot'), '--endpoint', ask.baseUrl, '--model', ask.model, '--foreground', '--json', ...(ask.cloud ? ['--cloud'] : []),
    ...(ask.keyVariable === undefined ? [] : ['--key-variable', ask.keyVariable]), ...(ask.consentedHost === undefined ? [] : ['--allow-remote']),
  ];
  const endpointOf = (ask: AskModel | undefined): Extract<AskModel, { kind: 'endpoint' }> => {
    assert.ok(ask?.kind === 'endpoint');
    return ask;
  };

  it('is the shipped sample model at first, and what was chosen from then on', async () => {
    assert.deepEqual(parts.models.current.ask, { kind: 'checkpoint', reference: 'sample' });
    await parts.models.use(choice);
    assert.deepEqual(parts.models.current, choice);
    assert.equal(parts.models.current.cloud, true);
  });

  it('sends nothing when consent is refused, nor when the engine is asked behind the editor\'s back', async () => {
    // In tests the editor refuses to show a modal dialog, which is as good as a user's no.
    assert.equal(await parts.models.prepare(choice).catch(() => undefined), undefined);
    assert.deepEqual(parts.consents.agreed, []);
    const { code, said } = await engine(prompt(endpointOf(choice.ask)), await parts.models.environment(choice.ask));
    assert.equal(code, 2);
    assert.match(said, /would leave this machine for passed-on/);
    assert.deepEqual(authorizations, []);
  });

  it('never sends what is marked egress: never, agreed to or not', async () => {
    await parts.consents.grant('passed-on');
    assert.equal(await parts.models.prepare(choice, 'never'), undefined);
    const text = readFileSync(path.join(folder, 'q.cot'), 'utf8');
    writeFileSync(path.join(folder, 'q.cot'), text.replace('name:', 'egress: never\nname:'));
    const { code, said } = await engine(prompt(endpointOf(await parts.models.prepare(choice))), await parts.models.environment(choice.ask));
    writeFileSync(path.join(folder, 'q.cot'), text);
    assert.equal(code, 2);
    assert.match(said, /egress: never/);
    assert.deepEqual(authorizations, []);
  });

  it('carries the key to the server through the environment alone', async () => {
    await parts.keys.store(parts.models.list.endpoints[0]!, key);
    const ask = endpointOf(await parts.models.prepare(choice));
    assert.deepEqual([ask.keyVariable, ask.consentedHost], ['PRECLINICAL_KEY_LAB', 'passed-on']);
    const { code, said } = await engine(prompt(ask), await parts.models.environment(ask));
    assert.equal(code, 0, said);
    // Two answers, and the scores of the options until the endpoint turned out to give none.
    assert.ok(authorizations.length >= 2);
    assert.deepEqual(new Set(authorizations), new Set([`Bearer ${key}`]));
    const holders = filesUnder(root).filter((file) => readFileSync(file).includes(key));
    assert.deepEqual(holders, [], 'no file of the workspace holds the key');
    assert.equal(JSON.stringify(prompt(ask)).includes(key), false);
  });

  it('asks anew after consent was revoked', async () => {
    await parts.consents.revoke(['passed-on']);
    assert.equal(await parts.models.prepare(choice).catch(() => undefined), undefined);
  });

  it('serves the editor\'s models to the engine\'s client, after consent that names them', async () => {
    if (!('registerLanguageModelChatProvider' in vscode.lm)) {
      assert.deepEqual(await listEditorModels(), [], 'this VS Code lets no extension give it a model');
      return;
    }
    const [model] = (await listEditorModels()).filter(({ id }) => id.startsWith('preclinical-test/'));
    assert.equal(model?.id, 'preclinical-test/echo');
    const chosen = editorChoice(model.id, model.name);
    assert.equal(await parts.models.prepare(chosen).catch(() => undefined), undefined, 'not agreed to yet');
    await parts.consents.grant(model.id);
    const ask = endpointOf(await parts.models.prepare(chosen));
    assert.equal(ask.consentedHost, model.id);
    const token = (await parts.models.environment(ask))[bridgeVariable]!;
    const client: ModelClient = createClient({ baseUrl: ask.baseUrl, model: ask.model, apiKey: token, retries: 0 });
    const request = { messages: [{ role: 'system', content: 'be short' }, { role: 'user', content: 'why?' }, { role: 'assistant', content: 'so' }, { role: 'user', content: 'more' }] };
    assert.equal((await client.chat(request)).choices[0]!.text, 'user=be short user=why? assistant=so user=more');
    const streamed: string[] = [];
    for await (const { text } of client.streamChat(request)) streamed.push(text);
    assert.equal(streamed.join(''), 'user=be short user=why? assistant=so user=more');
    assert.ok((await client.models()).includes(model.id));
    await assert.rejects(client.chat({ messages: [{ role: 'user', content: 'please refuse' }] }), /quota used up/);
    await parts.consents.revoke([model.id]);
    await assert.rejects(client.chat(request), /agreed/);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => path.join(folder, name)).filter((file) => statSync(file).isFile());
}
