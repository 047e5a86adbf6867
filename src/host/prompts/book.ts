// Everything that was asked of questions, kept and under way, by question. Pure: records and messages in, what to show
// of a question out. An answer belongs to the hash of its question's line, so that it follows the line wherever it moves
// and is gone when the question changed.
import { type Outcome, outcomeOf } from '../../documents/cot/outcome';
import type { StrategyName } from '../../documents/cot/render';
import type { CotSettings } from '../../documents/cot/schema';
import { formatProblem } from '../../base/errors/problem';
import type { AskRecord, FromAsks, SampleKey } from '../../protocol/asks';

export type Phase = 'downloading' | 'starting' | 'asking' | 'done' | 'cancelled' | 'failed';

export interface StrategyAnswers {
  readonly strategy: StrategyName;
  /** By repeat. */
  readonly records: readonly AskRecord[];
  /** Samples this strategy has when all are there. */
  readonly repeats: number;
  /** Absent before the first answer. */
  readonly outcome?: Outcome;
  /** Text so far of the sample under way. */
  readonly streaming?: string;
}

/** What one Ask brought for one question. */
export interface QuestionAnswers {
  readonly ask: string;
  readonly cot: string;
  readonly model: string;
  readonly cloud: boolean;
  readonly phase: Phase;
  /** When its first answer of this question came, ISO-8601 UTC; absent before. */
  readonly at?: string;
  readonly strategies: readonly StrategyAnswers[];
  /** The text of the prompt, or a setting that counts, is another now. */
  readonly isOtherPrompt?: true;
  /** Why it failed. */
  readonly message?: string;
}

/** Where a question stood when it was asked. */
export interface AnsweredQuestion {
  /** Stored path of its set. */
  readonly questions: string;
  readonly hash: string;
  /** From 1. */
  readonly line: number;
}

/** An Ask as the editor sends it. */
export interface BegunAsk {
  readonly id: string;
  /** Stored paths. */
  readonly cot: string;
  readonly questions: string;
  /** Hash of each question asked, by line from 1. */
  readonly hashes: ReadonlyMap<number, string>;
  readonly model: string;
  readonly cloud: boolean;
}

interface LiveAsk extends BegunAsk {
  phase: Phase;
  samples: number;
  answered: number;
  message?: string;
  /** Text of samples under way, by question, strategy and repeat. */
  readonly texts: Map<string, { readonly hash: string; readonly sample: SampleKey; text: string }>;
}

export class AskBook {
  /** Records of a question by Ask, in the order they came. */
  readonly #kept = new Map<string, Map<string, AskRecord[]>>();
  readonly #live = new Map<string, LiveAsk>();
  /** First record of the newest Ask, by prompt file. */
  readonly #newestKept = new Map<string, AskRecord>();
  #records = 0;

  /**
   * @param versionOf of a prompt file's text as it stands now; undefined when it is not known.
   * @param strategiesOf a prompt file in their order, in which answers are shown, whichever came first.
   */
  constructor(
    private readonly tieRuleOf: (cot: string) => CotSettings['tieRule'] = () => 'first-seen',
    private readonly versionOf: (cot: string) => string | undefined = () => undefined,
    private readonly strategiesOf: (cot: string) => readonly StrategyName[] = () => [],
  ) {}

  get keptRecords(): number {
    return this.#records;
  }

  /** A record may come twice: from the engine as it is given, and from the file. */
  keep(record: AskRecord): void {
    const key = keyOf(record.questions, record.questionHash);
    const asks = this.#kept.get(key) ?? new Map<string, AskRecord[]>();
    this.#kept.set(key, asks);
    const records = asks.get(record.ask) ?? [];
    asks.set(record.ask, records);
    if (records.some(({ strategy, repeat }) => strategy === record.strategy && repeat === record.repeat)) return;
    records.push(record);
    if (this.#newestKept.get(record.cot)?.ask !== record.ask) this.#newestKept.set(record.cot, record);
    this.#records += 1;
  }

  /** How an earlier Ask of the same question ended is no longer of interest. */
  begin(ask: BegunAsk): void {
    const hashes = new Set(ask.hashes.values());
    for (const one of this.#live.values()) {
      if (!isUnderWay(one) && one.questions === ask.questions && [...one.hashes.values()].some((hash) => hashes.has(hash))) this.#live.delete(one.id);
    }
    this.#live.set(ask.id, { ...ask, phase: 'asking', samples: 0, answered: 0, texts: new Map() });
  }

  /** Takes in what the engine says; false when it is about no Ask of this window. */
  take(message: FromAsks): boolean {
    if (message.type === 'answered') this.keep(message.record);
    const ask = 'id' in message ? this.#live.get(message.id) : undefined;
    if (!ask) return false;
    switch (message.type) {
      case 'ready': break;
      case 'downloading': case 'starting': ask.phase = message.type; break;
      case 'asked': Object.assign(ask, { phase: 'asking', samples: message.samples, model: message.model }); break;
      case 'text': addText(ask, message.sample, message.text); break;
      case 'answered':
        ask.answered += 1;
        ask.texts.delete(sampleKey(message.sample));
        break;
      case 'done': this.#live.delete(ask.id); break;
      case 'cancelled': this.#end(ask, 'cancelled'); break;
      case 'failed': this.#end(ask, 'failed', message.problems.map(formatProblem).join(' ')); break;
    }
    return true;
  }

  /** Asks that have not ended. */
  get underWay(): readonly (BegunAsk & { readonly phase: Phase; readonly samples: number; readonly answered: number })[] {
    return [...this.#live.values()].filter(isUnderWay);
  }

  /** The engine is gone: what it was asked ends with it. */
  fail(ids: readonly string[], message: string): void {
    for (const id of ids) {
      const ask = this.#live.get(id);
      if (ask) this.#end(ask, 'failed', message);
    }
  }

  /** Asks that ended without being done and are still shown. */
  get ends(): number {
    return this.#live.size - this.underWay.length;
  }

  /** Ends of Asks that brought nothing are forgotten; what is kept stays. */
  forgetEnds(): void {
    for (const ask of this.#live.values()) if (!isUnderWay(ask)) this.#live.delete(ask.id);
  }

  /** What is kept is gone, as on disk. */
  clear(): void {
    this.#kept.clear();
    this.#newestKept.clear();
    this.#records = 0;
    this.forgetEnds();
  }

  /** Asks of one question, newest first. */
  answersOf(questions: string, hash: string): QuestionAnswers[] {
    const kept = this.#kept.get(keyOf(questions, hash)) ?? new Map<string, AskRecord[]>();
    const live = [...this.#live.values()].filter((ask) => ask.questions === questions && [...ask.hashes.values()].includes(hash));
    const ids = new Set([...[...kept.keys()].filter((id) => !live.some((ask) => ask.id === id)), ...live.map(({ id }) => id)]);
    return [...ids].map((id) => this.#answers(id, hash, kept.get(id) ?? [])).reverse();
  }

  /** The newest Ask with a prompt file that brought or may bring an answer, of every question that was asked with it. */
  newestAskedWith(cot: string): QuestionAnswers[] {
    const questions = new Map<string, { readonly questions: string; readonly hash: string }>();
    for (const asks of this.#kept.values()) {
      for (const [first] of asks.values()) if (first?.cot === cot) questions.set(keyOf(first.questions, first.questionHash), { questions: first.questions, hash: first.questionHash });
    }
    for (const ask of this.#live.values()) {
      if (ask.cot === cot) for (const hash of ask.hashes.values()) questions.set(keyOf(ask.questions, hash), { questions: ask.questions, hash });
    }
    return [...questions.values()].flatMap(({ questions: set, hash }) => this.answersOf(set, hash).find((one) => one.cot === cot && isWorth(one)) ?? []);
  }

  /** The newest Ask with a prompt file, at the first question it answered. */
  newestWith(cot: string): { readonly place: AnsweredQuestion; readonly answers: QuestionAnswers } | undefined {
    const live = [...this.#live.values()].filter((ask) => ask.cot === cot).at(-1);
    const [line, hash] = live?.hashes.entries().next().value ?? [];
    if (live && line !== undefined && hash !== undefined) return this.#placed({ questions: live.questions, hash, line }, live.id);
    const kept = this.#newestKept.get(cot);
    return kept && this.#placed({ questions: kept.questions, hash: kept.questionHash, line: kept.line }, kept.ask);
  }

  /** Stored paths of the sets something is kept for. */
  get sets(): readonly string[] {
    return [...new Set([...this.#kept.keys()].map((key) => key.slice(0, key.lastIndexOf('\n'))))];
  }

  #placed(place: AnsweredQuestion, ask: string): { readonly place: AnsweredQuestion; readonly answers: QuestionAnswers } {
    return { place, answers: this.#answers(ask, place.hash, this.#kept.get(keyOf(place.questions, place.hash))?.get(ask) ?? []) };
  }

  #answers(id: string, hash: string, records: readonly AskRecord[]): QuestionAnswers {
    const live = this.#live.get(id);
    const first = records[0];
    const texts = live ? [...live.texts.values()].filter((one) => one.hash === hash) : [];
    const cot = live?.cot ?? first!.cot;
    const found = new Set([...records.map(({ strategy }) => strategy), ...texts.map(({ sample }) => sample.strategy)]);
    const inFile = this.strategiesOf(cot).filter((name) => found.has(name));
    const names = new Set([...inFile, ...found]);
    const strategies = [...names].flatMap((strategy): StrategyAnswers[] => {
      const own = records.filter((record) => record.strategy === strategy).sort((a, b) => a.repeat - b.repeat);
      const streaming = texts.find(({ sample }) => sample.strategy === strategy)?.text;
      if (own.length === 0 && streaming === undefined) return [];
      const outcome = own[0] && outcomeOf(own.map(({ letter }) => letter), own[0].gold, this.tieRuleOf(cot));
      return [{
        strategy, records: own, repeats: own[0]?.repeats ?? 1,
        ...(outcome === undefined ? {} : { outcome }), ...(streaming === undefined ? {} : { streaming }),
      }];
    });
    return {
      ask: id, cot, model: live?.model ?? first!.model, cloud: live?.cloud ?? first!.cloud, phase: live?.phase ?? 'done', strategies,
      ...(first === undefined ? {} : { at: first.at }), ...(this.#isOtherPrompt(first) ? { isOtherPrompt: true } : {}), ...(live?.message === undefined ? {} : { message: live.message }),
    };
  }

  /** Where either version is not known nothing is said. */
  #isOtherPrompt(record: AskRecord | undefined): boolean {
    const now = record && this.versionOf(record.cot);
    return now !== undefined && record?.cotVersion !== undefined && record.cotVersion !== now;
  }

  #end(ask: LiveAsk, phase: 'cancelled' | 'failed', message?: string): void {
    ask.phase = phase;
    ask.texts.clear();
    if (message !== undefined) ask.message = message;
  }
}

function isUnderWay({ phase }: LiveAsk): boolean {
  return phase === 'downloading' || phase === 'starting' || phase === 'asking';
}

function isWorth({ phase, strategies }: QuestionAnswers): boolean {
  return phase === 'downloading' || phase === 'starting' || phase === 'asking' || strategies.some(({ outcome }) => outcome !== undefined);
}

function addText(ask: LiveAsk, sample: SampleKey, text: string): void {
  const hash = ask.hashes.get(sample.line);
  if (hash === undefined) return;
  const known = ask.texts.get(sampleKey(sample)) ?? { hash, sample, text: '' };
  known.text += text;
  ask.texts.set(sampleKey(sample), known);
}

function keyOf(questions: string, hash: string): string {
  return `${questions}\n${hash}`;
}

function sampleKey({ line, strategy, repeat }: SampleKey): string {
  return `${line}/${strategy}/${repeat}`;
}
