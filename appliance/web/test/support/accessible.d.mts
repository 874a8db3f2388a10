import type { Page } from 'playwright-core';
export const kTouchTarget: number;
export function shortcomings(page: Page): Promise<{ what: string; where: string }[]>;
export function mustBeAccessible(page: Page, state: string): Promise<void>;
