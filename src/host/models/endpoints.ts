// The setting `preclinical.endpoints` as endpoints that can be asked, each with the names under which its key is kept and
// handed on. Pure: no vscode.
import type { Translate } from '../runs/describe';
import { remoteName } from '../../protocol/loopback';
import type { TokenPrice } from '../../protocol/prompt-estimate';

export interface Endpoint {
  readonly name: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly model: string;
  /** As set: what answers on this machine sends the texts on. */
  readonly cloud: boolean;
  /** What the user agrees to by name; absent when the texts stay on this machine. */
  readonly remote?: string;
  /** Environment variable of the engine's process that carries the key. */
  readonly keyVariable: string;
  /** Name of the key in SecretStorage. It holds the origin, so that a setting which moves the endpoint does not take the key along. */
  readonly secret: string;
  /** Of the setting, for the cost that is shown. */
  readonly price?: TokenPrice;
}

export interface EndpointList {
  readonly endpoints: readonly Endpoint[];
  /** Entries that cannot be used, one sentence each. */
  readonly problems: readonly string[];
}

export function readEndpoints(setting: unknown, t: Translate): EndpointList {
  const endpoints: Endpoint[] = [];
  const problems: string[] = [];
  const list = Array.isArray(setting) ? setting as unknown[] : [];
  for (const [place, entry] of list.entries()) {
    const read = readEndpoint(entry, t);
    if (typeof read === 'string') {
      problems.push(t('Endpoint {0} of the setting preclinical.endpoints is not used: {1}', place + 1, read));
      continue;
    }
    // Names that differ in case or punctuation only would share a variable, and so a key.
    const same = endpoints.find((other) => other.keyVariable === read.keyVariable);
    if (same) problems.push(t('Endpoint {0} of the setting preclinical.endpoints is not used: {1}', place + 1, t('its name is too much like that of "{0}".', same.name)));
    else endpoints.push(read);
  }
  return { endpoints, problems };
}

/** Of an address that passes nothing on. Undefined when the texts stay here, or when it is no address. */
export function remoteOfAddress(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const { hostname, host } = new URL(address);
  return remoteName({ hostname, host, model: '', cloud: false });
}

function readEndpoint(entry: unknown, t: Translate): Endpoint | string {
  const { name, baseUrl, model, cloud, price } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  if (!isText(name) || !/[a-z0-9]/i.test(name)) return t('it has no name.');
  if (!isText(model)) return t('"{0}" names no model.', name);
  const url = isText(baseUrl) && URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return t('the address of "{0}" is no http or https address.', name);
  if (url.username !== '' || url.password !== '') return t('the address of "{0}" carries a password; use Set Endpoint Key instead.', name);
  const remote = remoteName({ hostname: url.hostname, host: url.host, model, cloud: cloud === true });
  return {
    name, model, cloud: cloud === true, baseUrl: url.href.replace(/\/+$/, ''),
    ...(remote === undefined ? {} : { remote }),
    keyVariable: `PRECLINICAL_KEY_${slugOf(name)}`,
    secret: `preclinical.endpointKey:${slugOf(name)}@${url.origin}`,
    ...readPrice(price),
  };
}

/** What is no price is none: nothing but the cost that is shown depends on it. */
function readPrice(price: unknown): { price?: TokenPrice } {
  const { input, output, currency } = (typeof price === 'object' && price !== null ? price : {}) as Record<string, unknown>;
  if (typeof input !== 'number' && typeof output !== 'number') return {};
  return { price: { input: typeof input === 'number' ? input : 0, output: typeof output === 'number' ? output : 0, currency: isText(currency) ? currency : 'USD' } };
}

/** Letters, digits and underscores, as every system allows in the name of a variable. */
function slugOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]+/g, '_').replace(/^_|_$/g, '');
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
