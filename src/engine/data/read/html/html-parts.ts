// What becomes of each HTML element: left out and counted, a block of its own, or part of the line it stands in.

/** Left out with everything inside, counted by kind. */
export const leftOutElements: Readonly<Record<string, string>> = {
  script: 'scripts', style: 'scripts', noscript: 'scripts', template: 'scripts', iframe: 'scripts', object: 'scripts', svg: 'figures', canvas: 'figures', math: 'formulas',
  nav: 'navigation', aside: 'asides', footer: 'footers', form: 'forms', button: 'forms', select: 'forms', textarea: 'forms', dialog: 'forms', menu: 'navigation',
};

/** The same by the role an element has for assistive technology. */
export const leftOutRoles: Readonly<Record<string, string>> = {
  navigation: 'navigation', banner: 'headers', contentinfo: 'footers', complementary: 'asides', search: 'forms', dialog: 'forms', alertdialog: 'forms',
};

/** Elements that end the paragraph they stand in. */
export const blockElements: ReadonlySet<string> = new Set([
  'p', 'div', 'section', 'article', 'main', 'header', 'body', 'ul', 'ol', 'li', 'dl', 'dt', 'dd', 'blockquote', 'pre', 'figure', 'figcaption', 'hr', 'address', 'details', 'summary',
  'fieldset', 'table', 'caption', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6',
]);

/** Elements without an end tag: nothing can be inside. */
export const voidElements: ReadonlySet<string> = new Set([
  'area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr',
]);
