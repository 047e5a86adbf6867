// Where an endpoint is, and whether what is sent there stays on this machine.
import { userError } from '../../base/errors/problem';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

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
  return loopback.test(url.hostname);
}

export interface EgressFacts {
  /** What is sent, for the message: a question set or a checkpoint. */
  readonly subject: string;
  readonly egress: 'allowed' | 'never';
}

/** Refuses a remote endpoint for anything marked `egress: never`, and without consent that names its host. */
export function assertEgress(url: URL, facts: readonly EgressFacts[], consentedHost: string | undefined): void {
  if (isLoopback(url)) return;
  const never = facts.find((fact) => fact.egress === 'never');
  if (never) {
    throw userError({
      code: 'egress-never', value: url.host, message: `${never.subject} is marked egress: never and may not reach a remote endpoint`,
      next: 'Use a model served on this machine.',
    });
  }
  if (consentedHost !== url.host) {
    throw userError({
      code: 'egress-consent', value: url.host, message: 'the questions would be sent to a remote host that has not been agreed to',
      next: `Agree to ${url.host} by name, or use a model served on this machine.`,
    });
  }
}
