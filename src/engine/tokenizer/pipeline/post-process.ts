// Post-processors of tokenizer.json: the ids put before and after a text.
import { isObject, partsOf, TokenizerProblem, unsupported, type Part } from './json';

export interface Around { readonly before: readonly number[]; readonly after: readonly number[] }

const nothing: Around = { before: [], after: [] };
const known = ['TemplateProcessing', 'ByteLevel', 'Sequence'];

export function aroundOf(part: Part): Around {
  switch (part.type) {
    case 'TemplateProcessing': return template(part);
    // Moves the places of tokens in the text, which nobody asks for here.
    case 'ByteLevel': return nothing;
    case 'Sequence': return partsOf(part, 'processors').map(aroundOf)
      .reduce((inner, outer) => ({ before: [...outer.before, ...inner.before], after: [...inner.after, ...outer.after] }), nothing);
    default: throw unsupported(part, 'post-processor', known);
  }
}

function template({ json, at }: Part): Around {
  const single: unknown = json['single'];
  const tokens = json['special_tokens'];
  if (!Array.isArray(single) || !isObject(tokens)) throw new TokenizerProblem(`${at}.single`, 'a template is a list, beside special_tokens');
  const items = single.map((item: unknown) => (isObject(item) && isObject(item['SpecialToken']) ? String(item['SpecialToken']['id']) : undefined));
  const text = items.indexOf(undefined);
  if (text < 0) throw new TokenizerProblem(`${at}.single`, 'the template leaves out the text');
  const idsOf = (names: readonly (string | undefined)[]): number[] => names.flatMap((name) => {
    const ids = name === undefined ? undefined : (tokens[name] as { ids?: unknown } | undefined)?.ids;
    if (!Array.isArray(ids) || !ids.every((id) => Number.isInteger(id))) throw new TokenizerProblem(`${at}.special_tokens`, 'the template names a token without ids', name ?? 'the text twice');
    return ids as number[];
  });
  return { before: idsOf(items.slice(0, text)), after: idsOf(items.slice(text + 1)) };
}
