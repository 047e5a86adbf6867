// What an Ask asks: the prompt file as it stands in the editor, the questions of the chosen lines, and their samples.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { parseCot } from '../../../documents/cot/parse';
import type { CotSettings } from '../../../documents/cot/schema';
import type { AskRequest } from '../../../protocol/asks';
import { strategyOf } from '../../../documents/cot/strategy';
import { promptVersion, questionHash } from '../../../runs/asks';
import { cachedClient } from '../../client';
import { readQuestionLines } from '../../data/questions';
import { answerSample, type ExemplarSource, findRationale, planSamples, type PlanFile, type PlannedSample, type PromptQuestion } from '../../prompting';
import { toStoredPath } from '../prepare/paths';
import { demandDocument, readDocumentText } from '../prepare/read-document';
import { needsExemplars, openExemplars, type Embed } from '../prompt/exemplars';
import { answerCache, type OpenedModel } from '../prompt/model';
import { toPromptQuestion } from '../prompt/questions';

export interface AskPlan {
  /** Stored paths. */
  readonly cot: string;
  readonly questions: string;
  readonly exemplars?: string;
  readonly settings: CotSettings;
  readonly body: string;
  /** Of the prompt's text, as `promptVersion` of runs/asks. */
  readonly cotVersion: string;
  readonly lines: readonly { readonly line: number; readonly hash: string; readonly question: PromptQuestion }[];
  readonly repeats?: number;
}

export interface AskSample extends PlannedSample {
  /** Line of the question, from 1. */
  readonly line: number;
  readonly questionHash: string;
  /** Samples of this question and strategy. */
  readonly repeats: number;
}

/** Throws a user error with file and line for a prompt or a question that cannot be asked. */
export async function planAsk(root: string, request: AskRequest): Promise<AskPlan> {
  if (request.lines.length === 0) throw userError({ code: 'ask-no-lines', key: 'lines', message: 'no question was chosen', next: 'Name the line of a question.' });
  const cot = toStoredPath(root, request.cot);
  const text = request.cotText ?? await readDocumentText(root, request.cot, 'prompt-not-found');
  const { settings: ofFile, body } = demandDocument(parseCot(text, cot));
  const near = (file: string): string => path.resolve(path.dirname(request.cot), file);
  const file = request.questions ?? near(ofFile.questions);
  const questions = toStoredPath(root, file);
  const lines = await readQuestionLines({ file, name: questions, ...(request.questionsText === undefined ? {} : { text: request.questionsText }) }, request.lines, { groupBy: ofFile.exemplars?.groupBy });
  // The lines are the choice: what the file says of the first questions does not count.
  const settings: CotSettings = { ...ofFile, limit: undefined, ...(request.strategies === undefined ? {} : { strategies: [...request.strategies] }) };
  const exemplars = needsExemplars(settings) ? exemplarsFile(settings, cot) : undefined;
  return {
    cot, questions, settings, body, cotVersion: promptVersion(ofFile, body),
    lines: lines.map((one) => ({ line: one.line, hash: questionHash(one.text), question: toPromptQuestion(one.question) })),
    ...(exemplars === undefined ? {} : { exemplars: toStoredPath(root, near(exemplars)) }),
    ...(request.repeats === undefined ? {} : { repeats: request.repeats }),
  };
}

/** A strategy chosen beside those of the file may show what the file does not name. */
function exemplarsFile({ exemplars }: CotSettings, file: string): string {
  if (exemplars) return exemplars.file;
  throw userError({ code: 'cot-no-exemplars', file, key: 'exemplars', message: 'a strategy shows solved questions and the file names none', next: 'Add exemplars: with the file of solved questions, such as a training set.' });
}

/** Every sample; where a strategy needs the model's own reasoning about solved questions, that is asked for first. */
export async function samplesOf(root: string, plan: AskPlan, { client, identity, embed }: Pick<OpenedModel, 'client' | 'identity'> & { readonly embed: Embed | undefined }, signal: AbortSignal): Promise<AskSample[]> {
  const { settings, body, cot, lines } = plan;
  const list = lines.map(({ question }) => question);
  const exemplars = plan.exemplars === undefined ? undefined
    : (await openExemplars(root, settings, plan.exemplars, list, embed)).source;
  const file: PlanFile = { settings, body, file: cot, choices: { repeats: plan.repeats, exemplars } };
  if (exemplars) await reasonAbout(file, list, exemplars, { client: cachedClient(client, answerCache(root), identity), model: identity, extractor: settings.extractor, signal });
  const planned = [...planSamples(settings, body, list, cot, file.choices)];
  return planned.map((sample) => ({
    ...sample, line: lines[sample.index]!.line, questionHash: lines[sample.index]!.hash,
    repeats: planned.filter((other) => other.index === sample.index && other.strategy === sample.strategy).length,
  }));
}

async function reasonAbout(file: PlanFile, questions: readonly PromptQuestion[], source: ExemplarSource, asked: Parameters<typeof answerSample>[1]): Promise<void> {
  const strategies = file.settings.strategies.map(strategyOf);
  for (;;) {
    const place = strategies.flatMap((strategy) => questions.flatMap((question) => source.wanted(question, strategy)))[0];
    if (place === undefined) return;
    source.learn(place, await findRationale(file, source, place, (sample) => answerSample(sample, asked)));
  }
}
