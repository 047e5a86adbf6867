// One build of a mix over the corpus by the engine's own program: time and rate of each step from its events, peak memory of the
// process, and what it found against what was planted.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const pollMs = 50;

export function writeMix(folder, tokenizer, { filters = true } = {}) {
  fs.cpSync(tokenizer, path.join(folder, 'tokenizer'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'bench.mix.yaml'), `name: bench
tokenizer: tokenizer
sources:
  corpus: { path: 'part-*.jsonl', domain: clinical, licence: MIT, phi: none${filters ? ', filters: { gopherQuality: {}, gopherRepetition: {} }' : ''} }
deduplicate: { minhash: {} }
decontaminate: [questions.jsonl]
stages: [{ name: all, sources: { corpus: { epochs: 1 } } }]
`);
}

/** Runs in a process of its own, as a user would start it. `parts`: where optional parts are; none when undefined. */
export async function buildOnce(root, folder, { parts } = {}) {
  const startMs = performance.now();
  const child = spawn(process.execPath, [path.join(root, 'dist/engine/cli.mjs'), '--root', folder, 'mix', 'build', path.join(folder, 'bench.mix.yaml'), '--foreground'],
    { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, PRECLINICAL_PARTS: parts ?? path.join(folder, 'no-parts') } });
  let peakBytes = 0;
  let usedMs = 0;
  /** Resident bytes of all processes of the build, by what was being done when it was looked at. */
  const peakByStep = {};
  /** Processor time by what was being done when it was looked at. */
  const processorMs = {};
  const timer = setInterval(() => {
    const pid = jobPid(folder);
    const resident = sumOf(processesUnder(child.pid, pid), (one) => readStatus(one, 'VmRSS') ?? 0);
    peakBytes = Math.max(peakBytes, readStatus(pid, 'VmHWM') ?? 0, resident);
    const nowMs = readProcessorMs(pid) ?? usedMs;
    const label = lastLabel(folder);
    if (label) peakByStep[label] = Math.max(peakByStep[label] ?? 0, resident);
    if (label) processorMs[label] = (processorMs[label] ?? 0) + nowMs - usedMs;
    usedMs = nowMs;
  }, pollMs);
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  clearInterval(timer);
  if (code !== 0) throw new Error(`the build ended with ${code}`);
  return { totalMs: performance.now() - startMs, steps: stepsOf(eventsOf(folder)), processorMs, peakBytes, peakByStep };
}

/** The newest job of the folder. */
function jobFolder(folder) {
  const runs = path.join(folder, '.preclinical/runs');
  return path.join(runs, fs.readdirSync(runs).sort().at(-1));
}

function jobPid(folder) {
  try {
    return JSON.parse(fs.readFileSync(path.join(jobFolder(folder), 'status.json'), 'utf8')).pid;
  } catch {
    return undefined;
  }
}

function eventsOf(folder) {
  return fs.readFileSync(path.join(jobFolder(folder), 'events.jsonl'), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** What tells a second build that nothing is encoded or written yet; what was read and screened stays. */
export function forgetEncoded(folder) {
  for (const name of ['cache/mix-steps/encode', 'mixes', 'runs']) fs.rmSync(path.join(folder, '.preclinical', name), { recursive: true, force: true });
}

/** First word of the newest progress. Only the end of the events is read. */
function lastLabel(folder) {
  try {
    const handle = fs.openSync(path.join(jobFolder(folder), 'events.jsonl'), 'r');
    const { size } = fs.fstatSync(handle);
    const buffer = Buffer.alloc(Math.min(size, 4096));
    fs.readSync(handle, buffer, 0, buffer.length, size - buffer.length);
    fs.closeSync(handle);
    return [...buffer.toString('utf8').matchAll(/"label":"(\w+)/g)].at(-1)?.[1];
  } catch {
    return undefined;
  }
}

/** Of all threads of a process, user and system; Linux counts them in hundredths of a second. */
function readProcessorMs(pid) {
  try {
    const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return undefined;
  }
}

/** Resident bytes of a process: now (VmRSS) or at their peak (VmHWM). */
function readStatus(pid, field) {
  try {
    const [, kilobytes] = new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
  } catch {
    return undefined;
  }
}

/** The process that was started, those it started, and the job's, which may have been let go. */
function processesUnder(started, job) {
  const found = new Set();
  const open = [started, ...(job === undefined ? [] : [job])];
  for (let pid = open.pop(); pid !== undefined; pid = open.pop()) {
    if (found.has(pid)) continue;
    found.add(pid);
    open.push(...childrenOf(pid));
  }
  return [...found];
}

function childrenOf(pid) {
  try {
    return fs.readdirSync(`/proc/${pid}/task`).flatMap((thread) => fs.readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

function sumOf(list, valueOf) {
  return list.reduce((total, one) => total + valueOf(one), 0);
}

/** Milliseconds by the first word of what was being done. */
function stepsOf(events) {
  const steps = {};
  let last;
  for (const event of events) {
    if (event.type !== 'progress' && event.type !== 'finished') continue;
    const label = event.type === 'progress' ? event.label.split(' ')[0] : 'end';
    if (last && label !== last.label) {
      steps[last.label] = (steps[last.label] ?? 0) + event.elapsedMs - last.startMs;
      last = undefined;
    }
    last ??= { label, startMs: event.elapsedMs };
  }
  return steps;
}

/** The product's manifest and lists. */
export function readProduct(folder) {
  const parent = path.join(folder, '.preclinical/mixes/bench');
  const product = path.join(parent, fs.readdirSync(parent).find((name) => /^[0-9a-f]{12}$/.test(name)));
  const lines = (name) => fs.readFileSync(path.join(product, name), 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return { manifest: JSON.parse(fs.readFileSync(path.join(product, 'manifest.json'), 'utf8')), dropped: lines('dropped.jsonl'), clusters: lines('duplicates.jsonl'), leaks: lines('contamination.jsonl') };
}

/** Recall over planted pairs at least as alike as `at`; precision over documents dropped as near-duplicates. */
export function judge(folder, { clusters, dropped, leaks }, { at = 0.85, threshold = 0.8 } = {}) {
  const truth = JSON.parse(fs.readFileSync(path.join(folder, 'truth.json'), 'utf8'));
  const familyOf = new Map();
  const root = (id) => {
    let top = id;
    while (familyOf.has(top)) top = familyOf.get(top);
    return top;
  };
  for (const [copy, base] of [...truth.near, ...truth.exact]) familyOf.set(copy, base);
  const clusterOf = new Map(clusters.flatMap(({ members }, index) => members.map(({ document }) => [document, index])));
  const gone = new Map(dropped.map((line) => [line.document, line.reason]));
  const exactOf = new Map(dropped.filter(({ reason }) => reason === 'duplicate').map((line) => [line.document, line.keeper?.document]));
  const standsFor = (id) => exactOf.get(id) ?? id;
  const otherwiseGone = (id) => gone.has(id) && !['near-duplicate', 'duplicate'].includes(gone.get(id));
  const pairs = truth.near.filter(([copy, base, similarity]) => similarity >= at && similarity < 1 && !otherwiseGone(copy) && !otherwiseGone(base));
  const found = pairs.filter(([copy, base]) => {
    const [a, b] = [standsFor(copy), standsFor(base)];
    return a === b || (clusterOf.has(a) && clusterOf.get(a) === clusterOf.get(b));
  });
  const near = dropped.filter(({ reason }) => reason === 'near-duplicate');
  const right = near.filter(({ document, keeper }) => keeper && root(document) === root(keeper.document));
  const leaked = new Set(leaks.map(({ document }) => document));
  const exactFound = truth.exact.filter(([copy, base]) => gone.has(copy) || gone.has(base));
  return {
    nearPairs: pairs.length, recall: found.length / pairs.length, dropped: near.length, precision: right.length / near.length, threshold,
    exactRecall: exactFound.length / truth.exact.length,
    contaminatedRecall: truth.contaminated.filter(([id]) => leaked.has(id) || gone.has(id)).length / truth.contaminated.length,
  };
}
