// Reads a zod schema as documentation: what may stand at a place of a file, and what is known of each key.
import { z } from 'zod';

export type Schema = z.core.$ZodType;
export type Path = readonly (string | number)[];

/** What completion and hover tell about one key. */
export interface KeyFacts {
  readonly name: string;
  /** In YAML's words: string, number, integer, boolean, list, map; alternatives joined by `|`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly description?: string;
  readonly unit?: string;
  /** Undefined when there is none. */
  readonly defaultValue?: unknown;
  /** Glob of the files that the value names by a path relative to this file. */
  readonly files?: string;
  /** All values there are, when they can be listed. */
  readonly values: readonly (string | number | boolean | null)[];
}

interface Unwrapped {
  readonly inner: Schema;
  readonly description?: string | undefined;
  readonly unit?: string | undefined;
  readonly files?: string | undefined;
  readonly defaultValue?: unknown;
  readonly isRequired: boolean;
  readonly isNullable: boolean;
}

/** A schema without what wraps it (optional, default, nullable), and what the wrappers and their metadata say. */
function unwrap(schema: Schema): Unwrapped {
  let inner = schema;
  let description: string | undefined;
  let unit: string | undefined;
  let files: string | undefined;
  let defaultValue: unknown;
  let isRequired = true;
  let isNullable = false;
  for (;;) {
    const meta = z.globalRegistry.get(inner);
    description ??= meta?.description;
    unit ??= typeof meta?.['unit'] === 'string' ? meta['unit'] : undefined;
    files ??= typeof meta?.['files'] === 'string' ? meta['files'] : undefined;
    const definition = (inner as z.core.$ZodTypes)._zod.def;
    switch (definition.type) {
      case 'default':
        defaultValue = definition.defaultValue;
        isRequired = false;
        break;
      case 'optional':
      case 'prefault':
        isRequired = false;
        break;
      case 'nullable':
        isNullable = true;
        break;
      default:
        return { inner, description, unit, files, defaultValue, isRequired, isNullable };
    }
    inner = definition.innerType;
  }
}

/** Unwrapped schemas of which a value must match one: the schema itself, or the options of a union. */
export function alternatives(schema: Schema): Schema[] {
  const { inner } = unwrap(schema);
  const definition = (inner as z.core.$ZodTypes)._zod.def;
  return definition.type === 'union' ? definition.options.flatMap(alternatives) : [inner];
}

/** Keys of an object schema with their schemas; undefined for anything else. */
export function shapeOf(schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const definition = (schema as z.core.$ZodTypes)._zod.def;
  return definition.type === 'object' ? definition.shape : undefined;
}

/** Of alternatives that are maps, those that know most of the keys present; all when none knows any. */
export function narrow(schemas: readonly Schema[], keys: readonly string[]): Schema[] {
  const known = schemas.map((schema) => {
    const shape = shapeOf(schema);
    return shape ? keys.filter((key) => key in shape).length : 0;
  });
  const most = Math.max(0, ...known);
  return schemas.filter((_, index) => known[index] === most);
}

function child(schema: Schema, segment: string | number): Schema[] {
  const definition = (schema as z.core.$ZodTypes)._zod.def;
  switch (definition.type) {
    case 'object': {
      const value = Object.hasOwn(definition.shape, segment) ? definition.shape[segment] : undefined;
      return value ? [value] : [];
    }
    case 'record':
      return [definition.valueType];
    case 'array':
      return typeof segment === 'number' ? [definition.element] : [];
    default:
      return [];
  }
}

/** Schemas for the value at a path. `keysAt` tells the keys of the file's map at a path, which choose among alternatives. */
export function schemasAt(root: Schema, path: Path, keysAt: (path: Path) => readonly string[]): Schema[] {
  let here: Schema[] = [root];
  path.forEach((segment, index) => {
    here = narrow(here.flatMap(alternatives), keysAt(path.slice(0, index))).flatMap((schema) => child(schema, segment));
  });
  return here;
}

export function factsOf(name: string, schema: Schema): KeyFacts {
  const { description, unit, files, defaultValue, isRequired, isNullable } = unwrap(schema);
  const options = alternatives(schema);
  return {
    name,
    type: [...new Set([...options.map(typeName), ...(isNullable ? ['null'] : [])])].join(' | '),
    isRequired,
    ...(description === undefined ? {} : { description }),
    ...(unit === undefined ? {} : { unit }),
    ...(files === undefined ? {} : { files }),
    ...(defaultValue === undefined ? {} : { defaultValue }),
    values: [...options.flatMap(valuesOf), ...(isNullable ? [null] : [])],
  };
}

function typeName(schema: Schema): string {
  const definition = (schema as z.core.$ZodTypes)._zod.def;
  switch (definition.type) {
    case 'number':
      return schema instanceof z.ZodNumber && schema.format?.includes('int') === true ? 'integer' : 'number';
    case 'enum':
    case 'literal':
      return 'string';
    case 'array':
      return 'list';
    case 'object':
    case 'record':
      return 'map';
    case 'unknown':
      return 'any';
    default:
      return definition.type;
  }
}

function valuesOf(schema: Schema): (string | number | boolean)[] {
  const definition = (schema as z.core.$ZodTypes)._zod.def;
  switch (definition.type) {
    case 'enum':
      return Object.values(definition.entries);
    case 'literal':
      return definition.values.filter((value) => typeof value === 'string' || typeof value === 'number');
    case 'boolean':
      return [true, false];
    default:
      return [];
  }
}
