// Entry of the panel of a build's findings.
import type { FindingsToHost, HostToFindings } from '../../src/protocol/panels/findings';
import { startPanel } from '../common/start';
import './findings.css';
import './list';
import { FindingsApp } from './app';
import { type KeptState, settingsFrom } from './settings';

startPanel<{ toHost: FindingsToHost; toPage: HostToFindings; state: KeptState }>((editor, kept) => {
  const app = new FindingsApp();
  app.editor = editor;
  app.settings = settingsFrom(kept?.settings);
  return { element: app, take: (message) => { app.take(message); } };
});
