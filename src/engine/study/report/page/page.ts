// The whole report as one file that needs nothing else: markup made here, style and script inlined, no request to
// anywhere. The content policy names the two inlined texts by their hash, so nothing else can run.
import { createHash } from 'node:crypto';
import type { StudyReport } from '../model';
import { figureHtml } from './chart';
import { Html, html, jsonForScript } from './html';
import { gridSection, headline, heldOutSection, promptingSection } from './sections';
import { mixesSection, provenanceSection, settingsSection, stepsSection } from './settings-sections';

export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

export function renderReportHtml(report: StudyReport, assets: PageAssets): string {
  const style = inlined(assets.style, 'style');
  const script = inlined(assets.script, 'script');
  const policy = `default-src 'none'; style-src '${sourceHash(style)}'; script-src '${sourceHash(script)}'; base-uri 'none'; form-action 'none'`;
  return html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${report.title} · study report</title>
<style>${new Html(style)}</style>
</head>
<body>
<header><h1>${report.title}</h1>
${report.description !== undefined && html`<p class="lead">${report.description}</p>`}
<p class="facts">${report.file} · job <code>${report.study}</code> · report of <time datetime="${report.at}">${report.at.slice(0, 16).replace('T', ' ')} UTC</time></p>
<p class="notice">For research. Nothing here is medical advice, and a score on questions says nothing about safety in care.</p>
<nav aria-label="Contents">${contents(report).map(([id, title]) => html`<a href="#${id}">${title}</a> `)}</nav></header>
<main>
${headline(report)}
${notesSection(report)}
${gridSection(report)}
${heldOutSection(report)}
${promptingSection(report)}
${curvesSection(report)}
${settingsSection(report)}
${mixesSection(report)}
${stepsSection(report)}
${provenanceSection(report)}
</main>
<script type="application/json" id="report">${jsonForScript(report)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
}

function contents(report: StudyReport): [string, string][] {
  const all: [string, string, boolean][] = [
    ['findings', 'Findings', true], ['notes', 'Notes', report.notes.length > 0], ['scores', 'Scores', true],
    ['held-out', 'Held-out loss', report.heldOut.sets.length > 0], ['prompting', 'Prompting', report.prompting.length > 0],
    ['curves', 'Curves', report.curves.length > 0], ['settings', 'Settings', report.runs.length > 0],
    ['data', 'Data', report.mixes.length > 0], ['steps', 'Steps', true], ['provenance', 'Provenance', report.provenance.length > 0],
  ];
  return all.filter(([, , shown]) => shown).map(([id, title]) => [id, title]);
}

function notesSection({ notes }: StudyReport): Html {
  return notes.length === 0 ? html`` : html`<section id="notes"><h2>Notes</h2><ul>${notes.map((note) => html`<li>${note}</li>`)}</ul></section>`;
}

function curvesSection({ curves }: StudyReport): Html {
  if (curves.length === 0) return html``;
  const groups = [...new Set(curves.map(({ group }) => group))];
  return html`<section id="curves"><h2>Curves</h2><p>Training loss is averaged over equal stretches of steps; it includes NEFTune's noise where a run uses it, held-out loss never does.</p>
${groups.map((group) => html`<h3>${group}</h3><div class="figures">${curves.map((figure, index) => figure.group === group && figureHtml(figure, index))}</div>`)}</section>`;
}

/** Source maps are not at hand where the report is read. */
function inlined(text: string, element: 'style' | 'script'): string {
  const plain = text.replace(/\/[/*]# sourceMappingURL=.*$/gm, '').trim();
  if (new RegExp(`</${element}`, 'i').test(plain)) throw new Error(`The report's ${element} ends its own element.`);
  return plain;
}

function sourceHash(text: string): string {
  return `sha256-${createHash('sha256').update(text, 'utf8').digest('base64')}`;
}
