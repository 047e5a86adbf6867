// Which files a group means by the names of its members: `task`, `group` or `tag` of a file in its own folder, else a
// task that comes with Preclinical.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { userError } from '../../../base/errors/problem';
import { mediaPath } from '../../parts/assets';

/** File of a task or group that comes with Preclinical; undefined when none has this name. */
export function knownTaskFile(name: string): string | undefined {
  const file = mediaPath('tasks', 'known', `${name}.yaml`);
  return /^[a-z]\w*$/.test(name) && existsSync(file) ? file : undefined;
}

/** Names of the tasks and groups that come with Preclinical. */
export function knownTaskNames(): string[] {
  return readdirSync(mediaPath('tasks', 'known')).filter((name) => /^[a-z]\w*\.yaml$/.test(name)).map((name) => name.slice(0, -'.yaml'.length)).sort();
}

interface Names { readonly named: Map<string, string>; readonly tagged: Map<string, string[]> }

export class MemberFinder {
  #names: Names | undefined;

  constructor(private readonly groupFile: string) {}

  /** One file, or those of a tag in the order of their names. */
  find(name: string): readonly string[] {
    const folder = path.dirname(this.groupFile);
    const beside = path.join(folder, `${name}.yaml`);
    if (beside !== this.groupFile && existsSync(beside)) return [beside];
    this.#names ??= namesIn(folder);
    const named = this.#names.named.get(name) ?? knownTaskFile(name);
    const found = named === undefined ? this.#names.tagged.get(name) : [named];
    if (found) return found;
    throw userError({ code: 'group-unknown-task', file: this.groupFile, key: 'task', value: name, message: 'there is no task, group or tag of this name', next: `Put ${name}.yaml beside this file.` });
  }
}

/** Read line by line: most files of a folder are not asked for, and need not be whole. */
function namesIn(folder: string): Names {
  const names: Names = { named: new Map(), tagged: new Map() };
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).sort()) {
    const full = path.join(folder, file);
    const text = readFileSync(full, 'utf8');
    const [group] = valuesOf(text, 'group');
    for (const name of group === undefined ? valuesOf(text, 'task') : [group]) if (!names.named.has(name)) names.named.set(name, full);
    for (const tag of valuesOf(text, 'tag')) names.tagged.set(tag, [...names.tagged.get(tag) ?? [], full]);
  }
  return names;
}

/** Of a key at the top of a YAML file: a text, or a list of them on one line or below. */
function valuesOf(text: string, key: string): string[] {
  const [, inline = '', below = ''] = new RegExp(`^["']?${key}["']?:[ \\t]*([^\\n]*)\\n?((?:[ \\t]*-[^\\n]*\\n?)*)`, 'm').exec(text) ?? [];
  const parts = inline.trim() === '' ? below.split('\n').map((line) => line.replace(/^\s*-/, '')) : inline.replace(/[[\]]/g, '').split(',');
  return parts.map((part) => part.replace(/\s+#.*$/, '').trim().replace(/^(["'])(.*)\1$/, '$2')).filter((part) => part !== '');
}
