// The model of an Ask: a checkpoint behind the shared server, or an endpoint that is there.
import { userError } from '../../../base/errors/problem';
import { remoteName } from '../../../protocol/loopback';
import type { AskModel } from '../../../protocol/asks';
import { createClient, parseBaseUrl, type EgressFacts, type ModelClient } from '../../client';
import type { OnProgress } from '../../hub';
import { findCheckpoint } from '../prepare/checkpoint';
import type { Embed } from '../prompt/exemplars';
import { openEndpointModel } from '../prompt/model';
import { isOffered, openSharedServer, servedElsewhere, type SharedServer, type SharedServerOptions } from './shared-server';

export interface AskedModel {
  /** As the user knows it. */
  readonly name: string;
  /** The texts leave this machine. */
  readonly cloud: boolean;
  /** Requests that may be under way at once. */
  readonly concurrency: number;
  /** Again before each sample, since a shared server may have been unloaded. */
  open(): Promise<OpenAskModel>;
}

export interface OpenAskModel {
  readonly client: ModelClient;
  /** Name and content identity. */
  readonly identity: string;
  /** Absent where the model makes no vectors. */
  readonly embedWith?: (model: string) => Embed;
  /** It may be asked for the token counts of a stream. */
  readonly tellsUsage: boolean;
}

/** Opens the model once; one of the Hub is downloaded when it is not there. Refuses to send what may not leave this machine, before anything is sent. */
export async function openAskModel(root: string, model: AskModel, facts: readonly EgressFacts[], options: SharedServerOptions & { readonly onDownload: OnProgress }): Promise<AskedModel> {
  if (model.kind === 'endpoint') {
    const { cloud: isCloud, ...endpoint } = model;
    const { client, identity, embedWith } = openEndpointModel(root, { ...endpoint, ...(isCloud ? { cloud: true } : {}) }, facts);
    const { hostname, host } = parseBaseUrl(model.baseUrl);
    const cloud = remoteName({ hostname, host, model: model.model, cloud: model.cloud }) !== undefined;
    return { name: model.name, cloud, concurrency: 4, open: () => Promise.resolve({ client, identity, tellsUsage: false, ...(embedWith ? { embedWith } : {}) }) };
  }
  const elsewhere = await servedElsewhere(root, model.reference);
  if (elsewhere !== undefined) return { name: model.reference, cloud: false, concurrency: 16, open: async () => openedElsewhere(await servedElsewhere(root, model.reference), model.reference) };
  const found = await findCheckpoint(root, root, model.reference, { key: 'model', acceptsGguf: true, onDownload: options.onDownload });
  let server = await openSharedServer(root, found, options);
  return {
    name: model.reference, cloud: false, concurrency: 4,
    open: async () => {
      if (!await isOffered(server)) server = await openSharedServer(root, found, options);
      return opened(server);
    },
  };
}

function opened({ endpoint, token }: SharedServer): OpenAskModel {
  // A small machine may take long over one answer; the server is ours and says when it dies.
  const client = createClient({ baseUrl: endpoint.baseUrl, model: endpoint.model, apiKey: token, timeoutMs: 60 * 60_000, retries: 3 });
  return { client, identity: `${endpoint.model}@${endpoint.hash}`, tellsUsage: true };
}

function openedElsewhere(server: SharedServer | 'gone' | undefined, id: string): OpenAskModel {
  if (typeof server === 'object') return { ...opened(server), tellsUsage: false };
  throw userError({ code: 'ask-not-served', key: 'model', value: id, message: 'it does not serve at the moment', next: `Start it again with \`preclinical runs resume ${id}\`, or choose another model.` });
}
