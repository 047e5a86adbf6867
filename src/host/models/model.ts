// Models that prompts can be put to, as the editor's commands see them.
import type * as vscode from 'vscode';
import type { AskModel } from '../../protocol/asks';
import type { PromptEstimate, TokenPrice } from '../../protocol/prompt-estimate';

export interface ChosenModel {
  /** As shown: a run's name, an endpoint's name, a cloud model with its vendor, or the sample model. */
  readonly label: string;
  /** Texts leave this machine. */
  readonly cloud: boolean;
  readonly ask: AskModel;
}

export interface Models {
  /** The model asked last in this workspace; the shipped sample model at first. */
  readonly current: ChosenModel;
  readonly onDidChange: vscode.Event<void>;
  /** Lets the user choose; undefined when dismissed. What was chosen becomes current. */
  choose(): Promise<ChosenModel | undefined>;
  /**
   * Makes the model ready to be asked: a bridge is opened, and for one that is not on this machine the user is asked,
   * with its host named, the first time in this workspace. Undefined when that was refused. `egress` is what the prompt
   * file and its question set say: with `never` a model that is not on this machine is refused without a question.
   * `screen` looks for patient data in what would be sent, as part of the question.
   */
  prepare(model: ChosenModel, egress?: 'allowed' | 'never', screen?: Screen): Promise<AskModel | undefined>;
  /**
   * As `prepare`, for the address that makes vectors of the questions: the host agreed to, undefined where nothing leaves
   * this machine, false when it was refused.
   */
  agreeToEmbeddings(address: string, egress: 'allowed' | 'never', screen?: Screen): Promise<string | undefined | false>;
  /**
   * The key of this model, and of the endpoint with the other variable where one is named, and no other, by the environment variable that carries it to the engine's process. It changes
   * when the user sets or removes it, which fires onDidChange: a process started before does not know it.
   */
  environment(model: AskModel, otherVariable?: string): Promise<Readonly<Record<string, string>>>;
  /** Of the setting; absent where none is given. */
  priceOf(model: ChosenModel): TokenPrice | undefined;
}

export type Screen = () => Promise<PromptEstimate['phi']>;
