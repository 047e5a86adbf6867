// Entry of the form of a mix file.
import type { HostToMixForm, MixFormToHost } from '../../src/protocol/panels/mix';
import { startPanel } from '../common/start';
import './mix.css';
import { MixForm } from './app';
import { onHistoryKeys } from './history';
import { type KeptState, settingsFrom } from './settings';

startPanel<{ toHost: MixFormToHost; toPage: HostToMixForm; state: KeptState }>((editor, kept) => {
  const form = new MixForm();
  form.editor = editor;
  form.settings = settingsFrom(kept);
  onHistoryKeys((step) => { editor.postMessage({ type: 'history', step }); });
  return { element: form, take: (message) => { form.take(message); } };
});
