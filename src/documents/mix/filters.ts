// Filters of a source of a mix: names and defaults of the rules are datatrove's.
import { z } from 'zod';
import { fraction, nonNegativeInteger, positiveInteger } from '../common/fields';

const limit = (value: number, text: string): z.ZodDefault<z.ZodNumber> => fraction.default(value).describe(`${text} 0 turns it off.`);
const nGramLimits = (defaults: [number, number][], text: string): z.ZodDefault<z.ZodArray<z.ZodTuple<[z.ZodNumber, z.ZodNumber]>>> =>
  z.array(z.tuple([positiveInteger, fraction])).default(defaults).describe(text);

export const gopherQualitySchema = z.strictObject({
  minDocWords: nonNegativeInteger.default(50).describe('Fewest words of a document. 0 turns it off; short notes and abstracts may need that.').meta({ unit: 'words' }),
  maxDocWords: nonNegativeInteger.default(100_000).describe('Most words of a document. 0 turns it off.').meta({ unit: 'words' }),
  minAvgWordLength: z.number().nonnegative().default(3).describe('Least mean length of a word. 0 turns it off.').meta({ unit: 'characters' }),
  maxAvgWordLength: z.number().nonnegative().default(10).describe('Greatest mean length of a word. 0 turns it off.').meta({ unit: 'characters' }),
  maxSymbolWordRatio: limit(0.1, 'Most # or ellipses a word.'),
  maxBulletLinesRatio: limit(0.9, 'Greatest part of lines that begin with a bullet.'),
  maxEllipsisLinesRatio: limit(0.3, 'Greatest part of lines that end with an ellipsis.'),
  maxNonAlphaWordsRatio: limit(0.8, 'Least part of words with a letter, in spite of its name, which is datatrove\'s. Tables of laboratory values fall below it.'),
  minStopWords: nonNegativeInteger.default(2).describe('Fewest different words of: the, be, to, of, and, that, have, with. 0 turns it off.').meta({ unit: 'words' }),
});
export type GopherQuality = z.infer<typeof gopherQualitySchema>;

export const gopherRepetitionSchema = z.strictObject({
  dupLineFrac: limit(0.3, 'Greatest part of lines that came before in the document.'),
  dupParaFrac: limit(0.3, 'Greatest part of paragraphs that came before.'),
  dupLineCharFrac: limit(0.2, 'Greatest part of characters in lines that came before.'),
  dupParaCharFrac: limit(0.2, 'Greatest part of characters in paragraphs that came before.'),
  topNGrams: nGramLimits([[2, 0.2], [3, 0.18], [4, 0.16]], 'Pairs [n, limit]: greatest part of characters in the commonest run of n words.'),
  dupNGrams: nGramLimits([[5, 0.15], [6, 0.14], [7, 0.13], [8, 0.12], [9, 0.11], [10, 0.1]], 'Pairs [n, limit]: greatest part of characters in runs of n words that came before.'),
});
export type GopherRepetition = z.infer<typeof gopherRepetitionSchema>;

export const sourceFiltersSchema = z.strictObject({
  maximumCharacters: positiveInteger.optional().describe('Documents longer than this are set aside and counted (characters).').meta({ unit: 'characters' }),
  licences: z.array(z.string()).min(1).optional().describe('Licences that are allowed, as the documents state them, case apart; a document that states none counts by the source\'s `licence`. All others are set aside.'),
  languages: z.array(z.string().regex(/^[A-Za-z]{2,3}$/, 'use a code of ISO 639 such as en')).min(1).optional().describe('Languages that are wanted, by ISO 639 code such as en; documents that are clearly in another are set aside. Told from the first characters by letter trigrams; texts of fewer than 120 characters are not judged.'),
  gopherQuality: gopherQualitySchema.optional().describe('Gopher\'s quality rules for web text, as in datatrove; `{}` takes its limits. They set most clinical notes aside.'),
  gopherRepetition: gopherRepetitionSchema.optional().describe('Gopher\'s rules against repetition within a document, as in datatrove; `{}` takes its limits.'),
});
export type SourceFilters = z.infer<typeof sourceFiltersSchema>;
