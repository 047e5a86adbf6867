// Which documents of a source are not wanted, by the source's own settings. Off unless the mix file turns them on.
import type { SourceFilters } from '../../../documents/mix/filters';
import { codePoints } from './lengths';
import { qualityFault } from './quality';
import { repetitionFault } from './repetition';
import { splitWords } from './words';

/**
 * The rule that fired first; undefined when the document is kept.
 * @param licence of the document itself, else of its source
 */
export function filterFault(text: string, licence: string | undefined, filters: SourceFilters): string | undefined {
  if (filters.maximumCharacters !== undefined && text.length > filters.maximumCharacters && codePoints(text) > filters.maximumCharacters) return 'too-long';
  if (filters.licences) {
    const own = licence?.trim().toLowerCase();
    if (!filters.licences.some((allowed) => allowed.trim().toLowerCase() === own)) return 'licence-not-allowed';
  }
  if (!filters.gopherQuality && !filters.gopherRepetition) return undefined;
  const words = splitWords(text);
  return (filters.gopherRepetition && repetitionFault(text, words, filters.gopherRepetition))
    ?? (filters.gopherQuality && qualityFault(text, words, filters.gopherQuality));
}
