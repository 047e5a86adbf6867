// Entry of the results panel.
import type { HostToResults, ResultsToHost } from '../../src/protocol/panels/results';
import { startPanel } from '../common/start';
import './results.css';
import './grid';
import { ResultsApp } from './app';
import { type KeptState, settingsFrom } from './settings';

startPanel<{ toHost: ResultsToHost; toPage: HostToResults; state: KeptState }>((editor, kept) => {
  const app = new ResultsApp();
  app.editor = editor;
  app.settings = settingsFrom(kept?.settings);
  return { element: app, take: (message) => { app.take(message); } };
});
