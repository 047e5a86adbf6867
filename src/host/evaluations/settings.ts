// How an evaluation is asked for: what the engine is told, and what the list of settings says. Pure.
import type { Translate } from '../runs/describe';

export interface EvaluationSettings {
  /** Examples before each question. */
  readonly shots?: number;
  readonly chat?: boolean;
  /** First questions of each task only. */
  readonly limit?: number;
  /** Folder of the question files of known tasks. */
  readonly data?: string;
  readonly rotateOptions?: boolean;
  /** Scored by lm-evaluation-harness in a Python of the user's, which does not rotate options. */
  readonly harness?: boolean;
}

export function settingsArguments({ shots, chat, limit, data, rotateOptions, harness }: EvaluationSettings): string[] {
  return [
    ...(shots === undefined ? [] : ['--num-fewshot', String(shots)]), ...(chat ? ['--apply-chat-template'] : []), ...(limit === undefined ? [] : ['--limit', String(limit)]),
    ...(data === undefined ? [] : ['--data', data]), ...(harness ? ['--engine', 'lm-eval'] : rotateOptions ? ['--rotate-options'] : []),
  ];
}

export type SettingName = keyof EvaluationSettings | 'start';
export interface SettingRow { readonly setting: SettingName; readonly label: string; readonly description: string }

/** Start first, so that Enter starts. */
export function settingRows({ shots, chat, limit, data, rotateOptions, harness }: EvaluationSettings, t: Translate): SettingRow[] {
  const yes = (value: boolean | undefined): string => (value ? t('yes') : t('no'));
  return [
    { setting: 'start', label: t('Start'), description: '' },
    { setting: 'shots', label: t('Examples before each question'), description: shots === undefined ? t('as the task says') : String(shots) },
    { setting: 'chat', label: t('Chat template'), description: yes(chat) },
    { setting: 'limit', label: t('Questions of each task'), description: limit === undefined ? t('all') : t('the first {0}', limit) },
    { setting: 'data', label: t('Question files of known tasks'), description: data ?? t('from the Hugging Face Hub') },
    { setting: 'harness', label: t('Scored by'), description: harness ? t('lm-evaluation-harness, in your Python') : t('Preclinical') },
    ...(harness ? [] : [{ setting: 'rotateOptions' as const, label: t('Ask with the options in every order'), description: yes(rotateOptions) }]),
  ];
}

/** Undefined for what is no whole number; an empty text takes the setting back. */
export function readCount(text: string): number | 'none' | undefined {
  if (text.trim() === '') return 'none';
  return /^\d{1,9}$/.test(text.trim()) ? Number(text.trim()) : undefined;
}
