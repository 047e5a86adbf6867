// The page of a panel: no inline script or style, nothing from anywhere but the extension's own folder.

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
    "default-src 'none'", `script-src 'nonce-${page.nonce}'`, `style-src ${page.cspSource}`, `font-src ${page.cspSource}`,
    "base-uri 'none'", "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(page.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
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
