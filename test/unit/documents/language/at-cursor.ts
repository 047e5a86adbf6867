// A text with the cursor written as `|`.
import assert from 'node:assert/strict';
import { kindOfLanguage, type FileKind } from '../../../../src/documents/language/kinds';

export function atCursor(text: string): { text: string; offset: number } {
  const offset = text.indexOf('|');
  assert.ok(offset >= 0, 'the text shows its cursor');
  return { text: text.slice(0, offset) + text.slice(offset + 1), offset };
}

export function kind(name: FileKind['name']): FileKind {
  return kindOfLanguage(`preclinical-${name}`)!;
}
