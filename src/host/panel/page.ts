// The page of a panel: no inline script or style, nothing from anywhere but the extension's own folder. The controls' one
// style element, by which they find out how focus can be shown, carries the nonce that the page tells them.

export interface PanelPage {
  readonly title: string;
  /** Language of the editor, such as `en`. */
  readonly language: string;
  readonly nonce: string;
  /** What the editor lets styles and fonts be loaded from. */
  readonly cspSource: string;
  readonly script: string;
  readonly style: string;
}

export function panelPage(page: PanelPage): string {
  const policy = [
    "default-src 'none'", `script-src 'nonce-${page.nonce}'`, `style-src ${page.cspSource} 'nonce-${page.nonce}'`, `font-src ${page.cspSource}`,
    "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta property="csp-nonce" content="${escapeHtml(page.nonce)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(page.style)}">
<title>${escapeHtml(page.title)}</title>
</head>
<body>
<script nonce="${escapeHtml(page.nonce)}" src="${escapeHtml(page.script)}"></script>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
