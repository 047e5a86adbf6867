// What can go wrong between us and the Hub, said with what the user can do about it.
import { userError } from '../../base/errors/problem';
import type { HubReference } from './reference';
import type { HubSettings } from './settings';

/** An answer of the Hub that is no success. */
export function refusedByHub(reference: HubReference, status: number, code: string | undefined, settings: HubSettings, file?: string): Error {
  const { repository, revision } = reference;
  const what = kindName(reference);
  const page = `${settings.endpoint}/${reference.kind === 'dataset' ? 'datasets/' : ''}${repository}`;
  const of = file === undefined ? {} : { file };
  if (code === 'GatedRepo') {
    return userError({
      code: 'hub-gated', ...of, value: repository, message: `access to this ${what} is granted by its owner on its page`,
      next: settings.token === undefined ? `Ask for access at ${page}, then set HF_TOKEN.` : `Ask for access at ${page} with the account of your token.`,
    });
  }
  if (code === 'RevisionNotFound') return userError({ code: 'hub-no-revision', ...of, value: revision, message: `the ${what} ${repository} has no such revision`, next: 'Name a branch, tag or commit of it, or none for main.' });
  if (code === 'EntryNotFound') return userError({ code: 'hub-no-file', ...of, value: repository, message: `the ${what} has no such file`, next: `Name another ${what} or revision.` });
  if (status === 401 || status === 403 || status === 404) {
    return userError({
      code: 'hub-not-found', ...of, value: repository, message: `the Hub knows no such ${what}, or does not show it to ${settings.token === undefined ? 'people who are not logged in' : 'the account of your token'} (${status})`,
      next: settings.token === undefined ? `Check the name; for a private ${what} set HF_TOKEN.` : 'Check the name and what the token may read.',
    });
  }
  return userError({ code: 'hub-failed', ...of, value: repository, message: `the Hub answered ${status}`, next: 'Try again later; what is downloaded already is kept.' });
}

export function unreachable(settings: HubSettings, cause: unknown): Error {
  const { cause: inner, message } = cause as Error & { cause?: Error };
  return userError({
    code: 'hub-unreachable', value: settings.endpoint, message: `the Hub cannot be reached: ${inner instanceof Error && inner.message !== '' ? inner.message : message}`,
    next: 'Check the network and HF_ENDPOINT, then start again: what is downloaded already is kept.',
  });
}

export function notCached(reference: HubReference, settings: HubSettings, why: string): Error {
  return userError({
    code: 'hub-not-cached', file: settings.cacheFolder, value: `${reference.repository}@${reference.revision}`, message: `this ${kindName(reference)} of the Hub is not in the cache, and ${why}`,
    next: settings.isOffline ? 'Unset HF_HUB_OFFLINE, or copy the cache from a machine that has it.' : reference.kind === 'dataset' ? 'Evaluate once with a connection, or give its files with --data.' : `Download it first: preclinical download hub:${reference.repository}${reference.revision === 'main' ? '' : `@${reference.revision}`}.`,
  });
}

function kindName({ kind }: HubReference): string {
  return kind === 'dataset' ? 'data set' : 'model';
}
