// The model of a prompt experiment: a checkpoint served on loopback for its duration, or an endpoint that is there.
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import type { CotSettings } from '../../../documents/cot/schema';
import type { PromptEndpoint, ResolvedPrompt } from '../../../protocol/job-file';
import { egressOf } from '../../../runs/egress';
import { assertEgress, createClient, isLoopback, parseBaseUrl, type EgressFacts, type ModelClient } from '../../client';
import { newToken, serveCheckpoint } from '../../serve';
import { fromStoredPath } from '../prepare/paths';

export interface OpenedModel {
  readonly client: ModelClient;
  /** Name and content identity; of a remote model only its address and name are known. */
  readonly identity: string;
  close(): Promise<void>;
}

/** Refuses to send what is marked `egress: never` to a remote endpoint, before anything is sent. */
export async function openPromptModel(root: string, resolved: ResolvedPrompt): Promise<OpenedModel> {
  const { model } = resolved;
  if ('checkpoint' in model) {
    const server = await serveCheckpoint(fromStoredPath(root, model.checkpoint), { token: newToken() });
    // A small machine may take long over one answer; the server is ours and says when it dies.
    const client = createClient({ baseUrl: server.baseUrl, model: server.model.name, apiKey: server.token!, timeoutMs: 60 * 60_000, retries: 2 });
    return { client, identity: `${server.model.name}@${server.model.hash}`, close: () => server.close() };
  }
  return openEndpointModel(model, await promptEgress(root, resolved.cot, resolved.questions));
}

/** Whether the texts of a prompt file and its question set (a stored path) may leave this machine. */
export async function promptEgress(root: string, cot: CotSettings, questions: string): Promise<EgressFacts[]> {
  return [
    { subject: 'the prompt file', egress: cot.egress },
    { subject: `the question set ${questions}`, egress: await egressOf(path.dirname(fromStoredPath(root, questions))) },
  ];
}

/** Throws a user error where the texts may not go there; nothing is sent yet. */
export function openEndpointModel(model: PromptEndpoint, facts: readonly EgressFacts[]): OpenedModel {
  const url = parseBaseUrl(model.baseUrl);
  assertEgress(url, facts, { consentedHost: model.consentedHost, cloudModel: model.cloud ? model.model : undefined });
  // The port of a bridge is another in every window: the answers are the model's all the same.
  const client = createClient({ baseUrl: model.baseUrl, model: model.model, ...keyFrom(model.keyVariable) });
  return { client, identity: `${model.model}@${model.cloud && isLoopback(url) ? 'cloud' : url.host}`, close: () => Promise.resolve() };
}

function keyFrom(variable: string | undefined): { apiKey?: string } {
  if (variable === undefined) return {};
  const key = process.env[variable];
  if (key === undefined || key === '') {
    throw userError({ code: 'endpoint-key-missing', key: variable, message: 'this environment variable should hold the endpoint\'s key and is empty', next: `Set ${variable} and run the command again.` });
  }
  return { apiKey: key };
}
