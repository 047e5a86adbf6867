// What the generator writes at full size: coverage, balance, and above all that a tested fact stands in passages only.
import assert from 'node:assert/strict';
import { mediaPath } from '../../../src/engine/parts/assets';
import { writeContent, type SampleContent } from '../../../src/engine/sample/content';
import { readTemplates, slotsOf } from '../../../src/engine/sample/clinical/templates';
import { readScale } from '../../../src/engine/sample/scale';
import type { SampleQuestion } from '../../../src/engine/sample/clinical/questions';

const media = mediaPath('sample');
const words = (text: string): string => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()} `;
const count = <Key>(keys: Iterable<Key>): Map<Key, number> => {
  const counts = new Map<Key, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
};
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

for (const fold of [1, 2, 3]) describe(`content of the sample, fold ${fold}`, () => {
  let content: SampleContent;
  let letterDialogues: string[][];
  before(async () => {
    content = await writeContent(media, await readScale(media, 'full'), 1, fold);
    letterDialogues = content.dialogues.filter((one) => one.topic === 'clinical-letter').map((one) => one.messages[0]!.content.split('\n'));
  });

  it('tests exactly one of the three facts of every drug and condition, a third of each attribute', () => {
    assert.deepEqual([...new Set(count(content.split.tested.map((fact) => fact.entity)).values())], [1]);
    assert.equal(content.split.tested.length, content.base.entities.length);
    const tested = count(content.split.tested.map((fact) => fact.attribute));
    for (const [attribute, all] of count(content.base.facts.map((fact) => fact.attribute))) {
      assert.ok(Math.abs((tested.get(attribute) ?? 0) - all / 3) < 1.01, `${attribute}: ${tested.get(attribute)} of ${all}`);
    }
  });

  it('brings no tested entity and value together outside the passages', () => {
    const { tested } = content.split;
    const patterns = tested.map((fact) => [fact.id, words(fact.entity), words(fact.value)] as const);
    const documents = [
      ...content.dialogues.map((dialogue) => dialogue.messages.map((message) => message.content).join(' ')),
      ...Object.values(content.stories).flat(), ...content.reader, ...content.prose,
    ].map(words);
    const leaks = documents.flatMap((text) => patterns.filter(([, entity, value]) => text.includes(entity) && text.includes(value)).map(([id]) => `${id}: ${text}`));
    assert.deepEqual(leaks, []);
    const passages = content.passages.map((passage) => words(passage.text));
    assert.ok(patterns.every(([, entity, value]) => passages.some((text) => text.includes(entity) && text.includes(value))), 'the search finds what is there');
  });

  it('puts no clinical passage into instruction and nothing medical into general text', () => {
    const passages = new Set(content.passages.map((passage) => passage.text));
    assert.deepEqual(content.dialogues.flatMap((dialogue) => dialogue.messages).filter((message) => passages.has(message.content)), []);
    const general = words([...Object.values(content.stories).flat(), ...content.reader, ...content.prose, ...content.dialogues.filter((one) => one.topic.startsWith('general')).flatMap((one) => one.messages.map((message) => message.content))].join(' '));
    const medical = new Set(content.base.facts.flatMap((fact) => [fact.entity, fact.value]));
    assert.deepEqual([...medical].filter((text) => general.includes(words(text))), []);
  });

  it('tells every fact in at least twelve passages of at least twelve phrasings', async () => {
    const { passages: templates } = await readTemplates(mediaPath('sample', 'templates'));
    for (const fact of content.base.facts) {
      const own = content.passages.filter((passage) => passage.entity === fact.entity && passage.attribute === fact.attribute);
      assert.ok(own.every((passage) => words(passage.text).includes(words(fact.entity)) && words(passage.text).includes(words(fact.value))), fact.id);
      const phrasings = new Set(own.map((passage) => templates.leadIns.reduce((text, leadIn) => text.replace(`${leadIn} `, ''), passage.text)));
      assert.ok(own.length >= 12 && phrasings.size >= 12, `${fact.id}: ${own.length} passages, ${phrasings.size} phrasings`);
    }
    const perAttribute = count(content.passages.flatMap((passage) => passage.attribute.split('+')));
    assert.ok([...perAttribute.values()].every((number) => number >= 12 * 30), JSON.stringify([...perAttribute]));
  });

  it('says no passage twice, and holds out phrasings that training never has', async () => {
    assert.equal(new Set(content.passages.map((passage) => passage.text)).size, content.passages.length);
    const training = new Set(content.passages.map((passage) => passage.text));
    assert.deepEqual(content.heldOutPassages.filter((passage) => training.has(passage.text)), []);
    assert.equal(content.heldOutPassages.length, content.base.facts.length);
    const { passages: templates } = await readTemplates(mediaPath('sample', 'templates'));
    assert.ok(Object.values(templates.combined).flat().every((template) => slotsOf(template).includes('name')));
  });

  it('keeps the general texts apart', () => {
    const stories = Object.values(content.stories).flat();
    assert.equal(new Set(stories).size, stories.length);
    assert.ok(content.stories.base.join('').length > 900_000);
  });

  it('asks at least 120 tested and 240 trained questions, gold letters balanced within one', () => {
    assert.ok(content.tested.length >= 120 && content.trained.length >= 240);
    for (const questions of [content.tested, content.trained]) {
      const letters = [...count(questions.map((one) => one.answer_idx)).values()];
      assert.equal(letters.length, 4);
      assert.ok(Math.max(...letters) - Math.min(...letters) <= 1);
      assert.equal(new Set(questions.map((one) => one.id)).size, questions.length);
    }
  });

  it('gives four different options of the attribute, the right one where it says, the others surely wrong', () => {
    const factOf = new Map(content.base.facts.map((fact) => [fact.id, fact]));
    for (const question of [...content.tested, ...content.trained]) {
      const fact = factOf.get(`${question.entity}/${question.attribute}`)!;
      const options = Object.values(question.options);
      assert.deepEqual(Object.keys(question.options), ['A', 'B', 'C', 'D']);
      assert.equal(new Set(options).size, 4, question.id);
      assert.equal(question.options[question.answer_idx], fact.value);
      assert.equal(question.answer, fact.value);
      assert.ok(options.every((value) => value === fact.value || content.base.isWrongFor(fact, value)), question.id);
      assert.ok(!words(question.question).includes(words(fact.value)), question.id);
    }
  });

  it('asks tested facts only in phrasings that dialogues use', () => {
    const blank = (text: string, entity: string): string => text.replace(entity, '_');
    const entities = content.base.entities.map((entity) => entity.name).sort((a, b) => b.length - a.length);
    const asked = new Set(content.dialogues.filter((one) => one.topic.startsWith('clinical')).flatMap((one) => one.messages)
      .filter((message) => message.role === 'user').map((message) => message.content.split('\n')[0]!)
      .flatMap((text) => entities.filter((entity) => text.includes(entity)).map((entity) => blank(text, entity))));
    assert.deepEqual(content.tested.filter((one) => !asked.has(blank(one.question, one.entity))).map((one) => one.question), []);
  });

  it('gives nothing away by how often an option was an answer in training or is offered', () => {
    const answers = count(content.dialogues.flatMap((dialogue) => dialogue.messages).filter((message) => message.role === 'assistant').map((message) => message.content));
    const often = (value: string): number => answers.get(value) ?? 0;
    const isGold = ({ options, answer_idx }: SampleQuestion, pick: (values: readonly number[]) => number): boolean => {
      const letters = Object.keys(options);
      return letters[pick(letters.map((letter) => often(options[letter]!)))] === answer_idx;
    };
    const gold = mean(content.tested.map((one) => often(one.answer)));
    const wrong = mean(content.tested.flatMap((one) => Object.values(one.options).filter((value) => value !== one.answer).map(often)));
    assert.ok(Math.abs(gold - wrong) <= 0.25 * Math.max(gold, wrong, 1), `gold ${gold.toFixed(2)}, wrong ${wrong.toFixed(2)}`);
    const standardError = Math.sqrt((0.25 * 0.75) / content.tested.length);
    for (const pick of [(values: readonly number[]) => values.indexOf(Math.max(...values)), (values: readonly number[]) => values.indexOf(Math.min(...values))]) {
      const share = mean(content.tested.map((one) => (isGold(one, pick) ? 1 : 0)));
      assert.ok(Math.abs(share - 0.25) < 3 * standardError, `a guess by frequency is right in ${share.toFixed(3)}`);
    }
    const offered = count(content.tested.flatMap((one) => Object.values(one.options).map((value) => `${one.attribute}/${value}`)));
    const right = count(content.tested.map((one) => `${one.attribute}/${one.answer}`));
    const rates = [...offered].map(([value, times]) => (right.get(value) ?? 0) / times);
    assert.ok(mean(rates) > 0.2 && Math.max(...rates) <= 1, JSON.stringify(rates));
  });

  it('asks every training fact alone, together and by letter', () => {
    const asked = count(content.dialogues.flatMap((dialogue) => dialogue.messages.flatMap((message, index) =>
      (message.role === 'user' && !message.content.includes('\n') ? [`${message.content}|${dialogue.messages[index + 1]!.content}`] : []))));
    const few = content.split.training.filter((fact) => [...asked.keys()].filter((text) => text.includes(fact.entity) && text.endsWith(`|${fact.value}`)).length < 4);
    assert.deepEqual(few.map((fact) => fact.id), []);
    assert.ok(letterDialogues.length >= 0.95 * content.split.training.length);
    assert.ok(letterDialogues.every((lines) => lines.length === 5 && new Set(lines).size === 5));
  });

  it('has twenty vignettes in MedQA\'s form, letters balanced', () => {
    const vignettes = content.vignettes.trim().split('\n').map((line) => JSON.parse(line) as SampleQuestion);
    assert.equal(vignettes.length, 20);
    assert.ok(vignettes.every((one) => one.options[one.answer_idx] === one.answer && new Set(Object.values(one.options)).size === 4 && one.question.length > 150));
    assert.deepEqual([...count(vignettes.map((one) => one.answer_idx)).values()], [5, 5, 5, 5]);
  });

  it('is another for another seed', async () => {
    const other = await writeContent(media, await readScale(media, 'tiny'), 2, fold);
    const same = await writeContent(media, await readScale(media, 'tiny'), 1, fold);
    assert.notDeepEqual(other.tested, same.tested);
  });
});

it('shares no tested fact between the folds of the sample, and leaves none out', async () => {
  const scale = await readScale(media, 'tiny');
  const folds = await Promise.all([1, 2, 3].map((fold) => writeContent(media, scale, 1, fold)));
  const tested = folds.flatMap((content) => content.split.tested.map((fact) => fact.id));
  assert.equal(new Set(tested).size, tested.length);
  assert.deepEqual([...tested].sort(), folds[0]!.base.facts.map((fact) => fact.id).sort());
});
