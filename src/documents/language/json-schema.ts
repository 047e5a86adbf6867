// The four schemas as JSON Schema, for other editors and tools. media/schemas holds what this makes (`npm run schemas`).
import { z } from 'zod';
import { fileKinds } from './kinds';

/** Text of each file of media/schemas by its name. */
export function jsonSchemaFiles(): ReadonlyMap<string, string> {
  return new Map(fileKinds.map((kind) => {
    const schema = z.toJSONSchema(kind.schema, { io: 'input', override: ({ jsonSchema }) => { strip(jsonSchema); } });
    return [`${kind.name}.schema.json`, `${JSON.stringify({ title: `Preclinical *${kind.suffix}`, ...schema }, null, 2)}\n`];
  }));
}

/** Takes out what says nothing to a reader: the largest safe integer as a limit, and our own glob of files. */
function strip(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  delete schema['files'];
}
