// What the editor knows of prompt experiments: their files, what was asked, what is being asked. Everything that is shown
// is drawn from here, and drawn again when it says so.
import * as vscode from 'vscode';
import { questionHash } from '../../runs/asks';
import { fromStoredPath, toStoredPath } from '../../runs/stored-path';
import type { Models } from '../models/model';
import { workspaceRoot } from '../root';
import { Asking } from './asking';
import { AskBook, type QuestionAnswers } from './book';
import { CotIndex } from './cots';
import { KeptAnswers } from './kept';
import { type CotFile, usedCot } from './matching';

/** Text streams faster than anyone reads. */
const redrawPauseMs = 60;
const lastUsedKey = 'preclinical.cotOfSet';
const clearedKey = 'preclinical.inlineClearedAt';

export class Prompts implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  /** At most once in a short while. */
  readonly onDidChange = this.#changed.event;
  readonly cots = new CotIndex();
  readonly book = new AskBook(
    (cot) => this.#cotOf(cot)?.settings.tieRule ?? 'first-seen', (cot) => this.#cotOf(cot)?.version, (cot) => this.#cotOf(cot)?.settings.strategies ?? [],
  );
  readonly kept: KeptAnswers;
  readonly asking: Asking;
  readonly #subscriptions: vscode.Disposable[];
  #timer: NodeJS.Timeout | undefined;

  constructor(readonly extension: vscode.ExtensionContext, readonly models: Models) {
    this.kept = new KeptAnswers(this.book);
    this.asking = new Asking(extension, this.book);
    const touch = (): void => { this.touch(); };
    this.#subscriptions = [
      vscode.Disposable.from(this.cots, this.kept, this.asking),
      this.cots.onDidChange(touch), this.kept.onDidChange(touch), this.asking.onDidChange(touch), models.onDidChange(touch),
    ];
  }

  /** Something that is shown changed. */
  touch(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire();
    }, redrawPauseMs);
  }

  /** Path under which answers to questions of this file are kept. */
  storedPath(file: string): string {
    const root = workspaceRoot();
    return root === undefined ? file : toStoredPath(root, file);
  }

  absolutePath(stored: string): string {
    const root = workspaceRoot();
    return root === undefined ? stored : fromStoredPath(root, stored);
  }

  /** Whether a document's lines are asked or answered. */
  isQuestionSet({ uri }: vscode.TextDocument): boolean {
    return uri.scheme === 'file' && uri.path.endsWith('.jsonl') && (this.cots.of(uri.fsPath).length > 0 || this.book.sets.includes(this.storedPath(uri.fsPath)));
  }

  /** All that was asked of the question on this line, newest first. */
  answersOf(file: string, line: string): readonly QuestionAnswers[] {
    return line.trim() === '' ? [] : this.book.answersOf(this.storedPath(file), questionHash(line));
  }

  /** What is shown at the line: the newest, unless it was cleared from sight. */
  inlineOf(file: string, line: string): QuestionAnswers | undefined {
    const [newest] = this.answersOf(file, line);
    const cleared = this.extension.workspaceState.get<string>(clearedKey, '');
    return newest?.phase === 'done' && (newest.at ?? '') <= cleared ? undefined : newest;
  }

  clearInline(): void {
    this.book.forgetEnds();
    void this.extension.workspaceState.update(clearedKey, new Date().toISOString()).then(() => { this.touch(); });
  }

  /** The prompt file that asks this set, where that is clear. */
  cotFor(questions: string): CotFile | undefined {
    return usedCot(this.cots.of(questions), this.#lastUsed()[questions]);
  }

  async useCot(questions: string, cot: string): Promise<void> {
    await this.extension.workspaceState.update(lastUsedKey, { ...this.#lastUsed(), [questions]: cot });
    this.touch();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const one of this.#subscriptions) one.dispose();
    this.#changed.dispose();
  }

  #lastUsed(): Readonly<Record<string, string>> {
    return this.extension.workspaceState.get<Record<string, string>>(lastUsedKey, {});
  }

  /** By the path answers are kept under. */
  #cotOf(stored: string): CotFile | undefined {
    const file = this.cots.files.find((one) => this.storedPath(one) === stored);
    return file === undefined ? undefined : this.cots.find(file);
  }
}
