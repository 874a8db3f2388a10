// From dossier to headquarters and back, with the real programs: a dossier is imported at the kiosk and released with its
// consent and a document; an office's browser, enrolled into the delegation's circle, reads both; without a link it
// decides; with one again, the kiosk shows the decision, and an edit of the kiosk's comes to the office.
//
//   node office.mjs --build-dir DIR
import { readFile } from 'node:fs/promises';
import { Administrator, consentToShare, kState, takeCircle } from './delegation.mjs';
import { demand, eventually, patiently, webRequire, withAppliance } from './harness.mjs';
import { hostOf } from './play.mjs';

const { calculateJwkThumbprint } = webRequire('jose');
const kName = 'Applicant A';
const at = process.argv.indexOf('--build-dir');
const buildDir = at > 0 ? process.argv[at + 1] : 'build/release';

const form = JSON.stringify({
    format: 'sightline-dossier-1',
    case: { number: '100-24C00001', office: 'Transit centre' },
    persons: [{ id: '00000000000000a1', family_name: kName, relation: 'self' }],
    need: { priority: 'urgent' },
});

/** Imports the dossier and has its consent to be shared recorded. */
async function importAndConsent(host) {
    const { dossier, effect, reason } = await host.staff.ask('dossier.import', { form, ids: 'own' });
    demand(effect === 'created', `the dossier was not taken: ${effect} ${reason}`);
    const again = await host.staff.ask('dossier.import', { form, ids: 'own' });
    demand(again.dossier === dossier && again.effect === 'unchanged', `the same file twice: ${again.effect}`);
    const refused = await host.staff.reply('dossier.release', { dossier, state: kState, agreement: 'Agreement 7' });
    demand(!refused.ok, 'a dossier was released without consent');
    await consentToShare(host, dossier, kName);
    return dossier;
}

// Fictional, and of two pieces.
const kPiece = 1024 * 1024;
const letter = Buffer.from(`Letter of the test.\n${'A line of it.\n'.repeat(90000)}`);

/** Attaches the letter at the kiosk, before the release. */
async function attach(host, dossier) {
    let upload;
    for (let from = 0; from < letter.length; from += kPiece) {
        const data = letter.subarray(from, from + kPiece).toString('base64url');
        ({ upload } = await host.staff.ask('attachment.piece', { dossier, data, ...upload && { upload } }));
    }
    await host.staff.ask('attachment.attach', { upload, name: 'letter.txt', type: 'text/plain' });
}

/** Has the page save the letter once its chunks are at the hub, and compares it. */
async function openLetter(page) {
    const button = page.getByRole('button', { name: /letter\.txt/ });
    const [download] = await Promise.all([page.waitForEvent('download', { timeout: patiently(60000) }), button.click()]);
    const saved = await readFile(await download.path());
    demand(download.suggestedFilename() === 'letter.txt', `the letter is called ${download.suggestedFilename()}`);
    demand(saved.equals(letter), `the letter has ${saved.length} bytes that are not those of the kiosk's`);
}

const line = (page, state) => page.locator(`.root[data-line="${state}"]`).waitFor({ timeout: patiently(30000) });

const administrator = await Administrator.begin(buildDir);
try {
    await withAppliance(async (appliance) => {
        const host = await hostOf(appliance);
        const kiosk = await host.staff.ask('circle.keys');
        await administrator.add('Kiosk', JSON.stringify(kiosk.keys), kiosk.code);

        const browser = await appliance.browser({ capture: false });
        const context = await browser.newContext({ viewport: { width: 1366, height: 768 } });
        const page = await context.newPage();
        const problems = [];
        page.on('pageerror', (error) => problems.push(String(error)));
        page.on('console', (message) => {
            if (/Content.Security.Policy/i.test(message.text())) problems.push(message.text());
        });
        await page.goto(`${appliance.origin}/office/`);
        await page.locator('[data-own-keys]').waitFor({ timeout: patiently(20000) });
        await administrator.add('Headquarters', await page.inputValue('[data-own-keys]'), await page.innerText('[data-code]'));
        await takeCircle(host, administrator);

        const dossier = await importAndConsent(host);
        await attach(host, dossier);
        const { pseudonym } = await host.staff.ask('dossier.release', { dossier, state: kState, agreement: 'Agreement 7' });
        await eventually('the kiosk has sent the dossier', 60000, async () => {
            const { circles } = await host.staff.ask('sync.status');
            const [circle] = circles;
            return circle.to_send === 0 && circle.chunks_to_send.documents === 0 && circle.last_success !== null;
        }, 200);

        const root = JSON.parse(await administrator.root());
        await page.fill('#enrol-paste', JSON.stringify({ root, circle: await administrator.circle() }));
        await page.click('[data-action="continue"]');
        demand((await page.innerText('[data-delegation]')).length > 10 && await calculateJwkThumbprint(root) !== '', 'no code is shown');
        await page.click('[data-action="confirm"]');
        await page.locator(`[data-dossier="${pseudonym}"]`).waitFor({ timeout: patiently(30000) });
        await line(page, 'well');
        await page.click(`[data-dossier="${pseudonym}"]`);
        await page.locator(`[data-open="${pseudonym}"]`, { hasText: kName }).waitFor();
        await openLetter(page);
        console.log('the office reads what the kiosk released, and opens its letter');

        await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
        await page.waitForFunction(() => navigator.serviceWorker.controller !== null, undefined, { timeout: patiently(20000) });
        await context.setOffline(true);
        await line(page, 'offline');
        await page.reload();
        await line(page, 'offline');
        await page.click(`[data-dossier="${pseudonym}"]`);
        await page.locator(`[data-open="${pseudonym}"]`, { hasText: kName }).waitFor();
        await page.click('[data-action="begin-decision"]');
        await page.check('input[value="accepted"]');
        await page.fill('#decision-reason', 'The account is consistent.');
        await page.click('[data-action="decide"]');
        await page.click('[data-action="sign"]');
        await page.locator('[data-given="accepted"]').waitFor();
        await page.locator('.progress[data-waiting="1"]').waitFor();
        console.log('decided without a link');
        // Meanwhile the centre goes on as well.
        await host.staff.ask('dossier.edit', { dossier, path: 'need/priority', value: 'emergency' });

        const since = Date.now();
        await context.setOffline(false);
        await page.locator('.progress[data-waiting="0"]').waitFor({ timeout: 60000 });
        await eventually('the kiosk shows the decision', 90000, async () => {
            const { circles } = await host.staff.ask('dossier.show', { dossier });
            return JSON.stringify(circles).includes('accepted') && JSON.stringify(circles).includes('The account is consistent.');
        }, 500);
        console.log(`office_decision_at_kiosk ${Date.now() - since} ms after the link was there`);
        await eventually('the office sees what the kiosk changed', 90000, async () => {
            const newer = page.locator('[data-action="newer"]');
            if (await newer.isVisible()) await newer.click();
            return /Emergency/i.test(await page.innerText('[data-path="need/priority"]').catch(() => ''));
        }, 500);
        demand(problems.length === 0, problems[0]);
    }, { demo: false, syncRoot: administrator.file('delegation.jwk') });
} finally {
    await administrator.close();
}
