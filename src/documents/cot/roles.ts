// Role markers of a .cot body, as Prompty writes them: a line with nothing but `system:`, `user:` or `assistant:`.
// Markers are found in the template, never in rendered text, so that a question cannot start a role of its own.

export const chatRoles = ['system', 'user', 'assistant'] as const;
export type ChatRole = (typeof chatRoles)[number];

export interface ChatMessage { readonly role: ChatRole; readonly content: string }

const markerLine = /^[ \t]*(system|user|assistant):[ \t]*\r?$/gm;

/** Roles in order of appearance, with the line (from 1) of each within the body. */
export function roleMarkers(body: string): { readonly role: ChatRole; readonly line: number; readonly index: number }[] {
  return [...body.matchAll(markerLine)].map((match) => ({
    role: match[1] as ChatRole,
    index: match.index,
    line: body.slice(0, match.index).split('\n').length,
  }));
}

/** The body with every marker line replaced by `seal` and its role, which rendering carries through loops unchanged. */
export function sealRoles(body: string, seal: string): string {
  return body.replace(markerLine, (_, role: string) => `${seal}${role}${seal}`);
}

/** Splits rendered text at the seals; text before the first is under role undefined. */
export function splitAtSeals(rendered: string, seal: string): { readonly role: ChatRole | undefined; readonly content: string }[] {
  const [before = '', ...rest] = rendered.split(seal);
  const sections: { role: ChatRole | undefined; content: string }[] = [{ role: undefined, content: before.trim() }];
  for (let index = 0; index + 1 < rest.length; index += 2) {
    sections.push({ role: rest[index] as ChatRole, content: rest[index + 1]!.trim() });
  }
  return sections;
}
