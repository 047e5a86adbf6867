// Entry of the form of a mix file.
import '../common/controls.css';
import './mix.css';
import type { HostToMixForm, MixFormToHost } from '../../src/protocol/panels/mix';
import { registerControls } from '../common/toolkit';
import { acquireEditor, onHostMessage } from '../common/vscode-api';
import { MixForm } from './app';
import { type KeptState, settingsFrom } from './settings';

registerControls();
const editor = acquireEditor<MixFormToHost, KeptState>();
const form = new MixForm();
form.editor = editor;
form.settings = settingsFrom(editor.getState());
document.body.append(form);
onHostMessage((message) => { form.take(message as HostToMixForm); });
editor.postMessage({ type: 'ready' });
