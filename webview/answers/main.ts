// Entry of the answers panel.
import type { AnswersToHost, HostToAnswers } from '../../src/protocol/panels/answers';
import { startPanel } from '../common/start';
import './answers.css';
import './grid';
import { AnswersApp } from './app';
import { type KeptState, settingsFrom } from './settings';

startPanel<{ toHost: AnswersToHost; toPage: HostToAnswers; state: KeptState }>((editor, kept) => {
  const app = new AnswersApp();
  app.editor = editor;
  app.settings = settingsFrom(kept?.settings);
  return {
    element: app,
    take: (message) => {
      switch (message.type) {
        case 'snapshot':
          app.snapshot = message;
          return;
        case 'detail':
          app.detail = message;
      }
    },
  };
});
