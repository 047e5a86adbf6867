// A build on several threads: the same bytes as on one, and after a kill -9 at any step it goes on with what is not done.
import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { buildMix, planMix, type MixPlan } from '../../../src/engine/data';
import { stepsFolder } from '../../../src/engine/data/steps/artefact';
import { packageRoot } from '../../../src/engine/parts/assets';
import { addTokenizer, makeWorkspace, type TestWorkspace } from '../../fixtures/data/workspace';

const words = 'patient fever cough clinic valley river treatment amoxicillin answer question history finding lung heart blood'.split(' ');
const note = (i: number): string => Array.from({ length: 40 + (i % 30) }, (_, at) => words[(i * 31 + at * at * 7 + ((i >> 3) * at)) % words.length]).join(' ');

describe('a mix on several threads', function () {
  this.timeout(180_000);
  let workspace: TestWorkspace;
  before(async () => {
    const files = Object.fromEntries(Array.from({ length: 4 }, (_, part) => [`notes/${part}.jsonl`, Array.from({ length: 1500 }, (_, i) => JSON.stringify({ text: `${part}-${i} ${note(part * 1500 + i)}` })).join('\n')]));
    const sources = Array.from({ length: 4 }, (_, part) => `  s${part}: { path: notes/${part}.jsonl, domain: clinical }\n`).join('');
    workspace = await makeWorkspace({
      ...files,
      'm.mix.yaml': `name: m\ntokenizer: tokenizer\nsources:\n${sources}deduplicate: { minhash: {} }\nstages: [{ name: all, sources: { s0: { epochs: 1 }, s1: { epochs: 1 }, s2: { epochs: 1 }, s3: { epochs: 1 } } }]\nheldOut: { h: { source: s0, fraction: 0.05 } }\n`,
    });
    await addTokenizer(path.join(workspace.root, 'tokenizer'));
  });
  after(() => workspace.remove());
  const plan = (): Promise<MixPlan> => planMix(path.join(workspace.root, 'm.mix.yaml'), workspace.root);
  const forget = (): Promise<void> => rm(path.join(workspace.root, '.preclinical'), { recursive: true, force: true });
  const manifest = async ({ folder }: MixPlan): Promise<string> => readFile(path.join(folder, 'manifest.json'), 'utf8');
  /** Steps that are done, with when. */
  async function done(): Promise<Map<string, number>> {
    const folder = stepsFolder(workspace.root);
    const names = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('done.json') && !name.includes('partial'));
    return new Map(await Promise.all(names.map(async (name) => [name, (await stat(path.join(folder, name))).mtimeMs] as const)));
  }
  function start(): ChildProcess {
    return spawn(process.execPath, [path.join(packageRoot, 'dist/engine/cli.mjs'), '--root', workspace.root, 'mix', 'build', path.join(workspace.root, 'm.mix.yaml'), '--detach', '--json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  it('gives the same bytes on one thread and on three', async () => {
    const mix = await plan();
    await buildMix(mix, { threads: 1 });
    const one = await manifest(mix);
    await forget();
    await buildMix(mix, { threads: 3 });
    assert.equal(await manifest(mix), one);
  });

  it('goes on after a kill -9 in each of its steps, doing nothing again that was done', async () => {
    const mix = await plan();
    const whole = await manifest(mix);
    await forget();
    for (const step of ['screen', 'encode']) {
      const child = start();
      let said = '';
      child.stdout!.on('data', (chunk: Buffer) => { said += chunk.toString(); });
      await new Promise((resolve) => { child.once('close', resolve); });
      const { folder } = JSON.parse(said) as { folder: string };
      await until(async () => [...(await done()).keys()].some((name) => name.startsWith(`${step}${path.sep}`)));
      const { pid } = JSON.parse(await readFile(path.join(folder, 'status.json'), 'utf8')) as { pid: number };
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It was faster than we are.
      }
    }
    const before = await done();
    await buildMix(mix, { threads: 2 });
    const after = await done();
    assert.ok(before.size > 0);
    for (const [name, mtimeMs] of before) assert.equal(after.get(name), mtimeMs, `${name} was done again`);
    assert.equal(await manifest(mix), whole);
  });

  it('says that the disk is full, and goes on when there is room', async function () {
    if (process.platform === 'win32') this.skip();
    const mix = await plan();
    const whole = await manifest(mix);
    await forget();
    // Units of 1024 bytes in bash: enough for events, too little for the texts of a piece.
    const full = spawnSync('bash', ['-c', 'ulimit -f 300; exec "$@"', 'mix', process.execPath, path.join(packageRoot, 'dist/engine/cli.mjs'), '--root', workspace.root, 'mix', 'build', path.join(workspace.root, 'm.mix.yaml'), '--foreground'], { encoding: 'utf8' });
    assert.equal(full.status, 2, full.stdout + full.stderr);
    assert.match(full.stdout + full.stderr, /size limit/);
    assert.deepEqual(await readdir(path.dirname(mix.folder)).catch(() => []), []);
    await buildMix(mix, { threads: 2 });
    assert.equal(await manifest(mix), whole);
  });

  it('keeps what was done when it is stopped, and leaves no thread or half-made step that counts', async () => {
    const mix = await plan();
    await forget();
    const stop = new AbortController();
    await assert.rejects(buildMix(mix, { threads: 2, signal: stop.signal, onProgress: ({ label }) => { if (label.startsWith('Encoding')) stop.abort(new Error('enough')); } }), /enough/);
    assert.ok((await done()).size > 0);
    await buildMix(mix, { threads: 2 });
  });
});

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!await isTrue()) await new Promise((resolve) => { setTimeout(resolve, 10); });
}
