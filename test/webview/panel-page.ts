// A built panel in headless Chromium, as the editor would load it: the real page with its policy, a scripted host, and the
// editor's theme variables.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { panelPage } from '../../src/host/panel/page';

const root = process.env['PRECLINICAL_ROOT'] ?? process.cwd();
const origin = 'https://panel.test';
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css' };

export type Theme = 'dark' | 'light' | 'high-contrast';
const themes: Readonly<Record<Theme, Readonly<Record<string, string>>>> = {
  dark: {
    'editor-background': '#1f1f1f', 'foreground': '#cccccc', 'descriptionForeground': '#9d9d9d', 'panel-border': '#2b2b2b', 'button-background': '#0078d4', 'button-foreground': '#ffffff',
    'charts-blue': '#3794ff', 'terminal-ansiCyan': '#11a8cd', 'charts-green': '#89d185', 'charts-purple': '#b180d7', 'charts-red': '#f14c4c', 'charts-yellow': '#cca700', 'charts-foreground': '#cccccc',
  },
  light: {
    'editor-background': '#ffffff', 'foreground': '#3b3b3b', 'descriptionForeground': '#5a5a5a', 'panel-border': '#e5e5e5', 'button-background': '#005fb8', 'button-foreground': '#ffffff',
    'charts-blue': '#1a85ff', 'terminal-ansiCyan': '#11a8cd', 'charts-green': '#388a34', 'charts-purple': '#652d90', 'charts-red': '#e51400', 'charts-yellow': '#bf8803', 'charts-foreground': '#3b3b3b',
  },
  'high-contrast': {
    'editor-background': '#000000', 'foreground': '#ffffff', 'descriptionForeground': '#ffffff', 'contrastBorder': '#6fc3df', 'button-background': '#000000', 'button-foreground': '#ffffff',
    'charts-blue': '#3794ff', 'terminal-ansiCyan': '#11a8cd', 'charts-green': '#89d185', 'charts-purple': '#b180d7', 'charts-red': '#f48771', 'charts-yellow': '#ffd370', 'charts-foreground': '#ffffff',
  },
};

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--host-resolver-rules=MAP * ~NOTFOUND'],
  });
}

/** What the page does with the editor is kept in window.editor: messages posted, and the state that outlives a reload. */
const editorStub = `
  window.editor = { posted: [], violations: [] };
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => { window.editor.posted.push(message); },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') ?? undefined,
    setState: (state) => { sessionStorage.setItem('state', JSON.stringify(state)); },
  });
  document.addEventListener('securitypolicyviolation', (event) => { window.editor.violations.push([event.violatedDirective, event.blockedURI, event.sourceFile, event.lineNumber].join(' ')); });
`;

export async function openPanel(browser: Browser, name: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  await page.addInitScript(editorStub);
  await page.route(`${origin}/**`, async (route) => {
    const file = new URL(route.request().url()).pathname;
    if (file === '/') {
      await route.fulfill({ contentType: 'text/html', body: panelPage({ title: name, language: 'en', nonce: 'n0nce', cspSource: origin, script: `${origin}/${name}.js`, style: `${origin}/${name}.css` }) });
    } else {
      await route.fulfill({ contentType: types[path.extname(file)]!, body: readFileSync(path.join(root, 'dist/webview', file)) });
    }
  });
  await page.goto(`${origin}/`);
  return page;
}

export async function setTheme(page: Page, theme: Theme): Promise<void> {
  const variables = { ...themes[theme], 'font-family': 'sans-serif', 'font-size': '13px', 'focusBorder': '#0078d4' };
  await page.evaluate(`for (const [name, value] of Object.entries(${JSON.stringify(variables)})) document.documentElement.style.setProperty('--vscode-' + name, value);
    document.body.className = 'vscode-${theme}';`);
}

export function violations(page: Page): Promise<string[]> {
  return page.evaluate('window.editor.violations');
}
