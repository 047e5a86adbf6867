// Which documents of a source are not wanted, by the source's own settings. Off unless the mix file turns them on.
import type { SourceFilters } from '../../../documents/mix/filters';
import { type Fault, fault } from './fault';
import { languageOf, sameLanguage } from './language';
import { codePoints } from './lengths';
import { qualityFault } from './quality';
import { repetitionFault } from './repetition';
import { splitWords } from './words';

/**
 * The rule that fired first; undefined when the document is kept.
 * @param licence of the document itself, else of its source
 */
export function filterFault(text: string, licence: string | undefined, filters: SourceFilters): Fault | undefined {
  if (filters.maximumCharacters !== undefined && text.length > filters.maximumCharacters) {
    const characters = codePoints(text);
    if (characters > filters.maximumCharacters) return fault('too-long', characters, filters.maximumCharacters);
  }
  if (filters.licences) {
    const own = licence?.trim().toLowerCase();
    if (!filters.licences.some((allowed) => allowed.trim().toLowerCase() === own)) return fault('licence-not-allowed', licence ?? 'not stated', filters.licences.join(', '));
  }
  if (filters.languages) {
    const language = languageOf(text);
    // A text too short to tell is kept: the rule is for what is clearly in another language.
    if (language !== undefined && !filters.languages.some((wanted) => sameLanguage(wanted, language))) return fault('language-not-wanted', language, filters.languages.join(', '));
  }
  if (!filters.gopherQuality && !filters.gopherRepetition) return undefined;
  const words = splitWords(text);
  return (filters.gopherRepetition && repetitionFault(text, words, filters.gopherRepetition))
    ?? (filters.gopherQuality && qualityFault(text, words, filters.gopherQuality));
}
