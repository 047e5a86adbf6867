// The documents of the sample workspace (mixes, runs, tasks, prompts, study, README) as media/sample/workspace has them,
// with the values that another scale replaces. Comments stay, since they say why each value is there.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';

type Overrides = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Text of each file by its path with `/`, in order of the paths. */
export async function workspaceFiles(folder: string, overrides: Overrides): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = entries.filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')).sort();
  const unknown = Object.keys(overrides).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`media/sample/scales.yaml changes ${unknown}, which is not in the workspace.`);
  const files: Record<string, string> = {};
  for (const name of names) {
    const text = await readFile(path.join(folder, name), 'utf8');
    const changes = overrides[name];
    files[name] = changes === undefined ? text : changed(text, changes);
  }
  return files;
}

const frontMatter = /^---\n([\s\S]*?)---\n([\s\S]*)$/;

/** A .cot file has its settings between two `---` lines and a body after them. */
function changed(text: string, changes: Readonly<Record<string, unknown>>): string {
  const [, settings, body] = frontMatter.exec(text) ?? [];
  return settings === undefined ? changedYaml(text, changes) : `---\n${changedYaml(settings, changes)}---\n${body ?? ''}`;
}

function changedYaml(text: string, changes: Readonly<Record<string, unknown>>): string {
  const document = parseDocument(text);
  document.commentBefore = `${document.commentBefore ?? ''}\n Scaled down: some values are smaller than the comments beside them say.`;
  for (const [key, value] of Object.entries(changes)) {
    const place = key.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    document.setIn(place, value);
  }
  return document.toString({ lineWidth: 0 });
}
