// Lint rules: the strict type-checked set of typescript-eslint, and zones that keep each folder in its layer.
import * as importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** target may not import from; each zone says why, because the message is what a newcomer reads. */
const zones = [
  { target: './src/base', from: './src', except: ['./base'], message: 'base is pure helpers: it imports nothing of the project.' },
  { target: './src/documents', from: './src', except: ['./base', './documents'], message: 'documents describes the user\'s files without I/O; facts about the world come in through WorkspaceFacts.' },
  { target: './src/protocol', from: './src', except: ['./base', './documents', './protocol'], message: 'protocol is what crosses a boundary: it knows neither side.' },
  { target: './src/runs', from: './src', except: ['./base', './documents', './protocol', './runs'], message: 'runs keeps job folders and must load without tensors or vscode.' },
  { target: './src/engine', from: './src', except: ['./base', './documents', './protocol', './runs', './engine'], message: 'the engine is a headless program: no vscode, no host, no webview.' },
  { target: './src/host', from: './src', except: ['./base', './documents', './protocol', './runs', './host'], message: 'the host asks the engine by `preclinical X --json`, never by import.' },
  { target: './webview', from: './src', except: ['./base', './protocol', './documents/mix/amounts'], message: 'panels see base, protocol and the arithmetic of mixes only; everything else reaches them as messages.' },
  { target: './src', from: './webview', message: 'a panel is a built asset, never an import.' },
  { target: './src/engine/tensors', from: './src/engine', except: ['./tensors', './parts'], message: 'tensors is the bottom of the engine.' },
  { target: './src/engine/model', from: './src/engine', except: ['./tensors', './model', './hub', './parts'], message: 'tensors <- model <- train <- jobs; an adapter may name its base by its id on the Hub.' },
  { target: './src/engine/train', from: './src/engine', except: ['./tensors', './model', './train', './parts', './data', './tokenizer'], message: 'tensors <- model <- train <- jobs; train reads shards but composes nothing.' },
  { target: './src/engine/scaleout', from: './src/engine', except: ['./scaleout', './train', './data', './parts'], message: 'scaleout writes and starts another engine; jobs compose it.' },
  { target: './src/engine/tokenizer', from: './src/engine', except: ['./tokenizer', './parts'], message: 'tokenizer <- data <- jobs.' },
  { target: './src/engine/data', from: './src/engine', except: ['./data', './tokenizer', './hub', './parts'], message: 'tokenizer <- data <- jobs.' },
  { target: './src/engine/hub', from: './src/engine', except: ['./hub', './parts'], message: 'hub downloads files and knows nothing of what is in them.' },
  { target: './src/engine/gguf', from: './src/engine', except: ['./gguf', './model', './tokenizer', './parts'], message: 'gguf writes a model and its tokenizer in one file.' },
  { target: './src/engine/inference', from: './src/engine', except: ['./inference', './model', './tensors', './tokenizer', './parts'], message: 'inference turns a model into a Generator and a LikelihoodModel.' },
  { target: './src/engine/evaluate', from: './src/engine', except: ['./evaluate', './inference/interfaces.ts', './tokenizer', './hub', './data/read/records', './parts'], message: 'evaluate sees inference interfaces only, and readers of records.' },
  { target: './src/engine/prompting', from: './src/engine', except: ['./prompting', './client', './inference/interfaces.ts', './evaluate', './parts'], message: 'prompting sees the model client and inference interfaces only.' },
];

const tensorflowOnlyInTensors = {
  patterns: [{ group: ['@tensorflow/*'], message: 'tfjs is reached through engine/tensors only.' }],
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', 'sample-workspace/**', 'src/engine/tensors/kernels/**', 'coverage/**'] },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    rules: {
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones }],
      'import-x/no-cycle': ['error', { maxDepth: 4 }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Typed arrays are read by index everywhere; the compiler option noUncheckedIndexedAccess makes `!` the honest form.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'eqeqeq': 'error',
    },
    settings: { 'import-x/resolver-next': [importX.createNodeResolver({ extensions: ['.ts', '.js', '.mjs'] })] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/engine/tensors/**'],
    rules: { 'no-restricted-imports': ['error', tensorflowOnlyInTensors] },
  },
  {
    files: ['src/{base,documents,protocol,runs}/**/*.ts', 'src/engine/**/*.ts'],
    ignores: ['src/engine/cli/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-floating-promises': 'off', '@typescript-eslint/no-unused-expressions': 'off' },
  },
);
