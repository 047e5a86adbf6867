// Consents given in this workspace: names of hosts and cloud models, kept with the workspace's state in the editor.
import * as vscode from 'vscode';
import { consentQuestion, decideConsent, type Receiver } from './consent';
import type { Screen } from './model';

const stateKey = 'preclinical.consents';

export class Consents {
  constructor(private readonly state: vscode.Memento) {}

  get agreed(): readonly string[] {
    return this.state.get<readonly string[]>(stateKey, []);
  }

  /** True when texts may go there; asks at most once a name. @param screen looks through the texts, when there is a question to ask. */
  async allows(receiver: Receiver, egress: 'allowed' | 'never', screen?: Screen): Promise<boolean> {
    const { t } = vscode.l10n;
    switch (decideConsent({ remote: receiver.remote, egress, agreed: this.agreed })) {
      case 'go': return true;
      case 'refuse':
        void vscode.window.showErrorMessage(t('Nothing was sent: these questions are marked egress: never and may not reach {0}. Choose a model on this machine.', receiver.remote));
        return false;
      case 'ask': {
        const { message, detail } = consentQuestion(receiver, t, await screen?.());
        const send = t('Send to {0}', receiver.remote);
        if (await vscode.window.showWarningMessage(message, { modal: true, detail }, send) !== send) {
          void vscode.window.showInformationMessage(t('Nothing was sent to {0}.', receiver.remote));
          return false;
        }
        await this.grant(receiver.remote);
        return true;
      }
    }
  }

  async grant(remote: string): Promise<void> {
    await this.state.update(stateKey, [...new Set([...this.agreed, remote])].sort());
  }

  async revoke(remotes: readonly string[]): Promise<void> {
    await this.state.update(stateKey, this.agreed.filter((one) => !remotes.includes(one)));
  }

  /** Lets the user choose which to take back. */
  async chooseAndRevoke(): Promise<void> {
    const { t } = vscode.l10n;
    if (this.agreed.length === 0) {
      await vscode.window.showInformationMessage(t('Nothing may be sent from this workspace: no consent was given.'));
      return;
    }
    const picked = await vscode.window.showQuickPick([...this.agreed], { canPickMany: true, title: t('Revoke Consent to Send Texts'), placeHolder: t('You are asked again before anything is sent there') });
    if (picked && picked.length > 0) await this.revoke(picked);
  }
}
