// Builds everything into dist/: the extension (CommonJS, the only bundle that may see `vscode`), the engine
// (ES modules with their .wasm files), the webview panels, and on request the tests.
//   node esbuild.js [--install] [--production] [--tests]
//   node esbuild.js --schemas      writes media/schemas from src/documents, and builds nothing
// --install first installs npm packages when node_modules is missing or older than package-lock.json.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const root = __dirname;
const dist = path.join(root, 'dist');
const flags = new Set(process.argv.slice(2));

/** Runs `npm ci` when the installed tree does not match package-lock.json. */
function installWhenStale() {
  const stamp = path.join(root, 'node_modules', '.package-lock.json');
  const lock = path.join(root, 'package-lock.json');
  if (fs.existsSync(stamp) && fs.statSync(stamp).mtimeMs >= fs.statSync(lock).mtimeMs) return;
  console.log('Installing npm packages…');
  const done = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (done.status !== 0) {
    console.error('npm ci failed: see the messages above. Check the network and the Node version (20.19 or newer), then run the command again.');
    process.exit(done.status ?? 1);
  }
  const now = new Date();
  fs.utimesSync(stamp, now, now);
}

/** ES modules on Node lack what bundled CommonJS packages expect; give it to them once per chunk. */
const nodeEsmBanner = {
  js: [
    "import { createRequire as __createRequire } from 'node:module';",
    "import { fileURLToPath as __fileURLToPath } from 'node:url';",
    "import { dirname as __pathDirname } from 'node:path';",
    'const require = __createRequire(import.meta.url);',
    'const __filename = __fileURLToPath(import.meta.url);',
    'const __dirname = __pathDirname(__filename);',
  ].join('\n'),
};

function common() {
  return {
    absWorkingDir: root,
    bundle: true,
    sourcemap: flags.has('--production') ? false : 'linked',
    minify: flags.has('--production'),
    legalComments: 'none',
    logLevel: 'warning',
    target: 'node20',
    platform: 'node',
  };
}

function buildExtension(esbuild) {
  return esbuild.build({
    ...common(),
    entryPoints: ['src/extension.ts'],
    outfile: 'dist/extension.js',
    format: 'cjs',
    external: ['vscode'],
    // Zod asks whether it runs in a browser's worker; VS Code logs an error for an extension that looks at this global.
    define: { navigator: 'undefined' },
  });
}

/** Packages that are optional on a user's machine; never bundled, loaded through engine/parts only. */
const optionalParts = ['@tensorflow/tfjs-node-gpu', 'node-llama-cpp', 'webgpu', 'onnxruntime-node', 'tokenizers'];

function nodeModules(esbuild, entryPoints, outdir) {
  return esbuild.build({
    ...common(),
    entryPoints,
    outdir,
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    mainFields: ['module', 'main'],
    banner: nodeEsmBanner,
    external: optionalParts,
  });
}

/** Programs and worker threads of the engine, by the name of the file they become. */
const engineEntries = {
  cli: 'src/engine/cli/main.ts',
  job: 'src/engine/jobs/main.ts',
  probe: 'src/engine/cli/probe/main.ts',
  supervisor: 'src/runs/supervisor/worker.ts',
  'model-worker': 'src/engine/serve/model-worker.ts',
  'mix-worker': 'src/engine/data/steps/mix-worker.ts',
  'kernel-worker': 'src/engine/tensors/threads/worker.ts',
  'checkpoint-writer': 'src/engine/train/checkpoint/writer.worker.ts',
};

function existing(entries) {
  return Object.fromEntries(Object.entries(entries).filter(([, file]) => fs.existsSync(path.join(root, file))));
}

/** The wasm module with the flag `shared` at the one memory it makes for itself. */
function withSharedMemory(module) {
  const memorySection = 5;
  for (let at = 8; at < module.length;) {
    const id = module[at++];
    let length = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = module[at++];
      length += (byte & 127) << shift;
      if (byte < 128) break;
    }
    if (id === memorySection) {
      const [count, flags] = module.subarray(at);
      if (count !== 1 || flags !== 1) throw new Error(`${count} memories with flags ${flags}, where one with a maximum was expected`);
      return Buffer.concat([module.subarray(0, at + 1), Buffer.from([3]), module.subarray(at + 2)]);
    }
    at += length;
  }
  throw new Error('the module has no memory of its own');
}

/** The one build of tfjs's wasm backend that is used, its memory declared shared so that threads can work on it. */
function copyWasm() {
  const to = path.join(dist, 'engine');
  fs.mkdirSync(to, { recursive: true });
  const name = 'tfjs-backend-wasm-simd.wasm';
  const module = fs.readFileSync(path.join(root, 'node_modules/@tensorflow/tfjs-backend-wasm/dist', name));
  fs.writeFileSync(path.join(to, name), withSharedMemory(module));
}

/** Our own SIMD kernels (AssemblyScript): one module, and one whose products are fused with their additions. */
async function buildKernels() {
  await compileKernels('kernels.wasm', []);
  await compileKernels('kernels-relaxed.wasm', ['--enable', 'relaxed-simd']);
}

/** Compiles the kernels to a file of dist/engine, only when a source changed. */
async function compileKernels(name, features) {
  const folder = path.join(root, 'src/engine/tensors/kernels');
  const entry = path.join(folder, 'index.ts');
  if (!fs.existsSync(entry)) return;
  const out = path.join(dist, 'engine', name);
  const newest = Math.max(...fs.readdirSync(folder).map((file) => fs.statSync(path.join(folder, file)).mtimeMs));
  if (fs.existsSync(out) && fs.statSync(out).mtimeMs > newest) return;
  const { main } = await import('assemblyscript/asc');
  const { error, stderr } = await main([
    path.relative(root, entry), '--outFile', path.relative(root, out),
    '-O3', '--noAssert', '--runtime', 'stub', '--importMemory',
    '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536', '--enable', 'simd', '--enable', 'threads', ...features,
  ], { listFiles: undefined });
  if (error) throw new Error(`kernels: ${error.message}\n${stderr.toString()}`);
}

/** One immediately-invoked script a panel: webview/NAME/main.ts becomes dist/webview/NAME.js (and .css). */
function buildPanels(esbuild) {
  const folder = path.join(root, 'webview');
  const panels = fs.readdirSync(folder).filter((name) => fs.existsSync(path.join(folder, name, 'main.ts')));
  if (panels.length === 0) return Promise.resolve();
  return esbuild.build({
    ...common(),
    entryPoints: Object.fromEntries(panels.map((name) => [name, `webview/${name}/main.ts`])),
    outdir: 'dist/webview',
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
  });
}

function filesUnder(folder, suffix) {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(suffix))
    .map((file) => path.join(folder, file));
}

/** Tests of plain Node: test/LANE/x.test.ts becomes dist/test/LANE/x.test.mjs. Tests inside VS Code become CommonJS. */
function buildTests(esbuild) {
  const relative = (file) => path.relative(root, file);
  const all = filesUnder(path.join(root, 'test'), '.test.ts').map(relative);
  const helpers = filesUnder(path.join(root, 'test'), '.child.ts').map(relative);
  const inHost = all.filter((file) => file.startsWith(path.join('test', 'host')));
  const inNode = [...all.filter((file) => !inHost.includes(file)), ...helpers];
  const named = (files) => Object.fromEntries(files.map((file) => [file.slice('test/'.length, -'.ts'.length), file]));
  return Promise.all([
    inNode.length > 0 ? esbuild.build({
      ...common(),
      entryPoints: named(inNode),
      outdir: 'dist/test',
      format: 'esm',
      splitting: true,
      outExtension: { '.js': '.mjs' },
      chunkNames: 'chunks/[name]-[hash]',
      mainFields: ['module', 'main'],
      banner: nodeEsmBanner,
      external: [...optionalParts, 'fast-check', 'openai', 'playwright-core', 'esbuild', 'eslint', 'typescript'],
    }) : undefined,
    inHost.length > 0 ? esbuild.build({
      ...common(),
      entryPoints: named(inHost),
      outdir: 'dist/test',
      format: 'cjs',
      external: ['vscode', 'mocha'],
    }) : undefined,
  ]);
}

/** media/schemas/*.schema.json, which is kept in the tree; a test holds it against src/documents. */
async function writeSchemas(esbuild) {
  const entry = 'src/documents/language/json-schema.ts';
  const { outputFiles } = await esbuild.build({ ...common(), sourcemap: false, entryPoints: [entry], write: false, format: 'cjs' });
  const built = { exports: {} };
  new Function('module', 'exports', 'require', outputFiles[0].text)(built, built.exports, require);
  const folder = path.join(root, 'media/schemas');
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of built.exports.jsonSchemaFiles()) fs.writeFileSync(path.join(folder, name), text);
}

async function main() {
  if (flags.has('--install')) installWhenStale();
  if (flags.has('--schemas')) {
    await writeSchemas(require('esbuild'));
    return;
  }
  // Programs of an older build are left otherwise: a job that is running may still load them.
  if (flags.has('--production')) fs.rmSync(dist, { recursive: true, force: true });
  const esbuild = require('esbuild');
  copyWasm();
  await buildKernels();
  const builds = await Promise.allSettled([
    buildExtension(esbuild),
    nodeModules(esbuild, existing(engineEntries), 'dist/engine'),
    buildPanels(esbuild),
    flags.has('--tests') ? buildTests(esbuild) : undefined,
  ]);
  const failure = builds.find((build) => build.status === 'rejected');
  if (failure) throw failure.reason;
}

main().catch((error) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
