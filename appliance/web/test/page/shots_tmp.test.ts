import { test } from 'node:test';
import { readFile } from 'node:fs/promises';
import { kPages, launch } from './browser';
import { MockHub } from './mock_hub';
const kSizes = [[1080, 1920], [1366, 768], [390, 844]] as const;
test('shots', async () => {
    const browser = await launch();
    const hub = await MockHub.start(browser, kPages);
    const axe = await readFile('node_modules/axe-core/axe.min.js', 'utf8');
    hub.members = [
        { id: 'a1', name: 'Amina Yusuf', role: 'applicant', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: 'b1', name: 'J. de Vries', role: 'interviewer', organisation: 'IND', present: true, publishing: true, audio: 'on', video: 'on' },
        { id: 'c1', name: 'Daniel Tesfay', role: 'interpreter', present: true, publishing: true, audio: 'muted', video: 'on' },
        { id: 'd1', name: 'K. Nagy', role: 'observer', organisation: 'Ministry of the Interior', present: true, publishing: false, audio: 'none', video: 'none' },
    ] as never;
    hub.slots = ['c1', 'a1', null, null, null, null];
    for (const [width, height] of kSizes) {
        for (const lang of width === 390 ? ['en', 'fr'] : ['en']) for (const dark of width === 1366 ? [false, true] : [false]) {
            const context = await browser.newContext({ viewport: { width, height }, permissions: ['camera', 'microphone'], locale: lang, colorScheme: dark ? 'dark' : 'light' });
            const shot = async (page: any, name: string) => {
                await page.waitForTimeout(400);
                await page.screenshot({ path: `/tmp/w/lobby-shots/${name}-${width}${lang === 'fr' ? '-fr' : ''}${dark ? '-dark' : ''}.png` });
                await page.evaluate(axe);
                const found = await page.evaluate(() => (window as any).axe.run());
                for (const v of found.violations) console.log(name, width, dark, v.id, v.nodes.map((n: any) => n.target.join(' ')).join(' | '));
            };
            let page = await context.newPage();
            await hub.attach(page, 'b1', ['publish', 'subscribe', 'signal', 'pause', 'end']);
            await hub.move('lobby');
            await page.goto(`${hub.origin}/console/#${'T'.repeat(43)}`);
            await page.locator('[data-capture="microphone"][data-state="on"]').waitFor();
            await page.click('[data-action="join"]');
            await page.locator('.root[data-connection="connected"]').waitFor();
            await shot(page, '1-lobby');
            await hub.move('admitted');
            await page.locator('figure.featured[data-participant="a1"]:not([data-cover])').waitFor({ timeout: 60000 });
            await page.locator('.root[data-connection="connected"]').waitFor();
            await shot(page, '2-live');
            await page.click('[data-action="end"]');
            await shot(page, '3-end');
            await page.click('[data-action="end-cancel"]');
            hub.stand('paused', { pause: 'break' });
            await shot(page, '4-break');
            hub.stand('paused', { pause: 'private-talk' });
            await shot(page, '5-private');
            hub.stand('live');
            await page.click('[data-action="pause"]');
            hub.send({ type: 'error', code: 503, detail: '' });
            await shot(page, '6-refused');
            await hub.move('lobby');
            await shot(page, '7-back');
            await hub.move('admitted');
            hub.stand('ended', { end_reason: 'by-applicant' });
            await shot(page, '8-ended');
            page = await context.newPage();
            await hub.attach(page, 'd1', ['subscribe']);
            await hub.move('lobby');
            await page.goto(`${hub.origin}/observer/#${'T'.repeat(43)}`);
            await page.click('[data-action="start"]');
            await page.locator('.root[data-connection="connected"]').waitFor();
            await shot(page, 'o1-lobby');
            await hub.move('admitted');
            await page.locator('figure.featured[data-participant="a1"]:not([data-cover])').waitFor({ timeout: 60000 });
            await page.locator('.root[data-connection="connected"]').waitFor();
            await shot(page, 'o2-live');
            hub.stand('paused', { pause: 'private-talk' });
            await shot(page, 'o3-private');
            await context.close();
        }
    }
    await hub.stop();
    await browser.close();
});
