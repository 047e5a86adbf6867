// Whether texts may go to a model, decided before anything is sent, and what the user is asked. Pure: no vscode.
import type { PromptEstimate } from '../../protocol/prompt-estimate';
import type { Translate } from '../runs/describe';
import { phiWords } from './phi';

export interface ConsentFacts {
  /** Host, or name of a cloud model; absent when the texts stay on this machine. */
  readonly remote: string | undefined;
  /** Of the prompt file and its question set. */
  readonly egress: 'allowed' | 'never';
  /** Names agreed to in this workspace. */
  readonly agreed: readonly string[];
}

/** `refuse` comes before any question: no dialog unlocks what is marked never. */
export function decideConsent({ remote, egress, agreed }: ConsentFacts): 'go' | 'ask' | 'refuse' {
  if (remote === undefined) return 'go';
  if (egress === 'never') return 'refuse';
  return agreed.includes(remote) ? 'go' : 'ask';
}

export interface ConsentQuestion { readonly message: string; readonly detail: string }

export interface Receiver {
  readonly remote: string;
  /** As the user knows it. */
  readonly label: string;
  /** How the texts get there. */
  readonly way: 'https' | 'http' | 'editor' | 'local-proxy';
}

/** @param phi what the screen for patient data found in what would be sent; absent where nothing is known of it. */
export function consentQuestion({ remote, label, way }: Receiver, t: Translate, phi?: PromptEstimate['phi']): ConsentQuestion {
  const ways: Readonly<Record<Receiver['way'], string>> = {
    'https': t('They travel encrypted (https).'),
    'http': t('They travel unencrypted (http): whoever sees the network can read them.'),
    'editor': t('They go through the editor to the service of that vendor.'),
    'local-proxy': t('They go through a program on this machine, which passes them on.'),
  };
  return {
    message: t('Send question texts and prompts to {0}?', remote),
    detail: [
      t('For {0}, the text of each question you ask and the prompt around it leave this machine. {1}', label, ways[way]),
      ...(phi ? [phiWords(phi, t)] : []),
      t('Do not agree if they may hold anything about patients that must stay here.'),
      t('This counts for this workspace until you revoke it: Preclinical: Revoke Consent to Send Texts.'),
    ].join('\n\n'),
  };
}
