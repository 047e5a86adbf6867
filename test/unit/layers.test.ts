// Walks every import of src and webview and holds it against the table of layers. ESLint says the same while typing;
// this test holds when a file escapes the linter's globs, and it sees dynamic imports and type imports too.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = process.env['PRECLINICAL_ROOT'] ?? process.cwd();

/** Folder → folders of the project it may import, beside itself. */
const layers: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/documents': ['src/base'],
  'src/protocol': ['src/base', 'src/documents'],
  'src/runs': ['src/base', 'src/documents', 'src/protocol'],
  'src/engine': ['src/base', 'src/documents', 'src/protocol', 'src/runs'],
  'src/host': ['src/base', 'src/documents', 'src/protocol', 'src/runs'],
  'src/extension.ts': ['src/host'],
  'webview': ['src/base', 'src/protocol', 'src/documents/mix/amounts'],
};

/** Rooms of the engine, from the bottom up: which other rooms each may import. */
const rooms: Readonly<Record<string, readonly string[]>> = {
  parts: [],
  tensors: ['parts'],
  model: ['tensors', 'hub', 'parts'],
  tokenizer: ['parts'],
  hub: ['parts'],
  data: ['tokenizer', 'hub', 'parts'],
  train: ['tensors', 'model', 'data', 'tokenizer', 'parts'],
  scaleout: ['train', 'data', 'parts'],
  gguf: ['model', 'tokenizer', 'parts'],
  inference: ['model', 'tensors', 'tokenizer', 'parts'],
  evaluate: ['inference', 'tokenizer', 'data', 'hub', 'parts'],
  client: ['inference', 'parts'],
  serve: ['inference', 'tokenizer', 'client', 'parts'],
  prompting: ['client', 'inference', 'evaluate', 'parts'],
  sample: ['tokenizer', 'data', 'parts'],
  study: ['evaluate', 'prompting', 'data', 'parts'],
};

/** Packages that only one place may import. */
const packages: readonly { readonly name: RegExp; readonly only: RegExp }[] = [
  { name: /^vscode$/, only: /^src\/(host\/|extension\.ts)/ },
  { name: /^@tensorflow\//, only: /^src\/engine\/tensors\// },
  { name: /^@vscode\/webview-ui-toolkit/, only: /^webview\/common\// },
  { name: /^simple-git$/, only: /^src\/runs\// },
];

interface Import { readonly file: string; readonly target: string; readonly isPackage: boolean }

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('kernels'))
    .map((file) => path.posix.join(folder, file.split(path.sep).join('/')));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const specifiers = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1]!);
  return specifiers.map((specifier) => specifier.startsWith('.')
    ? { file, target: path.posix.join(path.posix.dirname(file), specifier), isPackage: false }
    : { file, target: specifier, isPackage: true });
}

const imports = ['src', 'webview'].flatMap(sourceFiles).flatMap(importsOf);
const layerOf = (file: string): string | undefined => Object.keys(layers).find((layer) => file === layer || file === layer.replace(/\.ts$/, '') || file.startsWith(`${layer}/`));
const roomOf = (file: string): string | undefined => /^src\/engine\/([a-z]+)\//.exec(`${file}/`)?.[1];

describe('layers', () => {
  it('finds imports to check', () => {
    assert.ok(imports.length > 50, `${imports.length} imports`);
  });

  it('keeps every folder within what it may import', () => {
    const wrong = imports.filter((one) => !one.isPackage).filter(({ file, target }) => {
      const from = layerOf(file);
      const to = layerOf(target);
      return from === undefined || to === undefined || (from !== to && !layers[from]!.some((allowed) => allowed === to || target.startsWith(`${allowed}/`)));
    });
    assert.deepEqual(wrong, []);
  });

  it('keeps the rooms of the engine in one direction; only jobs and cli compose', () => {
    const wrong = imports.filter((one) => !one.isPackage).filter(({ file, target }) => {
      const from = roomOf(file);
      const to = roomOf(target);
      if (from === undefined || to === undefined || from === to || from === 'jobs' || from === 'cli') return false;
      return !(rooms[from] ?? []).includes(to);
    });
    assert.deepEqual(wrong, []);
  });

  it('lets packages be imported only where they belong', () => {
    const wrong = imports.filter((one) => one.isPackage)
      .filter(({ file, target }) => packages.some(({ name, only }) => name.test(target) && !only.test(file)));
    assert.deepEqual(wrong, []);
  });

  it('keeps Node and the DOM out of base, documents and protocol', () => {
    const wrong = imports.filter(({ file, target }) => /^src\/(base|documents|protocol)\//.test(file) && target.startsWith('node:'));
    assert.deepEqual(wrong, []);
  });
});
