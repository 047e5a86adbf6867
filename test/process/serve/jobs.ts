// Serve and prompt jobs in a workspace of their own, started as the command line starts them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cotSchema, type CotSettings } from '../../../src/documents/cot/schema';
import type { PromptModel } from '../../../src/engine/jobs/prepare/prompt';
import type { PromptSummary } from '../../../src/engine/prompting';
import { createJob } from '../../../src/runs/create';

export const questionCount = 10;

export interface Workspace { readonly root: string; remove(): Promise<void> }

/** A workspace with `questions/questions.jsonl`, one record of which is no question. */
export async function makeWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'preclinical-prompting-'));
  const lines = Array.from({ length: questionCount }, (_, index) => ({ question: `Question ${index}?`, options: { A: 'aspirin', B: 'heparin' }, answer_idx: 'AB'[index % 2], answer: ['aspirin', 'heparin'][index % 2] }));
  await writeFile(path.join(root, 'questions.jsonl'), [...lines, { question: 'Without options?' }].map((line) => JSON.stringify(line)).join('\n'));
  return { root, remove: () => rm(root, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function createPromptJob(root: string, model: PromptModel, settings: Partial<CotSettings> = {}): Promise<string> {
  const cot = { ...cotSchema.parse({ name: 'trial', questions: 'questions.jsonl', strategies: ['direct', 'self-consistency'], repeats: 2, maxTokens: 8, likelihood: false }), ...settings };
  const body = '{{ question }}\n{% for o in options %}\n{{ o.letter }}. {{ o.text }}\n{% endfor %}\n{% if strategy != "direct" %}Think.{% endif %}';
  return (await createJob(root, {
    schema: 1, kind: 'prompt', name: 'trial', overrides: {},
    resolved: { cot, body, questions: 'questions.jsonl', model, inputHashes: {} },
  })).folder;
}

export async function summaryOf(folder: string): Promise<PromptSummary> {
  return JSON.parse(await readFile(path.join(folder, 'results', 'summary.json'), 'utf8')) as PromptSummary;
}

export async function answersOf(folder: string): Promise<string[]> {
  const lines = (await readFile(path.join(folder, 'results', 'results.jsonl'), 'utf8')).trim().split('\n');
  const records = lines.map((line) => JSON.parse(line) as { answer: string; index: number; strategy: string; repeat: number });
  return records.map(({ index, strategy, repeat, answer }) => ({ key: `${String(index).padStart(6, '0')} ${strategy} ${repeat}`, answer })).sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ answer }) => answer);
}
