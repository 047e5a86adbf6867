// What counts as this machine, and under which name texts leave it: the one rule of editor and engine.

const loopbackName = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** `hostname` as a URL has it. True only for addresses that cannot leave this machine; a name other than localhost never counts. */
export function isLoopbackName(hostname: string): boolean {
  return loopbackName.test(hostname);
}

export interface Destination {
  /** Of the address. */
  readonly hostname: string;
  /** With the port, where one is given. */
  readonly host: string;
  readonly model: string;
  /** What answers at the address sends the texts on, such as a bridge to the editor's models. */
  readonly cloud: boolean;
}

/**
 * The name a user agrees to before texts go there: the host, or for what is passed on from this machine, whose port
 * says nothing, the model. Undefined when the texts stay here.
 */
export function remoteName({ hostname, host, model, cloud }: Destination): string | undefined {
  if (!isLoopbackName(hostname)) return host;
  return cloud ? model : undefined;
}

/** Names under which a server that is bound to loopback is spoken to. */
const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

/**
 * Which header of a request to a server on loopback is foreign. A foreign Host is a name that resolves here, which is how
 * a web page gets round the same-origin rule (DNS rebinding); a foreign Origin is a web page itself.
 */
export function foreignHeader(host: string | undefined, origin: string | undefined, port: number): 'host' | 'origin' | undefined {
  const hosts = ownNames.map((name) => `${name}:${port}`);
  if (!hosts.includes((host ?? '').toLowerCase())) return 'host';
  if (origin !== undefined && !hosts.some((own) => origin.toLowerCase() === `http://${own}`)) return 'origin';
  return undefined;
}
