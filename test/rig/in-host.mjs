// Runs a mocha suite inside the extension host of a real VS Code: what @vscode/test-electron does on a desktop.
//   node test/rig/in-host.mjs WORKBENCH EXTENSION TESTS_INDEX WORKSPACE RESULTS_JSON
import fs from 'node:fs';
import path from 'node:path';
import { launchBrowser, openWorkbench, startServer } from './workbench.mjs';

const timeoutMs = 900_000;
const [workbench, extension, tests, workspace, results] = process.argv.slice(2);

const server = await startServer({ workbench, extension: path.join(extension, 'test/fixtures/model-provider'), testDriver: true, env: { PRECLINICAL_HOST_RESULTS: results } });
const browser = await launchBrowser();
const log = [];
let code = 'timeout';
try {
  const uri = (file) => `vscode-remote://${server.authority}${path.resolve(file)}`;
  let exit;
  const done = new Promise((resolve) => { exit = resolve; });
  const timer = setTimeout(() => { exit('timeout'); }, timeoutMs);
  await openWorkbench(browser, server, {
    folder: path.resolve(workspace),
    payload: [['extensionDevelopmentPath', uri(extension)], ['extensionTestsPath', uri(tests)], ['skipWelcome', 'true']],
    onPage: async (page) => {
      // VS Code calls these two when the page has them.
      await page.exposeFunction('codeAutomationLog', (type, args) => { log.push(`[${type}] ${JSON.stringify(args)}`); });
      await page.exposeFunction('codeAutomationExit', (status) => { exit(status); });
      page.on('crash', () => { exit('the browser tab crashed'); });
    },
  });
  code = await done;
  clearTimeout(timer);
} finally {
  await browser.close();
  await server.stop();
}
if (code !== 0) console.error(`Extension host ended with ${code}.\n${log.join('\n')}\n${server.output()}`);
process.exit(code === 0 && fs.existsSync(results) ? 0 : 1);
