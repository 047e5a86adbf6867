// What a new mix file begins with.

/** A mix of one clinical source with general replay; the comments say what to fill in. */
export function mixTemplate(name: string): string {
  return `# A data mix: which documents, in which proportions, become training tokens.
kind: mix
name: ${name}
seed: 1
tokenizer: ../tokenizer        # folder with tokenizer.json, relative to this file
sequenceLength: 1024
sources:
  notes:
    path: ../data/notes.jsonl  # file, folder or glob
    format: jsonl
    textField: text
    domain: clinical           # losses are reported by it
    role: target               # what the model should learn
    phi: unknown               # none | deidentified | unknown | present
    egress: never              # no text of it, and no model trained on it, may reach a remote endpoint
  general:
    path: ../data/general.txt
    format: lines              # one document a line
    domain: general
    role: replay               # keeps what the model knew
    phi: none
stages:
  - name: blend
    tokens: 1000000
    sources:
      notes: { share: 0.8 }
      general: { share: 0.2 }
repeatCap: 4                   # most passes over any source
heldOut:
  clinical: { source: notes, fraction: 0.05 }
  general: { source: general, fraction: 0.05 }
`;
}
