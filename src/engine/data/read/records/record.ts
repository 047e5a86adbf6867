// A record of any container: fields by name, with its place.
import { badRecord, type BadRecord, type Place } from '../document';

export type JsonRecord = Readonly<Record<string, unknown>>;
export interface PlacedRecord { readonly kind: 'record'; readonly value: JsonRecord; readonly place: Place }

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function checkRecord(value: unknown, place: Place): PlacedRecord | BadRecord {
  return isRecord(value) ? { kind: 'record', value, place } : badRecord('not-an-object', place, 'the record is not a JSON object');
}

/** Undefined when the text is not JSON, or no object. */
export function parseRecord(text: string): JsonRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A scalar of a record by its dotted name, as text. */
export function scalarAt(record: JsonRecord, name: string): string | undefined {
  let value: unknown = Object.hasOwn(record, name) ? record[name] : undefined;
  if (value === undefined) {
    value = record;
    for (const part of name.split('.')) value = isRecord(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  return ['string', 'number', 'boolean', 'bigint'].includes(typeof value) ? String(value) : undefined;
}
