// Where the Hugging Face Hub is, where its files are kept and who asks: the variables and defaults of huggingface_hub, so
// that both share one cache and one login.
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export interface HubSettings {
  /** Without a slash at the end. */
  readonly endpoint: string;
  readonly cacheFolder: string;
  readonly token: string | undefined;
  /** Nothing is asked over the network. */
  readonly isOffline: boolean;
}

type Variables = Readonly<Record<string, string | undefined>>;

export function hubSettings(variables: Variables = process.env): HubSettings {
  const given = (name: string): string | undefined => (variables[name] === undefined || variables[name] === '' ? undefined : expandHome(variables[name]));
  const home = given('HF_HOME') ?? path.join(given('XDG_CACHE_HOME') ?? path.join(homedir(), '.cache'), 'huggingface');
  return {
    endpoint: (given('HF_ENDPOINT') ?? 'https://huggingface.co').replace(/\/+$/, ''),
    cacheFolder: given('HF_HUB_CACHE') ?? given('HUGGINGFACE_HUB_CACHE') ?? path.join(home, 'hub'),
    token: cleanToken(given('HF_TOKEN') ?? given('HUGGING_FACE_HUB_TOKEN')) ?? tokenOfFile(given('HF_TOKEN_PATH') ?? path.join(home, 'token')),
    isOffline: ['1', 'ON', 'YES', 'TRUE'].includes((given('HF_HUB_OFFLINE') ?? given('TRANSFORMERS_OFFLINE') ?? '').toUpperCase()),
  };
}

function expandHome(value: string): string {
  return value === '~' || value.startsWith('~/') ? path.join(homedir(), value.slice(1)) : value;
}

function tokenOfFile(file: string): string | undefined {
  try {
    return cleanToken(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function cleanToken(text: string | undefined): string | undefined {
  const token = text?.replace(/[\r\n]/g, '').trim();
  return token === '' ? undefined : token;
}
