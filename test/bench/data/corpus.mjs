// A seeded corpus with planted truth: documents of made-up English, exact copies, copies with words changed, and documents that
// hold a question of a benchmark. Written as files of JSON lines beside truth.json, which says what was planted where.
import fs from 'node:fs';
import path from 'node:path';

/** A small generator of its own (mulberry32): the corpus must not change when the product's does. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const common = 'the of and to in a is that with for was as on are by be this from at patient or which were not have had treatment an after disease it their blood clinical two may between cells these no when who there more been can other during one left than right'.split(' ');
const onsets = ['b', 'c', 'd', 'f', 'g', 'h', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v', 'st', 'pr', 'tr', 'gl', 'cr', 'ph', 'th', 'ch'];
const vowels = ['a', 'e', 'i', 'o', 'u', 'y', 'ia', 'eo'];
const endings = ['', 'n', 'l', 's', 'r', 'tion', 'itis', 'osis', 'ine', 'al', 'ic', 'ed', 'ing', 'emia', 'ly', 'ment'];
const vocabularySize = 30_000;
const nearShare = 0.1;
const exactShare = 0.05;
const contaminatedShare = 0.005;
const questions = 200;

/** @returns {{files: string[], bytes: number, documents: number}} */
export function makeCorpus(folder, { megabytes, files: fileCount = 8, seed = 1, words: wordsOfADocument = [80, 900] }) {
  fs.mkdirSync(folder, { recursive: true });
  const random = randomOf(seed);
  const integer = (bound) => Math.floor(random() * bound);
  const pick = (list) => list[integer(list.length)];
  const rare = Array.from({ length: vocabularySize }, () => Array.from({ length: 1 + integer(3) }, () => pick(onsets) + pick(vowels)).join('') + pick(endings));
  // Half of the words are common ones; the others follow Zipf's law.
  const word = () => (random() < 0.48 ? common[Math.floor(common.length * random() ** 2)] : rare[Math.floor(vocabularySize ** random()) - 1]);
  const sentence = () => {
    const words = Array.from({ length: 7 + integer(18) }, word);
    if (random() < 0.15) words[integer(words.length)] = String(integer(500));
    return `${words.join(' ').replace(/^./, (letter) => letter.toUpperCase())}${random() < 0.2 ? ', ' + word() : ''}.`;
  };
  const paragraphs = () => {
    const wanted = wordsOfADocument[0] + Math.floor((wordsOfADocument[1] - wordsOfADocument[0]) * random() ** 2);
    const found = [];
    for (let words = 0; words < wanted;) {
      const one = Array.from({ length: 2 + integer(5) }, sentence).join(' ');
      words += one.split(' ').length;
      found.push(one);
    }
    return found.join('\n');
  };
  const benchmark = Array.from({ length: questions }, (_, i) => ({ id: `q${i}`, question: `${Array.from({ length: 24 }, word).join(' ')}?`, options: { A: word(), B: word(), C: word(), D: word() }, answer_idx: 'A' }));
  fs.writeFileSync(path.join(folder, 'questions.jsonl'), benchmark.map((one) => JSON.stringify(one)).join('\n'));

  const names = Array.from({ length: fileCount }, (_, i) => `part-${i}.jsonl`);
  const handles = names.map((name) => fs.openSync(path.join(folder, name), 'w'));
  const pending = names.map(() => []);
  const truth = { near: [], exact: [], contaminated: [] };
  const recent = [];
  let bytes = 0;
  let documents = 0;
  const put = (text) => {
    const id = `d${documents}`;
    const line = `${JSON.stringify({ id, text })}\n`;
    const at = documents++ % fileCount;
    bytes += line.length;
    pending[at].push(line);
    if (pending[at].length >= 500) fs.writeSync(handles[at], pending[at].splice(0).join(''));
    return id;
  };
  while (bytes < megabytes * 1e6) {
    const kind = random();
    const base = recent.length > 100 ? recent[integer(recent.length)] : undefined;
    if (base && kind < nearShare) {
      const words = base.text.split(' ');
      const changes = 1 + Math.floor(words.length * 0.03 * random());
      for (let i = 0; i < changes; i++) words[integer(words.length)] = word();
      const text = words.join(' ');
      truth.near.push([put(text), base.id, Number(jaccard(base.text, text).toFixed(4))]);
    } else if (base && kind < nearShare + exactShare) {
      truth.exact.push([put(random() < 0.5 ? base.text : base.text.toUpperCase().replaceAll('\n', '\n\n')), base.id]);
    } else if (kind < nearShare + exactShare + contaminatedShare) {
      const question = pick(benchmark);
      truth.contaminated.push([put(`${paragraphs()}\n${question.question} ${question.options.A}\n${paragraphs()}`), question.id]);
    } else {
      const text = paragraphs();
      const id = put(text);
      if (random() < 0.3) recent.push({ id, text });
      if (recent.length > 2000) recent.splice(integer(recent.length), 1);
    }
  }
  handles.forEach((handle, at) => {
    fs.writeSync(handle, pending[at].join(''));
    fs.closeSync(handle);
  });
  fs.writeFileSync(path.join(folder, 'truth.json'), JSON.stringify(truth));
  return { files: names, bytes, documents };
}

/** Of runs of five words, by their text: no hashing. */
export function jaccard(a, b) {
  const [one, two] = [runs(a), runs(b)];
  let shared = 0;
  for (const run of one) if (two.has(run)) shared += 1;
  return shared / (one.size + two.size - shared);
}

function runs(text) {
  const words = text.toLowerCase().replace(/\d+/g, '0').match(/[\p{L}\p{N}]+/gu) ?? [];
  return new Set(words.slice(4).map((_, i) => words.slice(i, i + 5).join(' ')));
}
