// Which runs of words give a benchmark away: of the question, of question and right answer together, and of the abstract it is
// about; of 8 to 13 words, as for GPT-3 (Brown et al. 2020, appendix C). Questions of fewer words cannot be told from ordinary
// prose and are not looked for; runs that three or more questions share are stock phrases and do not count.
import type { CheckedBenchmark } from '../../../protocol/mix-findings';
import { countWords, visitRuns } from '../near/shingles';
import type { PlannedQuestions } from '../plan/questions';
import { readQuestions, type Question } from '../questions';
import { type BenchmarkFile, type BenchmarkItem, type BenchmarkTable, makeTable } from './table';

export const shortestRun = 8;
export const longestRun = 13;
const questionsOfAStockPhrase = 3;

export type OpenedBenchmark = Omit<CheckedBenchmark, 'documents'>;

export interface Benchmarks {
  readonly opened: readonly OpenedBenchmark[];
  /** Undefined when there is nothing to look for. */
  readonly table: BenchmarkTable | undefined;
}

export async function openBenchmarks(planned: readonly PlannedQuestions[]): Promise<Benchmarks> {
  const runs = new RunsOfQuestions();
  const opened: OpenedBenchmark[] = [];
  for (const { input, benchmark, split, path } of planned) {
    if (!input) {
      opened.push({ benchmark, ...(path === undefined ? {} : { file: path }), state: 'not-checked', split, questions: 0, tooShort: 0, setAside: 0 });
      continue;
    }
    const { questions, setAside } = await readQuestions(input.path, input.name, { answers: 'optional' });
    const file = runs.files.push({ name: input.name, benchmark, split }) - 1;
    const tooShort = questions.filter((question) => !runs.add(question, file)).length;
    opened.push({ benchmark, file: input.name, state: 'checked', split, questions: questions.length, tooShort, setAside: setAside.length });
  }
  return { opened, table: runs.items.length === 0 ? undefined : runs.table() };
}

class RunsOfQuestions {
  readonly files: BenchmarkFile[] = [];
  readonly items: BenchmarkItem[] = [];
  readonly #pmids = new Map<string, number>();
  readonly #owners = new Map<number, number>();
  /** Questions that have the run, while fewer than make a stock phrase. */
  readonly #counts = new Map<number, number>();
  readonly #lengths = new Set<number>();
  readonly #seen = new Set<string>();

  /** False when the question is too short to look for. */
  add(question: Question, file: number): boolean {
    const item = this.items.push({ file, id: question.id }) - 1;
    if (question.pmid !== undefined) this.#pmids.set(question.pmid, item);
    const answer = question.options[String.fromCharCode(65 + question.answerIndex)] ?? '';
    const texts = [question.question, `${question.question}\n${answer}`, answer];
    const words = countWords(question.question);
    // The same question in two files must not make a stock phrase of itself.
    const key = `${question.question.trim().toLowerCase()}\n${answer.trim().toLowerCase()}`;
    const runs = new Set<number>();
    if (!this.#seen.has(key)) for (const text of texts) this.#collect(text, runs);
    this.#seen.add(key);
    if (question.context !== undefined) this.#collect(question.context, runs);
    for (const run of runs) {
      this.#counts.set(run, (this.#counts.get(run) ?? 0) + 1);
      if (!this.#owners.has(run)) this.#owners.set(run, item);
    }
    return words >= shortestRun;
  }

  table(): BenchmarkTable {
    for (const [run, count] of this.#counts) if (count >= questionsOfAStockPhrase) this.#owners.delete(run);
    return makeTable(this.#owners, { lengths: [...this.#lengths].sort((a, b) => b - a), items: this.items, pmids: this.#pmids, files: this.files });
  }

  #collect(text: string, runs: Set<number>): void {
    const length = Math.min(countWords(text), longestRun);
    if (length < shortestRun) return;
    this.#lengths.add(length);
    visitRuns(text, [length], (hash) => {
      runs.add(hash);
      return false;
    });
  }
}
