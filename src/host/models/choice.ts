// The model chosen in a workspace, as it is remembered and found again. Pure: no vscode.
import type { Endpoint } from './endpoints';
import type { ChosenModel } from './model';

/** Carries the bridge's token to the engine; no endpoint's variable can be named so. */
export const bridgeVariable = 'PRECLINICAL_BRIDGE_TOKEN';

/** Stands for the bridge until it is opened: its port is another in every window. */
const bridgeAddress = 'http://127.0.0.1/v1';

export function endpointChoice({ name, baseUrl, model, remote }: Endpoint): ChosenModel {
  return { label: name, cloud: remote !== undefined, ask: { kind: 'endpoint', name, baseUrl, model, cloud: remote !== undefined } };
}

/** `id` is `vendor/id`. */
export function editorChoice(id: string, label: string): ChosenModel {
  return { label, cloud: true, ask: { kind: 'endpoint', name: label, baseUrl: bridgeAddress, model: id, keyVariable: bridgeVariable, cloud: true } };
}

export function isEditorChoice({ ask }: ChosenModel): boolean {
  return ask.kind === 'endpoint' && ask.keyVariable === bridgeVariable;
}

/**
 * What was remembered, as things stand now: an endpoint as its setting says today, `otherwise` when that is gone or
 * what was kept is none of ours.
 */
export function recallChoice(kept: unknown, endpoints: readonly Endpoint[], otherwise: ChosenModel): ChosenModel {
  const { label, ask } = (kept ?? {}) as Partial<ChosenModel>;
  if (typeof label !== 'string' || typeof ask !== 'object' || (ask as unknown) === null) return otherwise;
  if (ask.kind === 'checkpoint') return typeof ask.reference === 'string' ? { label, cloud: false, ask: { kind: 'checkpoint', reference: ask.reference } } : otherwise;
  if (typeof ask.model !== 'string') return otherwise;
  if (ask.keyVariable === bridgeVariable) return editorChoice(ask.model, label);
  const endpoint = endpoints.find((one) => one.name === ask.name);
  return endpoint ? endpointChoice(endpoint) : otherwise;
}
