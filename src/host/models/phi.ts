// What the engine's screen for patient data found in texts that would be sent, in words. Pure: no vscode.
import type { PromptEstimate } from '../../protocol/prompt-estimate';
import type { Translate } from '../runs/describe';

export function phiWords({ texts, textsWithFindings, findings }: PromptEstimate['phi'], t: Translate): string {
  if (findings.length === 0) return t('The screen for patient data finds nothing in {0} texts. It does not find everything.', texts.toLocaleString());
  const counts = findings.map(({ class: name, count }) => `${name} ${count.toLocaleString()}`).join(', ');
  return t('⚠ The screen for patient data finds something in {0} of {1} texts: {2}. It does not find everything.', textsWithFindings.toLocaleString(), texts.toLocaleString(), counts);
}
