// The model of a prompt experiment: a checkpoint served on loopback for its duration, or an endpoint that is there.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { CotSettings } from '../../../documents/cot/schema';
import type { Asking, PromptEndpoint, PromptJobFile, ResolvedPrompt } from '../../../protocol/job-file';
import { egressOf } from '../../../runs/egress';
import { takeKey } from '../../../runs/job-key';
import { cacheFolder } from '../../../runs/layout';
import { AnswerCache, assertEgress, cachedClient, createClient, defaultRetentionDays, isLoopback, parseBaseUrl, type EgressFacts, type ModelClient } from '../../client';
import { newToken, serveCheckpoint } from '../../serve';
import { fromStoredPath } from '../prepare/paths';
import type { Embed } from './exemplars';

export interface OpenedModel {
  readonly client: ModelClient;
  /** Name and content identity; of a remote model only its address and name are known. */
  readonly identity: string;
  /** Requests that may be under way at once. */
  readonly concurrency: number;
  /** Vectors by a model of the same endpoint; absent where there is none. */
  readonly embedWith?: (model: string) => Embed;
  close(): Promise<void>;
}

/** An endpoint bears several at once; our own server makes one batch of them. */
const endpointConcurrency = 4;
const servedConcurrency = 8;

/** Answers of models are kept here, so that nothing is asked and paid for twice. */
export function answerCache(root: string): AnswerCache {
  return new AnswerCache(path.join(cacheFolder(root), 'answers'));
}

/** Refuses to send what is marked `egress: never` to a remote endpoint, before anything is sent. */
export async function openPromptModel(root: string, { resolved, asking = {} }: Pick<PromptJobFile, 'resolved' | 'asking'>): Promise<OpenedModel> {
  const { model } = resolved;
  if ('checkpoint' in model) {
    const server = await serveCheckpoint(fromStoredPath(root, model.checkpoint), { token: newToken() });
    // A small machine may take long over one answer; the server is ours and says when it dies.
    const client = createClient({ baseUrl: server.baseUrl, model: server.model.name, apiKey: server.token!, timeoutMs: asking.timeoutMs ?? 60 * 60_000, retries: 2 });
    return { client, identity: `${server.model.name}@${server.model.hash}`, concurrency: asking.concurrency ?? servedConcurrency, close: () => server.close() };
  }
  return openEndpointModel(root, model, await promptEgress(root, resolved.cot, resolved), asking);
}

/** Whether the texts of a prompt file and its question files (stored paths) may leave this machine. */
export async function promptEgress(root: string, cot: CotSettings, { questions, exemplars }: Pick<ResolvedPrompt, 'questions' | 'exemplars'>): Promise<EgressFacts[]> {
  const of = async (subject: string, stored: string): Promise<EgressFacts> => ({ subject: `${subject} ${stored}`, egress: await egressOf(path.dirname(fromStoredPath(root, stored))) });
  return [
    { subject: 'the prompt file', egress: cot.egress },
    await of('the question set', questions),
    ...(exemplars === undefined ? [] : [await of('the file of solved questions', exemplars)]),
  ];
}

/** Throws a user error where the texts may not go there; nothing is sent yet. What the endpoint answers is kept. */
export function openEndpointModel(root: string, model: PromptEndpoint, facts: readonly EgressFacts[], asking: Asking = {}): OpenedModel {
  const url = parseBaseUrl(model.baseUrl);
  assertEgress(url, facts, { consentedHost: model.consentedHost, cloudModel: model.cloud ? model.model : undefined });
  // The port of a bridge is another in every window: the answers are the model's all the same.
  const isBridge = model.cloud === true && isLoopback(url);
  const place = isBridge ? 'cloud' : url.host;
  const cache = answerCache(root);
  cache.removeOlderThan(defaultRetentionDays);
  const key = keyFrom(model.keyVariable);
  const clientOf = (name: string): ModelClient => cachedClient(createClient({
    baseUrl: model.baseUrl, model: name, ...key, ...(asking.timeoutMs === undefined ? {} : { timeoutMs: asking.timeoutMs }),
    ...(isBridge ? { unreachableNext: bridgeGone } : {}),
  }), cache, `${name}@${place}`, asking.askAgain);
  return {
    client: clientOf(model.model), identity: `${model.model}@${place}`, concurrency: asking.concurrency ?? endpointConcurrency,
    embedWith: (name) => async (texts) => (await clientOf(name).embed(texts)).vectors,
    close: () => Promise.resolve(),
  };
}

/**
 * Who makes vectors of texts for a prompt file: the endpoint it names for that, else the model asked; undefined where that
 * makes none. Throws a user error where the texts may not go there; nothing is sent yet.
 */
export function openEmbed(root: string, cot: CotSettings, embedding: PromptEndpoint | undefined, model: Pick<OpenedModel, 'embedWith'>, facts: readonly EgressFacts[], asking: Asking = {}): Embed | undefined {
  const { embedWith } = embedding ? openEndpointModel(root, embedding, facts, asking) : model;
  return embedWith?.(cot.exemplars?.embeddingModel ?? '');
}

/** As the prompt file names it. @param consented host the user agreed to by name. */
export function embeddingEndpoint({ exemplars }: CotSettings, consented?: string): PromptEndpoint | undefined {
  if (exemplars?.similarity !== 'embeddings' || exemplars.embeddingEndpoint === undefined) return undefined;
  const { embeddingEndpoint: baseUrl, embeddingModel: model = '', embeddingKeyVariable: keyVariable } = exemplars;
  return { baseUrl, model, ...(keyVariable === undefined ? {} : { keyVariable }), ...(consented === undefined ? {} : { consentedHost: consented }) };
}

const bridgeGone = 'A model of the editor answers only while its window is open: open it and start the experiment again; answers so far are kept and not asked again.';

function keyFrom(variable: string | undefined): { apiKey?: string } {
  if (variable === undefined) return {};
  const key = takeKey(variable);
  if (key === undefined || key === '') {
    throw userError({ code: 'endpoint-key-missing', key: variable, message: 'this environment variable should hold the endpoint\'s key and is empty', next: `Set ${variable} and run the command again.` });
  }
  return { apiKey: key };
}
