// Entry of the answers panel.
import '../common/controls.css';
import './answers.css';
import type { AnswersToHost, HostToAnswers } from '../../src/protocol/panels/answers';
import { registerControls } from '../common/toolkit';
import { acquireEditor, onHostMessage } from '../common/vscode-api';
import './grid';
import { AnswersApp } from './app';
import { type KeptState, settingsFrom } from './settings';

registerControls();
const editor = acquireEditor<AnswersToHost, KeptState>();
const app = new AnswersApp();
app.editor = editor;
app.settings = settingsFrom(editor.getState()?.settings);
document.body.append(app);
onHostMessage((data) => {
  const message = data as HostToAnswers;
  switch (message.type) {
    case 'snapshot':
      app.snapshot = message;
      return;
    case 'detail':
      app.detail = message;
  }
});
editor.postMessage({ type: 'ready' });
