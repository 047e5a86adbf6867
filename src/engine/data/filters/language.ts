// The language of a text by its letter trigrams (franc, which compares them with those of the Universal Declaration of Human
// Rights). A guess that grows sure with length; short texts are not judged.
import { franc } from 'franc-min';

/** Fewer characters tell too little: below it one text in ten is guessed wrong. */
const shortestText = 120;
/** franc looks at no more. */
const charactersLookedAt = 2048;

/** ISO 639, the shortest code the language has (`en`); undefined when the text is too short or of no language known. */
export function languageOf(text: string): string | undefined {
  const start = text.slice(0, charactersLookedAt);
  if (start.length < shortestText) return undefined;
  const code = franc(start, { minLength: shortestText });
  return code === 'und' ? undefined : shortCode(code);
}

/** Whether two codes name one language, whichever of its ISO 639 codes each is. */
export function sameLanguage(a: string, b: string): boolean {
  return shortCode(a) === shortCode(b);
}

function shortCode(code: string): string {
  try {
    return Intl.getCanonicalLocales(code.trim())[0]?.split('-')[0] ?? code;
  } catch {
    return code.trim().toLowerCase();
  }
}
