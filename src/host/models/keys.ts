// Keys of endpoints in the editor's SecretStorage. They leave it only in the environment of the engine's process.
import * as vscode from 'vscode';
import type { Endpoint } from './endpoints';

export class EndpointKeys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  async has(endpoint: Endpoint): Promise<boolean> {
    return (await this.secrets.get(endpoint.secret) ?? '') !== '';
  }

  /** By the variable that carries them. */
  async environment(endpoints: readonly Endpoint[]): Promise<Record<string, string>> {
    const found = await Promise.all(endpoints.map(async ({ keyVariable, secret }) => [keyVariable, await this.secrets.get(secret) ?? ''] as const));
    return Object.fromEntries(found.filter(([, key]) => key !== ''));
  }

  async store(endpoint: Endpoint, key: string): Promise<void> {
    await this.secrets.store(endpoint.secret, key);
  }

  async remove(endpoint: Endpoint): Promise<void> {
    await this.secrets.delete(endpoint.secret);
  }

  /** Asks for the key; true when one was kept. */
  async ask(endpoint: Endpoint): Promise<boolean> {
    const { t } = vscode.l10n;
    const key = await vscode.window.showInputBox({
      title: t('Key of {0}', endpoint.name), password: true, ignoreFocusOut: true,
      prompt: t('Kept in the editor\'s secret storage and sent to {0} only.', new URL(endpoint.baseUrl).origin),
      validateInput: (text) => /[\r\n]/.test(text) ? t('A key is one line.') : undefined,
    });
    if (key === undefined || key.trim() === '') return false;
    await this.store(endpoint, key.trim());
    return true;
  }
}
