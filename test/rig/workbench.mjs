// A real VS Code workbench for tests: VS Code's server on 127.0.0.1, opened in headless Chromium. No network is used:
// Chromium is started with every other host unresolvable.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium as playwright } from 'playwright-core';
import { chromium, installed } from './install.mjs';

const settings = {
  'workbench.startupEditor': 'none',
  'workbench.enableExperiments': false,
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'chat.commandCenter.enabled': false,
  'workbench.colorTheme': 'Dark Modern',
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'security.workspace.trust.enabled': false,
  'git.openRepositoryInParentFolders': 'never',
  'files.simpleDialog.enable': true,
};

/**
 * Starts a server with its own empty data folder, and in it the extension: the folder `extension` linked in as installed,
 * or the file `vsix` installed as a user does. testDriver makes VS Code run extensionTestsPath; it also makes modal
 * dialogs refuse to show. `workbench` is a key of the table in install.mjs.
 */
export async function startServer({ workbench = 'newest', extension, vsix, testDriver = false, env = {} }) {
  const { node, main } = installed(workbench);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vscode-'));
  const extensions = path.join(folder, 'extensions');
  const data = path.join(folder, 'data');
  fs.mkdirSync(extensions, { recursive: true });
  fs.mkdirSync(path.join(data, 'data', 'User'), { recursive: true });
  const settingsFile = path.join(data, 'data', 'User', 'settings.json');
  fs.writeFileSync(settingsFile, JSON.stringify(settings));
  if (extension) {
    const manifest = JSON.parse(fs.readFileSync(path.join(extension, 'package.json'), 'utf8'));
    fs.symlinkSync(path.resolve(extension), path.join(extensions, `${manifest.publisher}.${manifest.name}-${manifest.version}`));
  }
  const environment = { ...process.env, ...env, XDG_RUNTIME_DIR: folder, EXTENSIONS_GALLERY: '{"serviceUrl":"","itemUrl":"","resourceUrlTemplate":"","controlUrl":"","recommendationsUrl":""}' };
  delete environment.NODE_OPTIONS;
  const common = ['--accept-server-license-terms', '--disable-telemetry', '--server-data-dir', data, '--extensions-dir', extensions];
  // Before the server starts, so that the first window has it.
  if (vsix) execFileSync(node, [main, ...common, '--install-extension', path.resolve(vsix)], { env: environment, stdio: 'pipe' });
  const child = spawn(node, [
    main, ...common, '--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--telemetry-level', 'off',
    '--disable-update-check', '--disable-getting-started-override',
    // Else the extension host of a closed window lives on for hours. The minimum version has no such option.
    ...(workbench === 'newest' ? ['--reconnection-grace-time', '5'] : []), ...(testDriver ? ['--enable-smoke-test-driver'] : []),
  ], { env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  const port = await new Promise((resolve, reject) => {
    const take = (bytes) => {
      output += bytes;
      const match = /agent listening on (\d+)/.exec(output);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('exit', (code) => { reject(new Error(`VS Code's server ended with ${code}:\n${output}`)); });
  });
  const stop = async () => {
    const gone = new Promise((resolve) => { child.once('exit', resolve); });
    // The process group: extension hosts and file watchers too.
    const kill = (signal) => { try { process.kill(-child.pid, signal); } catch { /* already gone */ } };
    if (child.exitCode === null) {
      kill('SIGTERM');
      const timer = setTimeout(() => { kill('SIGKILL'); }, 3000);
      await gone;
      clearTimeout(timer);
    }
    kill('SIGKILL');
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  };
  /** For windows that are opened afterwards; those that are open do not follow. */
  const changeSettings = (changes) => { fs.writeFileSync(settingsFile, JSON.stringify({ ...settings, ...changes })); };
  return { authority: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}`, extensions, changeSettings, output: () => output, stop };
}

export function launchBrowser() {
  return playwright.launch({
    executablePath: chromium,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
}

/** Opens a folder of this machine in a fresh browser profile. */
export async function openWorkbench(browser, server, { folder, payload = [], onPage }) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await onPage?.(page);
  const query = new URLSearchParams({ folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  await page.goto(`${server.url}/?${query}`, { waitUntil: 'commit' });
  await page.waitForSelector('.monaco-workbench .part.statusbar', { timeout: 120_000 });
  return page;
}
