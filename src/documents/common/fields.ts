// Field types shared by the four kinds of file. Every field says its unit and meaning in `describe`, its default in `default`.
import { z } from 'zod';

export const fraction = z.number().min(0).max(1);
export const positiveInteger = z.number().int().positive();
export const nonNegativeInteger = z.number().int().nonnegative();

/** Name of a mix, run or step: what ids and file names are made from. */
export const slug = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'use lower-case letters, digits and hyphens, at most 64').describe('Lower-case letters, digits and hyphens, at most 64.');

export const seed = z.number().int().nonnegative().describe('Seed of every random choice this file makes.');

export const filePath = z.string().min(1).describe('Path relative to this file.');
