// The models of this window: which is current, and what must happen before one is asked.
import * as vscode from 'vscode';
import type { AskModel } from '../../protocol/asks';
import type { TokenPrice } from '../../protocol/prompt-estimate';
import type { Bridge } from './bridge/bridge';
import { bridgeVariable, isEditorChoice, recallChoice } from './choice';
import type { Consents } from './consents';
import { type Endpoint, type EndpointList, readEndpoints, remoteOfAddress } from './endpoints';
import type { EndpointKeys } from './keys';
import type { ChosenModel, Models, Screen } from './model';

const stateKey = 'preclinical.model';
const section = 'preclinical.endpoints';

export interface ModelParts {
  readonly state: vscode.Memento;
  readonly keys: EndpointKeys;
  readonly consents: Consents;
  readonly bridge: Bridge;
  /** Asks the user. */
  readonly pick: () => Promise<ChosenModel | undefined>;
}

export class WindowModels implements Models, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscription: vscode.Disposable;

  constructor(private readonly parts: ModelParts) {
    this.#subscription = vscode.workspace.onDidChangeConfiguration((event) => { if (event.affectsConfiguration(section)) this.#changed.fire(); });
  }

  /** The model that is shipped. */
  static readonly sample = (): ChosenModel => ({ label: vscode.l10n.t('Sample model'), cloud: false, ask: { kind: 'checkpoint', reference: 'sample' } });

  get list(): EndpointList {
    return readEndpoints(vscode.workspace.getConfiguration().get(section), vscode.l10n.t);
  }

  get current(): ChosenModel {
    return recallChoice(this.parts.state.get(stateKey), this.list.endpoints, WindowModels.sample());
  }

  async choose(): Promise<ChosenModel | undefined> {
    const chosen = await this.parts.pick();
    if (chosen) await this.use(chosen);
    return chosen;
  }

  async use(chosen: ChosenModel): Promise<void> {
    await this.parts.state.update(stateKey, chosen);
    this.#changed.fire();
  }

  async prepare(model: ChosenModel, egress: 'allowed' | 'never' = 'allowed', screen?: Screen): Promise<AskModel | undefined> {
    const { ask } = model;
    if (ask.kind === 'checkpoint') return ask;
    if (isEditorChoice(model)) {
      if (!await this.parts.consents.allows({ remote: ask.model, label: model.label, way: 'editor' }, egress, screen)) return undefined;
      return { ...ask, baseUrl: await this.parts.bridge.open(), consentedHost: ask.model };
    }
    const endpoint = this.list.endpoints.find((one) => one.name === ask.name);
    if (!endpoint) throw new Error(vscode.l10n.t('The setting preclinical.endpoints has no endpoint "{0}" any more.', ask.name));
    return this.#prepareEndpoint(endpoint, egress, screen);
  }

  async agreeToEmbeddings(address: string, egress: 'allowed' | 'never', screen?: Screen): Promise<string | undefined | false> {
    const remote = remoteOfAddress(address);
    if (remote === undefined) return undefined;
    return await this.parts.consents.allows({ remote, label: remote, way: address.startsWith('https:') ? 'https' : 'http' }, egress, screen) && remote;
  }

  async environment(model: AskModel, otherVariable?: string): Promise<Readonly<Record<string, string>>> {
    return { ...await this.#keysNamed(otherVariable), ...await this.#keyOf(model) };
  }

  async #keyOf(model: AskModel): Promise<Readonly<Record<string, string>>> {
    if (model.kind === 'checkpoint' || model.keyVariable === undefined) return {};
    if (model.keyVariable === bridgeVariable) return { [bridgeVariable]: this.parts.bridge.token };
    return this.#keysNamed(model.keyVariable);
  }

  async #keysNamed(variable: string | undefined): Promise<Readonly<Record<string, string>>> {
    return variable === undefined ? {} : this.parts.keys.environment(this.list.endpoints.filter(({ keyVariable }) => keyVariable === variable));
  }

  priceOf({ ask }: ChosenModel): TokenPrice | undefined {
    return ask.kind === 'endpoint' ? this.list.endpoints.find(({ name }) => name === ask.name)?.price : undefined;
  }

  /** Keys were set or removed. */
  touch(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
    void this.parts.bridge.close();
  }

  async #prepareEndpoint(endpoint: Endpoint, egress: 'allowed' | 'never', screen: Screen | undefined): Promise<AskModel | undefined> {
    const { name, baseUrl, model, remote, keyVariable } = endpoint;
    if (remote !== undefined && !await this.parts.consents.allows({ remote, label: name, way: wayTo(endpoint) }, egress, screen)) return undefined;
    return {
      kind: 'endpoint', name, baseUrl, model, cloud: remote !== undefined,
      ...(await this.parts.keys.has(endpoint) ? { keyVariable } : {}),
      ...(remote === undefined ? {} : { consentedHost: remote }),
    };
  }
}

function wayTo({ baseUrl, model, remote }: Endpoint): 'https' | 'http' | 'local-proxy' {
  if (remote === model) return 'local-proxy';
  return baseUrl.startsWith('https:') ? 'https' : 'http';
}
