// The report of a study: collected from its job folders, printed as text or written as a page.
export { collectReport } from './collect';
export type { StudyReport } from './model';
export { printReportTable } from './table';
export { gridTables, longTable } from './tables';
export { writeReportHtml } from './write';
