// White space as Python's str has it (isspace, rstrip), which differs from JavaScript's in a few characters.

const trailing = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/;
const leading = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function stripEnd(text: string): string {
  return text.replace(trailing, '');
}

export function endsWithSpace(text: string): boolean {
  return trailing.test(text);
}

export function startsWithSpace(text: string): boolean {
  return leading.test(text);
}
