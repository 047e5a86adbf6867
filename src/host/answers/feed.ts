// Everything that was answered to one question set, kept up to date from job folders and inline asks: a look reads only
// what was added. No vscode.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseCot } from '../../documents/cot/parse';
import type { PromptJobFile, ResolvedPrompt } from '../../protocol/job-file';
import type { AnswerDetail, AnswersRows, AnswersVariant } from '../../protocol/panels/answers';
import { AskReader } from '../../runs/asks';
import { jobIdTime } from '../../runs/id';
import { readJobFile } from '../../runs/job-file';
import type { RunEntry } from '../runs/entry';
import { AskAnswers, askText, type AskVariant } from './ask-answers';
import { JobAnswers } from './job-answers';
import type { JobSummary } from './job-summary';
import { PromptTexts } from './prompt-texts';
import { QuestionSet } from './question-set';
import { cellsOf, rowsOf } from './table';
import type { VariantAnswers } from './variant-answers';

export type SpentWords = (spent: NonNullable<JobSummary['spent']>, file: PromptJobFile) => string;

interface Column {
  readonly variant: AnswersVariant;
  readonly answers: VariantAnswers<unknown>;
  readonly detail: (row: string) => Promise<Pick<AnswerDetail, 'prompt' | 'promptIs' | 'samples'>>;
}

export interface AnswersTable { readonly variants: readonly AnswersVariant[]; readonly rows: AnswersRows; readonly block: Uint16Array }

export class AnswersFeed {
  readonly #set: QuestionSet;
  readonly #jobs = new Map<string, JobAnswers>();
  /** Jobs about other question sets. */
  readonly #others = new Set<string>();
  readonly #reader: AskReader;
  #asks: AskAnswers;
  readonly #tieRules = new Map<string, ResolvedPrompt['cot']['tieRule']>();
  readonly #prompts: PromptTexts;
  #columns: readonly Column[] = [];
  #shown = '';
  #looking: Promise<boolean> | undefined;

  /**
   * @param entries jobs of the window as they are now.
   * @param spentWords what a job spent, in words.
   */
  constructor(private readonly root: string, private readonly questions: string, private readonly entries: () => readonly RunEntry[], private readonly spentWords: SpentWords = () => '') {
    this.#set = new QuestionSet(path.resolve(root, questions));
    this.#reader = new AskReader(root);
    this.#prompts = new PromptTexts(root);
    this.#asks = this.#newAsks();
  }

  get file(): string {
    return this.#set.file;
  }

  /** Whether anything shown is new. Calls that come while one is under way share its answer. */
  look(): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => { this.#looking = undefined; });
    return this.#looking;
  }

  table(): AnswersTable {
    const answers = this.#columns.map((column) => column.answers);
    const rows = rowsOf(this.#set.places, answers);
    return { variants: this.#columns.map(({ variant }) => variant), rows, block: cellsOf(rows.ids, answers) };
  }

  /** Undefined when there is no such column any more. */
  async detail(row: string, variant: string): Promise<AnswerDetail | undefined> {
    const column = this.#columns.find((one) => one.variant.id === variant);
    if (!column) return undefined;
    const question = await this.#set.question(row);
    return {
      type: 'detail', row, variant, options: question?.options ?? [], ...(question ? { question: question.question } : {}),
      ...await column.detail(row),
    };
  }

  lineOf(row: string): Promise<number | undefined> {
    return this.#set.lineOf(row);
  }

  async #look(): Promise<boolean> {
    const isNew = [await this.#set.refresh(), await this.#lookAtJobs(), await this.#lookAtAsks()];
    await this.#prompts.look([...this.entries().flatMap(({ id }) => this.#jobs.get(id)?.file.file ?? []), ...this.#asks.variants.map(({ first }) => first.cot)]);
    const jobs = this.entries().flatMap((entry) => this.#jobColumns(entry));
    this.#columns = [...jobs, ...this.#asks.variants.map((variant) => this.#askColumn(variant))].sort((a, b) => (a.variant.at < b.variant.at ? 1 : a.variant.at > b.variant.at ? -1 : 0));
    // States, names and labels of runs change without an answer.
    const shown = JSON.stringify(this.#columns.map(({ variant: { id, state, model, isOtherPrompt, likelihood, spent } }) => [id, state, model, isOtherPrompt, likelihood, spent]));
    isNew.push(shown !== this.#shown);
    this.#shown = shown;
    return isNew.includes(true);
  }

  async #lookAtJobs(): Promise<boolean> {
    const entries = this.entries().filter(({ kind, id }) => kind === 'prompt' && !this.#others.has(id));
    const news = await Promise.all(entries.map(async ({ id, folder }) => {
      const job = this.#jobs.get(id) ?? await this.#openJob(id, folder);
      return await job?.look() ?? false;
    }));
    return news.includes(true);
  }

  async #openJob(id: string, folder: string): Promise<JobAnswers | undefined> {
    const file = await readJobFile(folder).catch(() => undefined);
    if (file?.kind !== 'prompt' || file.resolved.questions !== this.questions) {
      this.#others.add(id);
      return undefined;
    }
    const job = new JobAnswers(folder, file);
    this.#jobs.set(id, job);
    return job;
  }

  async #lookAtAsks(): Promise<boolean> {
    const { records, cleared } = await this.#reader.read();
    if (cleared) this.#asks = this.#newAsks();
    for (const { cot, questions } of records) if (questions === this.questions && !this.#tieRules.has(cot)) this.#tieRules.set(cot, await this.#readTieRule(cot));
    return this.#asks.take(records) || cleared;
  }

  #newAsks(): AskAnswers {
    return new AskAnswers(this.questions, (cot) => this.#tieRules.get(cot) ?? 'first-seen');
  }

  async #readTieRule(cot: string): Promise<ResolvedPrompt['cot']['tieRule']> {
    const text = await readFile(path.resolve(this.root, cot), 'utf8').catch(() => '');
    return parseCot(text, cot).document?.settings.tieRule ?? 'first-seen';
  }

  #jobColumns(entry: RunEntry): Column[] {
    const job = this.#jobs.get(entry.id);
    if (!job) return [];
    const { file } = job;
    const isOutdated = this.#set.hash !== file.resolved.inputHashes[this.questions];
    return [...job.variants].map(([strategy, answers]) => ({
      answers,
      variant: {
        id: `${entry.id}\n${strategy}`, cot: file.file ?? file.name, strategy, model: this.#modelName(file), cloud: isRemote(file), origin: 'job', job: entry.id,
        at: jobIdTime(entry.id)?.toISOString() ?? '', state: entry.reading.state, overrides: Object.entries(file.overrides).map(([key, value]) => `${key}=${String(value)}`),
        isOutdated, isOtherPrompt: this.#prompts.isOther(file.file, job.version, file.overrides), summary: answers.summary,
        likelihood: job.summary.likelihood, ...(job.summary.spent ? { spent: this.spentWords(job.summary.spent, file) } : {}),
      },
      detail: async (row) => {
        const question = await this.#set.question(row);
        const { samples, sent } = await job.texts(strategy, row);
        if (sent) return { samples, promptIs: 'sent', prompt: sent };
        const prompt = question && job.prompt(strategy, question);
        return { samples, promptIs: !prompt ? 'lost' : isOutdated ? 'rendered-again' : 'sent', ...(prompt ? { prompt } : {}) };
      },
    }));
  }

  #askColumn({ id, first, answers, at, cotVersion }: AskVariant): Column {
    const { cot, strategy, model, cloud } = first;
    const isOutdated = [...answers.questions].some((question) => {
      const now = this.#set.places.get(question)?.hash;
      return now !== undefined && answers.samples(question).some(({ source }) => source.questionHash !== now);
    });
    return {
      answers,
      variant: { id, cot, strategy, model, cloud, origin: 'asks', at, overrides: [], isOutdated, isOtherPrompt: this.#prompts.isOther(cot, cotVersion), likelihood: { reason: 'inline answers are not scored' }, summary: answers.summary },
      detail: (row) => {
        const samples = answers.samples(row);
        const prompt = samples[0]?.source.messages;
        return Promise.resolve({ samples: samples.map(({ source }) => askText(source)), promptIs: prompt ? 'sent' : 'lost', ...(prompt ? { prompt } : {}) });
      },
    };
  }

  #modelName({ of, resolved: { model } }: PromptJobFile): string {
    if (!('checkpoint' in model)) return model.model;
    const run = this.entries().find(({ id }) => id === of);
    const step = /step-\d+$/.exec(model.checkpoint)?.[0];
    return [run?.name ?? of ?? model.checkpoint, step].filter(Boolean).join(' · ');
  }
}

function isRemote({ resolved: { model } }: PromptJobFile): boolean {
  return !('checkpoint' in model) && model.consentedHost !== undefined;
}
