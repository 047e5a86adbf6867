// Contents of the extension's webviews: a page inside two frames.
import type { FrameLocator, Page } from 'playwright-core';

const outer = 'iframe.webview.ready[src*="extensionId=preclinical.preclinical"]';

/** The panel in front. */
export function panel(page: Page): FrameLocator {
  return page.frameLocator(`${outer}:not([src*="purpose=webviewView"]):visible`).frameLocator('#active-frame');
}
