// What a user writes to name a model of the Hub: `hub:org/name`, `org/name`, either with `@revision`.

export interface HubReference {
  /** `org/name`. */
  readonly repository: string;
  /** Branch, tag or commit. */
  readonly revision: string;
  /** Said to be of the Hub by `hub:`, so that nothing else can be meant. */
  readonly isExplicit: boolean;
  /** A model where it is left out. */
  readonly kind?: 'dataset';
}

const pattern = /^(hub:)?([A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*)(?:@([\w./-]+))?$/;

/** Undefined for what cannot name a model of the Hub. */
export function parseHubReference(text: string): HubReference | undefined {
  const [, prefix, repository, revision = 'main'] = pattern.exec(text) ?? [];
  if (repository === undefined || /--|\.\./.test(repository) || revision.includes('..') || revision.startsWith('/')) return undefined;
  return { repository, revision, isExplicit: prefix !== undefined };
}
