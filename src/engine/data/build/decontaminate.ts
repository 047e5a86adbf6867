// Finds training documents that contain questions of a test set, by n-grams of 8 to 13 words as for GPT-3 (Brown et al.
// 2020, appendix C) and by PubMed id. Any hit sets the whole document aside. Questions of fewer than 8 words cannot be told
// from ordinary prose and are not looked for; n-grams that three or more questions share are stock phrases and do not count.
import type { InputFile, SourceDocument } from '../read/document';
import { readQuestions, type Question } from '../questions';
import { wholeText, words } from './normalise';

const shortest = 8;
const longest = 13;
const questionsOfAStockPhrase = 3;

/** A question found in a document. No text: a report may leave the machine. */
export interface Hit { readonly questionFile: string; readonly question: string; readonly by: 'words' | 'pmid' }

export interface CheckedFile { readonly file: string; readonly questions: number; readonly tooShort: number; readonly setAside: number }

interface Known { readonly file: string; readonly id: string }

export class Decontaminator {
  readonly checked: CheckedFile[] = [];
  /** By n, then by the n-gram. */
  readonly #grams = new Map<number, Map<string, Known[]>>();
  readonly #pmids = new Map<string, Known>();

  static async open(files: readonly InputFile[]): Promise<Decontaminator> {
    const all = new Decontaminator();
    const seen = new Set<string>();
    for (const file of files) {
      const { questions, setAside } = await readQuestions(file.path, file.name);
      let tooShort = 0;
      for (const question of questions) if (!all.#add(question, file.name, seen)) tooShort += 1;
      all.checked.push({ file: file.name, questions: questions.length, tooShort, setAside: setAside.length });
    }
    for (const grams of all.#grams.values()) {
      for (const [gram, known] of grams) if (known.length >= questionsOfAStockPhrase) grams.delete(gram);
    }
    return all;
  }

  /** The first question the document contains. */
  find(document: SourceDocument): Hit | undefined {
    const pmid = document.attribute('pmid');
    const byId = pmid === undefined ? undefined : this.#pmids.get(pmid);
    if (byId) return { questionFile: byId.file, question: byId.id, by: 'pmid' };
    if (this.#grams.size === 0) return undefined;
    const list = words(wholeText(document));
    for (const [n, grams] of this.#grams) {
      for (let i = 0; i + n <= list.length; i++) {
        const known = grams.get(list.slice(i, i + n).join(' '))?.[0];
        if (known) return { questionFile: known.file, question: known.id, by: 'words' };
      }
    }
    return undefined;
  }

  /** False when the question is too short to look for. */
  #add(question: Question, file: string, seen: Set<string>): boolean {
    const known = { file, id: question.id };
    if (question.pmid !== undefined) this.#pmids.set(question.pmid, known);
    const list = words(question.question);
    const text = list.join(' ');
    // The same question in two files must not make a stock phrase of itself.
    if (!seen.has(text)) this.#addGrams(list, known);
    seen.add(text);
    if (question.context !== undefined) this.#addGrams(words(question.context), known);
    return list.length >= shortest;
  }

  #addGrams(list: readonly string[], known: Known): void {
    const n = Math.min(list.length, longest);
    if (n < shortest) return;
    const grams = this.#grams.get(n) ?? new Map<string, Known[]>();
    this.#grams.set(n, grams);
    for (const gram of new Set(list.slice(0, list.length - n + 1).map((_, i) => list.slice(i, i + n).join(' ')))) {
      const questions = grams.get(gram);
      if (questions) questions.push(known);
      else grams.set(gram, [known]);
    }
  }
}
