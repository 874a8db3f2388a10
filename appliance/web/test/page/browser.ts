// Debian's Chromium with invented camera and microphone.

import { chromium, type Browser } from 'playwright-core';

export const kPages = process.env['SIGHTLINE_PAGES'] ?? new URL('../../dist', import.meta.url).pathname;

export function launch(): Promise<Browser> {
    return chromium.launch({
        executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
        args: [
            '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
            '--disable-background-networking', '--disable-component-update', '--disable-sync',
            '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
            '--autoplay-policy=no-user-gesture-required',
        ],
    });
}
