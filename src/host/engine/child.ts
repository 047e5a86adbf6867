// The engine as a child that is kept: JSON objects in and out, one a line, until either side ends it.
import type { ChildProcessByStdio } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import * as vscode from 'vscode';
import { type EngineEnvironment, spawnEngine } from './engine';

/** Enough of what it last printed to say why it ended. */
const mostLastWords = 2_000;

export class EngineChild implements vscode.Disposable {
  readonly #said = new vscode.EventEmitter<unknown>();
  readonly #ended = new vscode.EventEmitter<string>();
  /** Each line it prints, as the value it holds; lines that are no JSON are passed over. */
  readonly onDidSay = this.#said.event;
  /** Once, with its last words; not when it was disposed of. */
  readonly onDidEnd = this.#ended.event;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  #isDisposed = false;

  static async start(extension: vscode.ExtensionContext, root: string, args: readonly string[], environment: EngineEnvironment = {}): Promise<EngineChild> {
    return new EngineChild(await spawnEngine(extension, root, args, ['pipe', 'pipe', 'pipe'], environment) as ChildProcessByStdio<Writable, Readable, Readable>);
  }

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>) {
    this.#child = child;
    let lastWords = '';
    createInterface({ input: child.stdout, crlfDelay: Infinity }).on('line', (line) => {
      const value = parseLine(line);
      if (value !== undefined && !this.#isDisposed) this.#said.fire(value);
    });
    child.stderr.on('data', (bytes: Buffer) => { lastWords = (lastWords + bytes.toString()).slice(-mostLastWords); });
    // A child that is gone takes nothing any more; that it is gone is told by its end.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => { this.#end(error.message); });
    // Not `close`: what it started may live on and hold its pipes.
    child.once('exit', (code, signal) => { this.#end(lastWords.trim() || vscode.l10n.t('The engine ended with {0} and said nothing.', signal ?? code ?? 1)); });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  say(message: object): void {
    this.#child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Ends its input, which ends it, and its life in case it does not listen. */
  dispose(): void {
    this.#isDisposed = true;
    this.#child.stdin.end();
    this.#child.kill('SIGTERM');
    this.#said.dispose();
    this.#ended.dispose();
  }

  #end(lastWords: string): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#ended.fire(lastWords);
    this.#said.dispose();
    this.#ended.dispose();
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
