// Prints a study's table and writes its report beside it.
import path from 'node:path';
import { collectReport, printReportTable, writeReportHtml } from '../study/report';

export async function showReport(root: string, studyFolder: string, file = path.join(studyFolder, 'report.html')): Promise<void> {
  const report = await collectReport(root, studyFolder);
  await writeReportHtml(report, file);
  console.log(`\n${printReportTable(report)}\n\nReport: ${file}`);
}
