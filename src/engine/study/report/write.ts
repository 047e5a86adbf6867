// report.html of a study.
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { writeFileAtomic } from '../../../runs/files/atomic';
import { webviewAsset } from '../../parts/assets';
import type { StudyReport } from './model';
import { renderReportHtml } from './page/page';

/** Writes one self-contained page. */
export async function writeReportHtml(report: StudyReport, file: string): Promise<void> {
  const [style, script] = await Promise.all([readFile(webviewAsset('report.css'), 'utf8'), readFile(webviewAsset('report.js'), 'utf8')]);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFileAtomic(file, renderReportHtml(report, { style, script }));
}
