// `preclinical ask --stdio` as an editor has it: a child that is sent lines and whose lines are waited for.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AskRequest, FromAsks } from '../../../src/protocol/asks';
import type { JobEvent } from '../../../src/protocol/events';
import { engineAsset } from '../../../src/engine/parts/assets';
import { listJobs } from '../../../src/runs/list';
import { requestJob } from '../../../src/runs/requests';
import { followEvents } from '../../../src/runs/follow';

type Message<T extends FromAsks['type']> = Extract<FromAsks, { type: T }>;

export class AskChild {
  readonly process: ChildProcess;
  readonly received: FromAsks[] = [];
  readonly exited: Promise<number | null>;
  #onMessage: () => void = () => undefined;

  constructor(root: string, args: readonly string[] = []) {
    this.process = spawn(process.execPath, [engineAsset('cli.mjs'), '--root', root, 'ask', '--stdio', ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => { this.process.once('close', (code) => { resolve(code); }); });
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.received.push(JSON.parse(line) as FromAsks);
      this.#onMessage();
    });
  }

  send(message: object | string): void {
    this.process.stdin!.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`);
  }

  /** The first message received so far or later that is of this type, and of this request when an id is given. */
  async until<T extends FromAsks['type']>(type: T, id?: string): Promise<Message<T>> {
    for (;;) {
      const found = this.received.find((one): one is Message<T> => one.type === type && (id === undefined || ('id' in one && one.id === id)));
      if (found) return found;
      const end = id === undefined ? undefined : this.of(id).find((one) => one.type === 'done' || one.type === 'failed' || one.type === 'cancelled');
      if (end) throw new Error(`The request ended without '${type}': ${JSON.stringify(end)}`);
      await new Promise<void>((resolve) => { this.#onMessage = resolve; });
    }
  }

  of(id: string): FromAsks[] {
    return this.received.filter((one) => 'id' in one && one.id === id);
  }

  /** As an editor that closes. */
  async end(): Promise<number | null> {
    this.process.stdin!.end();
    return this.exited;
  }
}

export interface AskWorkspace {
  readonly root: string;
  readonly cot: string;
  readonly questions: string;
  /** Ends the servers it has started. */
  remove(): Promise<void>;
}

export async function untilEnded(folder: string): Promise<JobEvent[]> {
  const events: JobEvent[] = [];
  for await (const event of followEvents(folder, { untilEnded: true })) events.push(event);
  return events;
}

export function makeAskWorkspace(settings = ''): AskWorkspace {
  const root = mkdtempSync(path.join(os.tmpdir(), 'preclinical-asks-'));
  const questions = path.join(root, 'questions.jsonl');
  const cot = path.join(root, 'trial.cot');
  writeFileSync(questions, Array.from({ length: 6 }, (_, index) => `${JSON.stringify({ question: `Question ${index + 1}?`, options: { A: 'aspirin', B: 'heparin' }, answer_idx: 'AB'[index % 2] })}\n`).join(''));
  writeFileSync(cot, `---\nkind: prompt\nname: trial\nquestions: questions.jsonl\nstrategies: [direct]\nmaxTokens: 8\n${settings}---\n{{ question }}\n`);
  return {
    root, cot, questions,
    remove: async () => {
      for (const job of await listJobs(root)) {
        if (await requestJob(job.folder, 'stop') !== undefined) await untilEnded(job.folder);
      }
      rmSync(root, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export function askOf(workspace: AskWorkspace, overrides: Partial<AskRequest> & Pick<AskRequest, 'id' | 'model'>): AskRequest {
  return { type: 'ask', cot: workspace.cot, lines: [1], ...overrides };
}
