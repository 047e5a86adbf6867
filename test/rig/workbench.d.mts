// Types of workbench.mjs for the tests written in TypeScript.
import type { Browser, Page } from 'playwright-core';

export interface Server {
  readonly url: string;
  /** Folder that installed extensions are in. */
  readonly extensions: string;
  /** Beside the usual settings, instead of those given earlier. Windows that are open do not follow. */
  changeSettings(changes: Readonly<Record<string, unknown>>): void;
  output(): string;
  stop(): Promise<void>;
}
export function startServer(options: { readonly extension?: string; readonly vsix?: string; readonly env?: Readonly<Record<string, string>> }): Promise<Server>;
export function launchBrowser(): Promise<Browser>;
export function openWorkbench(browser: Browser, server: Server, options: { readonly folder?: string; readonly onPage?: (page: Page) => void | Promise<void> }): Promise<Page>;
