// Asks questions through one `preclinical ask --stdio` a window: started with the first question, again after a crash or
// when the keys it was given change, ended with the window.
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import type { AskModel, AskRequest, FromAsks } from '../../protocol/asks';
import { EngineChild } from '../engine/child';
import type { EngineEnvironment } from '../engine/engine';
import type { AskBook, BegunAsk } from './book';

export type Question = Omit<AskRequest, 'type' | 'id' | 'model'>;

interface Running {
  readonly child: EngineChild;
  readonly root: string;
  readonly environment: string;
  /** Asks it has not ended. */
  readonly open: Set<string>;
}

export class Asking implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #ended = new vscode.EventEmitter<string>();
  /** The id of an Ask, when it is done, cancelled or failed. */
  readonly onDidEnd = this.#ended.event;
  readonly #runnings = new Set<Running>();
  #current: Running | undefined;
  #starting: Promise<Running> | undefined;

  constructor(private readonly extension: vscode.ExtensionContext, private readonly book: AskBook) {}

  /** Process of the engine that is asked now. */
  get pid(): number | undefined {
    return this.#current?.child.pid;
  }

  /** The id under which answers come. */
  async ask(root: string, question: Question, model: AskModel, environment: EngineEnvironment, begun: Omit<BegunAsk, 'id'>): Promise<string> {
    const running = await this.#running(root, environment);
    const id = randomUUID();
    this.book.begin({ id, ...begun });
    running.open.add(id);
    running.child.say({ type: 'ask', id, ...question, model } satisfies AskRequest);
    this.#changed.fire();
    return id;
  }

  cancel(id: string): void {
    for (const { child, open } of this.#runnings) if (open.has(id)) child.say({ type: 'cancel', id });
  }

  dispose(): void {
    for (const { child } of this.#runnings) child.dispose();
    this.#runnings.clear();
    this.#changed.dispose();
    this.#ended.dispose();
  }

  /** One start for questions that are asked at the same moment. */
  async #running(root: string, environment: EngineEnvironment): Promise<Running> {
    await this.#starting;
    const wanted = JSON.stringify(Object.entries(environment).sort());
    const current = this.#current;
    if (current?.root === root && current.environment === wanted) return current;
    if (current) this.#retire(current);
    this.#starting = this.#start(root, environment, wanted);
    try {
      return await this.#starting;
    } finally {
      this.#starting = undefined;
    }
  }

  async #start(root: string, environment: EngineEnvironment, wanted: string): Promise<Running> {
    const running: Running = { child: await EngineChild.start(this.extension, root, ['ask', '--stdio'], environment), root, environment: wanted, open: new Set() };
    this.#runnings.add(running);
    this.#current = running;
    running.child.onDidSay((value) => { if (isMessage(value)) this.#take(running, value); });
    running.child.onDidEnd((lastWords) => { this.#crashed(running, lastWords); });
    return running;
  }

  /** What it was asked it still answers; then it goes. */
  #retire(running: Running): void {
    this.#current = undefined;
    if (running.open.size > 0) return;
    this.#runnings.delete(running);
    running.child.dispose();
  }

  #take(running: Running, message: FromAsks): void {
    this.book.take(message);
    if (message.type === 'done' || message.type === 'cancelled' || message.type === 'failed') {
      running.open.delete(message.id);
      if (running !== this.#current) this.#retire(running);
      this.#ended.fire(message.id);
    }
    this.#changed.fire();
  }

  #crashed(running: Running, lastWords: string): void {
    this.#runnings.delete(running);
    if (this.#current === running) this.#current = undefined;
    const open = [...running.open];
    if (open.length === 0) return;
    this.book.fail(open, vscode.l10n.t('The engine ended: {0}', lastWords));
    for (const id of open) this.#ended.fire(id);
    this.#changed.fire();
    void vscode.window.showErrorMessage(vscode.l10n.t('The engine that answers questions ended unexpectedly; the next question starts it again. {0}', lastWords));
  }
}

function isMessage(value: unknown): value is FromAsks {
  return typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';
}
