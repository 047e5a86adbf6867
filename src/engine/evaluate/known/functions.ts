// The Python functions that lm-evaluation-harness's own task files name with `!function`, as far as they are known here,
// each as the template that gives the same text. There is no Python: any other function is refused by name.
import type { ScalarTag } from 'yaml';

const letters = (fields: readonly string[]): string => fields.map((field, index) => `${String.fromCharCode(65 + index)}. {{${field}}}\n`).join('');

const templates = new Map(Object.entries({
  'preprocess_medqa.doc_to_text': `Question: {{sent1}}\n${letters(['ending0', 'ending1', 'ending2', 'ending3'])}Answer:`,
  'preprocess_medqa.doc_to_target': 'label',
  'utils_medmcqa.doc_to_text': `Question: {{question}}\nChoices:\n${letters(['opa', 'opb', 'opc', 'opd'])}Answer:`,
  'preprocess_pubmedqa.doc_to_text': "Abstract: {{ CONTEXTS | join('\\n') }}\nQuestion: {{QUESTION}}\nAnswer:",
}));

/** Reads `!function NAME` as the template of that name. */
export const functionTag: ScalarTag = { tag: '!function', resolve: (name) => templates.get(name) ?? name };

/** Line, from 1, and name of the first function that is not known. */
export function unknownFunction(text: string): { readonly line: number; readonly name: string } | undefined {
  for (const [index, line] of text.split('\n').entries()) {
    const name = /^[^#]*:\s*!function\s+(\S+)/.exec(line)?.[1];
    if (name !== undefined && !templates.has(name)) return { line: index + 1, name };
  }
  return undefined;
}
