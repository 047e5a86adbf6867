// Where an endpoint is, and whether what is sent there stays on this machine.
import { userError } from '../../base/errors/problem';
import { isLoopbackName, remoteName } from '../../protocol/loopback';

export function parseBaseUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw userError({ code: 'endpoint-url', key: 'baseUrl', value: baseUrl, message: 'this is not an http or https address', next: 'Give the address up to /v1, such as http://127.0.0.1:8000/v1.' });
  }
  if (url.username !== '' || url.password !== '') {
    throw userError({ code: 'endpoint-url-credentials', key: 'baseUrl', value: `${url.protocol}//…@${url.host}`, message: 'the address carries a password', next: 'Give the key in an environment variable.' });
  }
  return url;
}

/** True only for addresses that cannot leave this machine; a name other than localhost never counts. */
export function isLoopback(url: URL): boolean {
  return isLoopbackName(url.hostname);
}

export interface EgressFacts {
  /** What is sent, for the message: a question set or a checkpoint. */
  readonly subject: string;
  readonly egress: 'allowed' | 'never';
}

export interface EgressOptions {
  /** What the user agreed to by name: a host[:port], or the model that an address on this machine passes texts on to. */
  readonly consentedHost?: string | undefined;
  /** Such a model, where the texts leave this machine although the address does not say so. */
  readonly cloudModel?: string | undefined;
}

/** Refuses a remote endpoint for anything marked `egress: never`, and without consent that names it. */
export function assertEgress(url: URL, facts: readonly EgressFacts[], { consentedHost, cloudModel }: EgressOptions): void {
  const remote = remoteName({ hostname: url.hostname, host: url.host, model: cloudModel ?? '', cloud: cloudModel !== undefined });
  if (remote === undefined) return;
  const never = facts.find((fact) => fact.egress === 'never');
  if (never) {
    throw userError({
      code: 'egress-never', value: remote, message: `${never.subject} is marked egress: never and may not reach a remote endpoint`,
      next: 'Use a model served on this machine.',
    });
  }
  if (consentedHost !== remote) {
    throw userError({
      code: 'egress-consent', value: remote, message: 'the questions would be sent to a remote endpoint that has not been agreed to',
      next: `Agree to ${remote} by name, or use a model served on this machine.`,
    });
  }
}
