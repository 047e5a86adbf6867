// Where the real clinical and general text for tests is. Its files are read in place and never copied into the project.
import { existsSync } from 'node:fs';
import path from 'node:path';

/** The folder, or undefined with a printed reason; an error where tests may not be skipped. */
export function realDataFolder(): string | undefined {
  const folder = process.env['PRECLINICAL_TEST_DATA'];
  if (folder !== undefined && existsSync(path.join(folder, 'README.md'))) return path.resolve(folder);
  const reason = folder === undefined ? 'PRECLINICAL_TEST_DATA is not set' : `PRECLINICAL_TEST_DATA names ${folder}, which has no data`;
  if (process.env['PRECLINICAL_REQUIRE_TEST_DATA']) throw new Error(`Real data is needed here: ${reason}.`);
  console.log(`      skipped: ${reason}`);
  return undefined;
}
