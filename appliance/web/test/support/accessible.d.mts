import type { Page } from 'playwright-core';

export interface Shortcoming {
    readonly what: string;
    readonly where: string;
}
export declare const kTouchTarget: number;
export declare function shortcomings(page: Page): Promise<Shortcoming[]>;
export declare function mustBeAccessible(page: Page, state: string): Promise<void>;
