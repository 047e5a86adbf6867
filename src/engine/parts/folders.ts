// Where parts live: one folder of the user, shared by the terminal and every editor window, so that a part is fetched once.
import { homedir } from 'node:os';
import path from 'node:path';

type Variables = Readonly<Record<string, string | undefined>>;

/** The folder of all parts. PRECLINICAL_PARTS names another. */
export function partsFolder(variables: Variables = process.env, platform: string = process.platform): string {
  const given = (name: string): string | undefined => (variables[name] === '' ? undefined : variables[name]);
  const chosen = given('PRECLINICAL_PARTS');
  if (chosen !== undefined) return path.resolve(chosen);
  return path.join(userDataFolder(given, platform), 'preclinical', 'parts');
}

function userDataFolder(given: (name: string) => string | undefined, platform: string): string {
  switch (platform) {
    case 'win32': return given('LOCALAPPDATA') ?? path.join(homedir(), 'AppData', 'Local');
    case 'darwin': return path.join(homedir(), 'Library', 'Application Support');
    default: return given('XDG_DATA_HOME') ?? path.join(homedir(), '.local', 'share');
  }
}

/** Binaries are of one platform: a home folder may be shared by machines of several. */
export const thisPlatform = `${process.platform}-${process.arch}`;

export function partFolder(part: { readonly name: string; readonly version: string }): string {
  return path.join(partsFolder(), `${part.name}-${part.version}-${thisPlatform}`);
}
