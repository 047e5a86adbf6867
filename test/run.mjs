// Runs test lanes: node test/run.mjs [LANE…] [--grep TEXT]. Without a lane, all but those that run on request only. Ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { keep } from './rig/keeper.mjs';

const root = path.resolve(import.meta.dirname, '..');
const arguments_ = process.argv.slice(2);
const grepAt = arguments_.indexOf('--grep');
const grep = grepAt >= 0 ? arguments_.splice(grepAt, 2)[1] : undefined;
const chosen = arguments_;

let passed = 0;
let failed = 0;
let skipped = 0;

function command(name, program, args) {
  const started = Date.now();
  const { status } = spawnSync(program, args, { cwd: root, stdio: 'inherit' });
  console.log(`${name}: ${((Date.now() - started) / 60000).toFixed(2)} min`);
  if (status === 0) passed += 1; else failed += 1;
}

/** Far more than any lane that `npm test` runs takes: one that hangs fails instead of never ending. */
const laneMs = 30 * 60_000;
const onRequestMs = 6 * 60 * 60_000;

/** Runs the tests of a folder, and ends whatever they leave behind. */
async function mochaLane(lane, timeoutMs, { environment = {}, files = '**/*.test.mjs', limitMs = laneMs } = {}) {
  const folder = path.join(root, 'dist/test', lane);
  const started = Date.now();
  const report = path.join(root, 'dist/test', `${lane.replace('/', '-')}.json`);
  fs.rmSync(report, { force: true });
  const kept = keep();
  const { error } = spawnSync(process.execPath, [
    path.join(root, 'node_modules/mocha/bin/mocha.js'),
    '--reporter', path.join(root, 'test/reporter.cjs'), '--reporter-option', `output=${report}`,
    '--timeout', String(timeoutMs), '--enable-source-maps', ...(grep ? ['--fgrep', grep] : []), `${folder}/${files}`,
  ], { cwd: root, stdio: 'inherit', timeout: limitMs, killSignal: 'SIGKILL', env: { ...process.env, PRECLINICAL_ROOT: root, ...kept.environment, ...environment } });
  if (error !== undefined) console.error(`${lane}: ended from outside: ${error.message}`);
  const left = await kept.end();
  if (left > 0) console.log(`${lane}: ${left} processes were left, and are ended`);
  const result = fs.existsSync(report) ? JSON.parse(fs.readFileSync(report, 'utf8')) : { passes: 0, failures: 1 };
  passed += result.passes;
  failed += result.failures;
  skipped += result.pending ?? 0;
  console.log(`${lane}: ${((Date.now() - started) / 60000).toFixed(2)} min`);
}

/** The suite of test/host inside a real VS Code, with the extension loaded from this folder. */
async function hostLane(lane, workbench) {
  const { installRig } = await import('./rig/install.mjs');
  installRig(workbench);
  const started = Date.now();
  const results = path.join(root, `dist/test/${lane}.json`);
  fs.rmSync(results, { force: true });
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-host-'));
  spawnSync(process.execPath, [path.join(root, 'test/rig/in-host.mjs'), workbench, root, path.join(root, 'dist/test/host/index.test.js'), workspace, results], { cwd: root, stdio: 'inherit', timeout: laneMs, killSignal: 'SIGKILL' });
  // A process of the extension may still be writing its last words.
  fs.rmSync(workspace, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const result = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : { passes: 0, failures: 1 };
  passed += result.passes;
  failed += result.failures;
  console.log(`${lane}: ${((Date.now() - started) / 60000).toFixed(2)} min, ${result.passes} passed`);
}

/** The suite of test/host inside the desktop's VS Code, which is downloaded: for whoever has the open internet. */
async function electronLane() {
  const { downloadAndUnzipVSCode, runTests } = await import('@vscode/test-electron');
  let vscodeExecutablePath;
  try {
    vscodeExecutablePath = await downloadAndUnzipVSCode();
  } catch (error) {
    console.error(`electron: not run. VS Code could not be downloaded: ${error.message}. The lanes host and host-minimum run the same suite without a download.`);
    return;
  }
  const results = path.join(root, 'dist/test/electron.json');
  const workspace = fs.mkdtempSync(path.join(os.tmpdir(), 'preclinical-electron-'));
  try {
    await runTests({
      vscodeExecutablePath, extensionDevelopmentPath: root, extensionTestsPath: path.join(root, 'dist/test/host/index.test.js'),
      launchArgs: [workspace, '--disable-extensions', '--disable-workspace-trust'], extensionTestsEnv: { PRECLINICAL_HOST_RESULTS: results },
    });
  } catch (error) {
    console.error(error.message);
  }
  const result = fs.existsSync(results) ? JSON.parse(fs.readFileSync(results, 'utf8')) : { passes: 0, failures: 1 };
  passed += result.passes;
  failed += result.failures;
}

const lanes = {
  lint: () => command('lint', 'npm', ['run', '--silent', 'lint']),
  types: () => command('types', 'npm', ['run', '--silent', 'types']),
  unit: () => mochaLane('unit', 60_000),
  engine: () => mochaLane('engine', 300_000),
  process: () => mochaLane('process', 120_000),
  study: () => mochaLane('study', 60_000),
  webview: async () => {
    const { installRig } = await import('./rig/install.mjs');
    installRig();
    await mochaLane('webview', 60_000);
  },
  host: () => hostLane('host', 'newest'),
  'host-minimum': () => hostLane('host-minimum', 'minimum'),
  e2e: async () => {
    const { installRig } = await import('./rig/install.mjs');
    installRig();
    await mochaLane('e2e', 180_000);
  },
  deep: async () => {
    const { softwareVulkan } = await import('./rig/software-vulkan.mjs');
    await mochaLane('deep', 1_800_000, { environment: softwareVulkan(), limitMs: onRequestMs });
  },
  gpu: async () => {
    const { status, stdout } = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { encoding: 'utf8' });
    if (status !== 0 || stdout.trim() === '') {
      console.log('gpu: not run: nvidia-smi finds no NVIDIA GPU on this machine.');
      process.exit(0);
    }
    console.log(`gpu: ${stdout.trim()}`);
    await mochaLane('deep/native', 1_800_000, { environment: { PRECLINICAL_EXPECT_GPU: '1' }, files: 'tensorflow.test.mjs', limitMs: onRequestMs });
  },
  scaleout: async () => {
    const { installRig } = await import('./rig/install.mjs');
    const { installReference } = await import('./rig/reference.mjs');
    const { installSlurm } = await import('./rig/slurm.mjs');
    const { installSshd } = await import('./rig/sshd.mjs');
    installRig();
    installReference();
    installSlurm();
    installSshd();
    await mochaLane('scaleout', 900_000, { limitMs: onRequestMs });
  },
  deepspeed: () => mochaLane('deepspeed', 900_000, { limitMs: onRequestMs }),
  axolotl: () => mochaLane('axolotl', 900_000, { limitMs: onRequestMs }),
  electron: electronLane,
};

/** They need what `npm test` does not install, or more time than it has. */
const onRequest = ['deep', 'gpu', 'scaleout', 'deepspeed', 'axolotl', 'electron'];

for (const name of chosen) {
  if (!(name in lanes)) {
    console.error(`No test lane '${name}'. Lanes: ${Object.keys(lanes).join(', ')}.`);
    process.exit(2);
  }
}
const build = spawnSync(process.execPath, ['esbuild.js', '--tests'], { cwd: root, stdio: 'inherit' });
if (build.status !== 0) failed += 1;
else for (const name of chosen.length > 0 ? chosen : Object.keys(lanes).filter((name) => !onRequest.includes(name))) await lanes[name]();
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
