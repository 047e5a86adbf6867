// What is said of a whole experiment before anything is sent. Pure: no vscode.
import type { PromptEstimate } from '../../protocol/prompt-estimate';
import { phiWords } from '../models/phi';
import type { Translate } from '../runs/describe';

export interface Preview { readonly message: string; readonly detail: string }

/** @param isBridge the model is one of the editor's, which answers only while this window is open. */
export function previewWords({ questions, strategies, rationales, embeddings, total, cost, remote, phi }: PromptEstimate, model: string, isBridge: boolean, t: Translate): Preview {
  const line = (name: string, calls: number): string => t('{0}: {1} calls', name, calls.toLocaleString());
  return {
    message: t('Put {0} questions to {1} in {2} calls?', questions.toLocaleString(), model, total.calls.toLocaleString()),
    detail: [
      [
        ...strategies.map(({ strategy, samplesPerQuestion, calls }) => line(samplesPerQuestion > 1 ? `${strategy} × ${samplesPerQuestion}` : strategy, calls)),
        ...(rationales ? [line(t('reasoning about solved questions, at most'), rationales.calls)] : []),
        ...(embeddings > 0 ? [t('vectors of {0} texts', embeddings.toLocaleString())] : []),
      ].join('\n'),
      t('About {0} prompt tokens and at most {1} answer tokens.', total.promptTokens.toLocaleString(), total.completionTokens.toLocaleString())
        + (cost ? ` ${t('Cost: at most {0} {1}.', cost.atMost.toFixed(2), cost.currency)}` : ''),
      ...(remote === undefined ? [] : [phiWords(phi, t)]),
      ...(isBridge ? [t('A model of the editor answers only while this window is open: close it and the run fails, with what was answered kept.')] : []),
    ].join('\n\n'),
  };
}
