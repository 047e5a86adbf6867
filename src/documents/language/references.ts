// Names that a file gives in one place and uses in another: sources of a mix, steps of a study, rows and columns of its grid.
import type { FileKind } from './kinds';
import type { Path } from './schema';

type KeysAt = (path: Path) => readonly string[];

interface Reference {
  readonly kind: FileKind['name'];
  /** Path of the value, or of the map whose keys are meant; `*` is any one segment. */
  readonly path: string;
  readonly on: 'key' | 'value';
  readonly names: (keysAt: KeysAt, path: Path) => readonly string[];
}

const steps = (keysAt: KeysAt, path: Path): string[] => keysAt(['steps']).filter((name) => path[0] !== 'steps' || name !== path[1]);
const runs = (keysAt: KeysAt, path: Path): string[] => steps(keysAt, path).filter((name) => keysAt(['steps', name]).includes('run'));
const sources = (keysAt: KeysAt): readonly string[] => keysAt(['sources']);

const references: readonly Reference[] = [
  { kind: 'mix', path: 'stages.*.sources', on: 'key', names: sources },
  { kind: 'mix', path: 'heldOut.*.source', on: 'value', names: sources },
  { kind: 'study', path: 'steps.*.after.*', on: 'value', names: steps },
  { kind: 'study', path: 'steps.*.of', on: 'value', names: runs },
  { kind: 'study', path: 'steps.*.base', on: 'value', names: runs },
  { kind: 'study', path: 'grid.base', on: 'value', names: runs },
  { kind: 'study', path: 'grid.base.*', on: 'value', names: runs },
  { kind: 'study', path: 'grid.cells.*.*', on: 'value', names: runs },
  { kind: 'study', path: 'grid.cells.*.*.*', on: 'value', names: runs },
  { kind: 'study', path: 'grid.cells', on: 'key', names: (keysAt) => keysAt(['grid', 'rows']) },
  { kind: 'study', path: 'grid.cells.*', on: 'key', names: (keysAt) => keysAt(['grid', 'columns']) },
  { kind: 'study', path: 'interaction.*', on: 'value', names: runs },
  { kind: 'study', path: 'comparison.*.better', on: 'value', names: runs },
  { kind: 'study', path: 'comparison.*.than', on: 'value', names: runs },
];

/** Names of the file that may stand at a place, in its own order. */
export function namesAt(kind: FileKind, path: Path, on: 'key' | 'value', keysAt: KeysAt): readonly string[] {
  const found = references.find((one) => one.kind === kind.name && one.on === on && matches(one.path.split('.'), path));
  return found?.names(keysAt, path) ?? [];
}

function matches(pattern: readonly string[], path: Path): boolean {
  return pattern.length === path.length && pattern.every((segment, index) => segment === '*' || segment === path[index]);
}
