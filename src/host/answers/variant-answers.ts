// The answers of one variant by question: what a cell shows and what the column comes to. `Source` is where an answer's
// text is, since texts of 50,000 questions are not kept. Pure.
import type { StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { scoreQuestion, type StrategySummary, summariseScores } from '../../documents/cot/score';
import { majorityVote } from '../../documents/cot/vote';
import type { AnswerCell } from '../../protocol/panels/answers-block';

export interface AnswerSample<Source> { readonly repeat: number; readonly letter: string | undefined; readonly source: Source }

interface QuestionAnswers<Source> {
  readonly gold: string;
  /** Samples a question has when it is done. */
  readonly expected: number;
  /** By repeat, in its order once all are there. */
  readonly samples: Map<number, AnswerSample<Source>>;
  cell?: AnswerCell;
}

export interface NewAnswer<Source> extends AnswerSample<Source> { readonly question: string; readonly gold: string; readonly expected: number }

export class VariantAnswers<Source> {
  readonly #questions = new Map<string, QuestionAnswers<Source>>();
  #summary: StrategySummary | undefined;

  constructor(readonly strategy: StrategyName, private readonly tieRule: CotSettings['tieRule']) {}

  get questions(): IterableIterator<string> {
    return this.#questions.keys();
  }

  add({ question, gold, expected, repeat, letter, source }: NewAnswer<Source>): void {
    const answers: QuestionAnswers<Source> = { gold, expected, samples: this.#questions.get(question)?.samples ?? new Map<number, AnswerSample<Source>>() };
    answers.samples.set(repeat, { repeat, letter, source });
    this.#questions.set(question, answers);
    this.#summary = undefined;
  }

  /** The question is asked anew. */
  forget(question: string): void {
    if (this.#questions.delete(question)) this.#summary = undefined;
  }

  goldOf(question: string): string | undefined {
    return this.#questions.get(question)?.gold;
  }

  cell(question: string): AnswerCell | undefined {
    const answers = this.#questions.get(question);
    if (!answers) return undefined;
    if (!answers.cell) {
      const { letter, votes } = majorityVote(lettersOf(answers), this.tieRule);
      answers.cell = { letter, votes, samples: answers.samples.size };
    }
    return answers.cell;
  }

  samples(question: string): readonly AnswerSample<Source>[] {
    return inOrder(this.#questions.get(question));
  }

  /** Of the questions that have all their samples, as the engine counts. */
  get summary(): StrategySummary {
    if (!this.#summary) {
      const done = [...this.#questions.values()].filter(({ samples, expected }) => samples.size >= expected);
      this.#summary = summariseScores(this.strategy, done.map((answers) => scoreQuestion(this.strategy, lettersOf(answers), answers.gold, this.tieRule)),
        done.reduce((most, { samples }) => Math.max(most, samples.size), 1));
    }
    return this.#summary;
  }
}

function inOrder<Source>(answers: QuestionAnswers<Source> | undefined): AnswerSample<Source>[] {
  return [...answers?.samples.values() ?? []].sort((a, b) => a.repeat - b.repeat);
}

function lettersOf<Source>(answers: QuestionAnswers<Source>): (string | undefined)[] {
  return inOrder(answers).map(({ letter }) => letter);
}
