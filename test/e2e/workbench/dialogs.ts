// Modal dialogs and notifications.
import type { Locator, Page } from 'playwright-core';

export function modal(page: Page): Locator {
  return page.locator('.monaco-dialog-box');
}

export function modalButton(page: Page, title: string): Locator {
  return modal(page).locator('.monaco-button', { hasText: title });
}

export function notification(page: Page, text: string | RegExp): Locator {
  return page.locator('.notifications-toasts .notification-list-item', { hasText: text }).first();
}

export function notificationButton(page: Page, text: string | RegExp, title: string): Locator {
  return notification(page, text).locator('.monaco-button', { hasText: title });
}
