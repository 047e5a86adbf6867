// The four schemas as JSON Schema, for other editors and tools. media/schemas holds what this makes (`npm run schemas`).
import { z } from 'zod';
import { fileKinds } from './kinds';

/** Text of each file of media/schemas by its name. */
export function jsonSchemaFiles(): ReadonlyMap<string, string> {
  return new Map(fileKinds.map((kind) => {
    const schema = z.toJSONSchema(kind.schema, { io: 'input' });
    return [`${kind.name}.schema.json`, `${JSON.stringify({ title: `Preclinical *${kind.suffix}`, ...schema }, null, 2)}\n`];
  }));
}
