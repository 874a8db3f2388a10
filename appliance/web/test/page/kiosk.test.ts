// The touch screen in a browser, with a kiosk that answers as the real one: staff plan, check in, hand over, admit and end; the
// applicant is informed, asked, and can stop. With SIGHTLINE_SHOTS=folder it leaves pictures there.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { kPin, MockKioskVerbs } from '../support/mock_kiosk_verbs';
import { kPages, launch } from './browser';

const kLanguages = new URL('../../../../session/languages', import.meta.url).pathname;
const kOrganisation = 'Organisation O';
const kPatienceMs = 20_000;

let browser: Browser;
let kiosk: MockKioskVerbs;
let context: BrowserContext;
let page: Page;
let troubles: string[];
let touches = 0;

before(async () => { browser = await launch(); });
after(async () => { await browser.close(); });

beforeEach(async () => {
    kiosk = await MockKioskVerbs.start(kPages, kLanguages);
    context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, locale: 'en-GB', permissions: ['clipboard-read', 'clipboard-write'] });
    page = await context.newPage();
    page.setDefaultTimeout(kPatienceMs);
    troubles = [];
    touches = 0;
    page.on('pageerror', (error) => troubles.push(String(error)));
    page.on('console', (message) => {
        if (/Content.Security.Policy/i.test(message.text())) troubles.push(message.text());
    });
    await page.goto(`${kiosk.origin}/kiosk/`);
    await screen('applicant', 'idle');
});

afterEach(async () => {
    assert.deepEqual(troubles, []);
    await context.close();
    await kiosk.stop();
});

const screen = (side: string, name: string): Promise<void> =>
    page.locator(`.root[data-side="${side}"][data-screen="${name}"]`).waitFor();
const state = (name: string): Promise<void> => page.locator(`.root[data-state="${name}"]`).waitFor();

async function touch(action: string, within = ''): Promise<void> {
    touches += 1;
    await page.click(`${within} [data-action="${action}"]:visible`);
}

async function shot(name: string): Promise<void> {
    const folder = process.env['SIGHTLINE_SHOTS'];
    if (folder === undefined) return;
    for (const [width, height] of [[1080, 1920], [1920, 1080], [390, 844]] as const) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(folder, `kiosk-${name}-${width}.png`) });
    }
    await page.setViewportSize({ width: 1080, height: 1920 });
}

/** What somebody with a keyboard, a screen reader, a finger or a small screen would stumble over. */
async function inspect(what: string): Promise<void> {
    await shot(what);
    const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(axe);
    for (const [width, height] of [[360, 640], [1080, 1920], [960, 540], [3840, 2160]] as const) {
        await page.setViewportSize({ width, height });
        const found = await page.evaluate(async (sighted) => {
            const { axe: check } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
            const { violations } = sighted ? await check.run() : { violations: [] };
            const small = [...document.querySelectorAll('button, select, input:not([type="checkbox"]), textarea, label.choice')]
                .filter((each) => each.getClientRects().length > 0)
                .filter((each) => each.getBoundingClientRect().height < 55.5 || each.getBoundingClientRect().width < 43.5)
                .map((each) => each.outerHTML.slice(0, 120));
            return {
                violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`), small,
                wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
            };
        }, width <= 1080 && height > 600);
        assert.deepEqual(found, { violations: [], small: [], wide: 0 }, `${what} at ${width}x${height}`);
    }
    await page.setViewportSize({ width: 1080, height: 1920 });
}

async function signIn(): Promise<void> {
    await touch('take-back');
    await screen('staff', 'sign-in');
    await page.fill('#staff-name', 'Staff S');
    await page.fill('#staff-pin', kPin);
    await touch('sign-in');
}

interface Guests { readonly observer?: boolean; readonly training?: boolean; readonly child?: boolean }

/** As far as a planned interview, with those who are invited. */
async function plan({ observer = false, training = true, child = false }: Guests = {}): Promise<void> {
    await screen('staff', 'today');
    await touch('plan');
    await page.fill('#plan-title', 'Interview 1');
    await page.fill('#person-0', 'Applicant A');
    if (child) {
        await page.click('[data-action="add-person"]');
        await page.fill('#person-1', 'Child C');
        await page.check('[name="child-1"]');
        await page.fill('#guardian-1', 'Applicant A');
    }
    await page.selectOption('#plan-state', 'NLD');
    if (training) await page.check('[name="training"]');
    await page.fill('#guest-0-name', 'Interviewer I');
    await page.click('[data-action="add-guest"]');
    await page.fill('#guest-1-name', 'Interpreter T');
    if (observer) {
        await page.click('[data-action="add-guest"]');
        await page.fill('#guest-2-name', 'Observer O');
        await page.fill('#guest-2-organisation', kOrganisation);
    }
}

async function schedule(guests: Guests = {}): Promise<void> {
    await plan(guests);
    await touch('schedule');
    await screen('staff', 'interview');
}

async function tickAll(): Promise<void> {
    for (const box of await page.locator('[data-check]').all()) await box.check();
    await page.waitForFunction(() => document.querySelector('[data-open-checks]') === null);
}

/** To the applicant's first question. */
async function handOver(): Promise<void> {
    await tickAll();
    await touch('check-in');
    await page.locator('[data-panel="consent"]').waitFor();
    await touch('hand-over');
    await screen('applicant', 'inform');
    await page.click('[data-action="go-on"]');
    await screen('applicant', 'consent');
}

async function draw(): Promise<void> {
    const box = await page.locator('[data-pad]').boundingBox();
    assert.ok(box);
    await page.mouse.move(box.x + box.width * 0.2, box.y + box.height * 0.7);
    await page.mouse.down();
    for (let step = 1; step <= 10; step += 1) await page.mouse.move(box.x + box.width * (0.2 + step * 0.05), box.y + box.height * (0.7 - (step % 3) * 0.2));
    await page.mouse.up();
}

/** Answers what is asked, as `no` says by item, and signs. */
async function answer(no: readonly string[] = []): Promise<void> {
    for (;;) {
        const next = page.locator('[data-item] [data-action="yes"], [data-step="mark"]');
        await next.first().waitFor();
        if (await page.locator('[data-step="mark"]').isVisible()) break;
        const question = page.locator('.question');
        const item = await question.getAttribute('data-item') ?? '';
        await page.click(`[data-action="${no.includes(item) ? 'no' : 'yes'}"]`);
        await page.waitForFunction((before) => document.querySelector('.question')?.getAttribute('data-item') !== before, item);
    }
    await draw();
    await page.click('[data-action="confirm-mark"]');
}

async function takeBack(): Promise<void> {
    await touch('take-back');
    await page.fill('#staff-pin', kPin);
    // The name is kept; the PIN is asked again.
    await page.click('[data-action="sign-in"]');
    await screen('staff', 'interview');
}

test('from sign-in to a running interview staff touch at most eight times, beside checklists, lists and the PIN', async () => {
    await signIn();
    touches = 1;
    await schedule({ observer: true });
    await handOver();
    await answer();
    await screen('applicant', 'understand');
    await page.click('[data-action="understood-yes"]');
    await screen('applicant', 'ready');
    kiosk.arrive('interviewer');
    kiosk.arrive('interpreter');
    kiosk.arrive('observer');
    await takeBack();
    await state('waiting');
    await touch('admit-all');
    await page.waitForFunction(() => document.querySelectorAll('[data-participant][data-place="admitted"]').length === 3);
    await touch('start');
    await state('live');
    assert.ok(touches <= 8, `${touches} touches`);
});


test('an interview from the plan to the end, each screen of it without a stumbling block', async () => {
    await inspect('idle');
    await touch('take-back');
    await screen('staff', 'sign-in');
    await inspect('sign-in');
    await page.fill('#staff-name', 'Staff S');
    await page.fill('#staff-pin', '000000');
    await touch('sign-in');
    await page.locator('.door [role="alert"]', { hasText: 'the PIN is wrong' }).waitFor();
    for (const digit of kPin) await page.click(`[data-digit="${digit}"]`);
    await touch('sign-in');
    await screen('staff', 'today');
    kiosk.sessions = [{ id: 'b1', title: 'Interview 0', opened: new Date().toISOString(), ended: new Date().toISOString(), state: 'ended', end_reason: 'complete' }];
    await inspect('today');
    await plan({ observer: true });
    await inspect('plan');
    await touch('schedule');
    await screen('staff', 'interview');
    await page.click('[data-action="self-test"]');
    await page.locator('[data-passed="true"]').waitFor();
    await inspect('check-in');
    await page.locator('[data-open-checks="9"]').waitFor();
    await tickAll();
    await page.locator('[data-open-checks]').waitFor({ state: 'detached' });
    await touch('check-in');
    await page.locator('[data-panel="consent"]').waitFor();
    await page.locator('[data-role="observer"] [data-action="show-link"]').click();
    await page.locator('.link-card .qr').waitFor();
    await inspect('link');
    await touch('hand-over');
    await screen('applicant', 'inform');
    await inspect('inform');
    await page.click('[data-action="go-on"]');
    await page.locator('[data-item="video"]').waitFor();
    await inspect('consent-video');
    await page.click('[data-action="yes"]');
    await page.locator('[data-item="audio"]').waitFor();
    await page.click('[data-action="yes"]');
    await page.locator(`[data-item="observers"][data-scope="${kOrganisation}"]`).waitFor();
    assert.match(await page.innerText('.body'), /People from Organisation O would like to watch/);
    await page.click('[data-action="no"]');
    await page.click('[data-item="metadata"] [data-action="yes"]');
    await page.locator('[data-item="share-dossier"][data-scope="NLD"]').waitFor();
    assert.match(await page.innerText('.body'), /authorities of Netherlands/);
    await page.click('[data-action="yes"]');
    await page.locator('[data-step="mark"]').waitFor();
    await page.click('[data-action="confirm-mark"]');
    await page.locator('.confirm [role="alert"]').waitFor();
    await draw();
    await inspect('mark');
    await page.click('[data-action="confirm-mark"]');
    await screen('applicant', 'understand');
    await inspect('understand');
    await page.click('[data-action="understood-yes"]');
    await screen('applicant', 'ready');
    await inspect('ready');
    assert.deepEqual(kiosk.session?.consents.map(({ item, answer: given, mode, language }) => [item, given, mode, language]), [
        ['video', 'given', 'touch', 'en'], ['audio', 'given', 'touch', 'en'], ['observers', 'refused', 'touch', 'en'],
        ['metadata', 'given', 'touch', 'en'], ['share-dossier', 'given', 'touch', 'en'],
    ]);
    for (const { mark } of kiosk.session?.consents ?? []) assert.match(mark, /^M\d+ \d+(L\d+ \d+)+$/);
    for (const role of ['interviewer', 'interpreter', 'observer'] as const) kiosk.arrive(role);
    await takeBack();
    await inspect('waiting');
    await touch('admit-all');
    await page.waitForFunction(() => document.querySelectorAll('[data-participant][data-place="admitted"]').length === 3);
    await touch('start');
    await state('live');
    kiosk.wish('document');
    await page.locator('[data-wish="document"]').waitFor();
    await inspect('live-staff');
    await touch('grant-view');
    await page.locator('[data-wish]').waitFor({ state: 'detached' });
    assert.equal(kiosk.session?.view, 'document');
    await page.click('[data-action="words"]');
    await page.locator('.word-list').waitFor();
    await page.click('[data-action="words-match"]');
    await page.locator('[data-words-judged="true"]').waitFor();
    await page.click('[data-panel-link="incident"]');
    await page.click('[data-kind="medical"]');
    await page.locator('[data-protocol="medical"]').waitFor();
    await inspect('incident');
    await page.click('[data-action="incident-write"]');
    await page.locator('[data-written="medical"]').waitFor();
    assert.deepEqual(kiosk.saidOf('incident').map(({ kind }) => kind), ['medical']);
    await page.click('[data-panel-link="now"]');
    await touch('hand-over');
    await screen('applicant', 'live');
    // Who was refused is here, and neither sees nor hears.
    await page.locator('[data-role="observer"] [data-reach="not"]').waitFor();
    await page.locator('[data-role="interviewer"] [data-reach="now"][data-sees="true"][data-hears="true"]').waitFor();
    await inspect('live');
    kiosk.step('pause', { reason: 'break', minutes: 10 });
    await screen('applicant', 'paused');
    await page.locator('.countdown[data-over="false"]').waitFor();
    await inspect('paused');
    await takeBack();
    await inspect('paused-staff');
    await touch('resume');
    await state('live');
    await page.click('[data-panel-link="end"]');
    await inspect('end');
    await touch('end');
    await screen('staff', 'today');
    assert.deepEqual(kiosk.saidOf('session.step').at(-1)?.['reason'], 'complete');
    await touch('sign-out');
    await screen('applicant', 'ended');
    await inspect('ended');
});

test('refusing everything blocks nothing', async () => {
    await signIn();
    await schedule();
    await handOver();
    await answer(['video', 'audio', 'metadata', 'share-dossier']);
    await screen('applicant', 'understand');
    await page.click('[data-action="understood-no"]');
    await screen('applicant', 'ready');
    assert.deepEqual(new Set(kiosk.session?.consents.map(({ answer: given }) => given)), new Set(['refused']));
    await takeBack();
    await page.locator('[data-not-understood]').waitFor();
    await touch('start');
    await state('live');
});

test('an answer is changed before it is signed, and a thumb mark is recorded as one', async () => {
    await signIn();
    await schedule();
    await handOver();
    for (const item of ['video', 'audio', 'metadata', 'share-dossier']) await page.click(`[data-item="${item}"] [data-action="yes"]`);
    await page.locator('.given li', { hasText: 'Your voice' }).locator('[data-action="change"]').click();
    await page.click('[data-item="audio"] [data-action="no"]');
    await page.locator('.given li', { hasText: 'Your voice' }).locator('[data-answer="no"]').waitFor();
    await page.click('[data-action="mark-thumb"]');
    await page.click('[data-pad="thumb"]');
    await page.click('[data-action="clear-mark"]');
    await page.click('[data-action="confirm-mark"]');
    await page.locator('.confirm [role="alert"]').waitFor();
    await page.click('[data-pad="thumb"]');
    await page.click('[data-action="confirm-mark"]');
    await screen('applicant', 'understand');
    assert.deepEqual(kiosk.session?.consents.map(({ item, answer: given, mode }) => `${item} ${given} ${mode}`), [
        'video given thumbprint', 'metadata given thumbprint', 'share-dossier given thumbprint', 'audio refused thumbprint',
    ]);
    assert.ok(kiosk.session?.consents.every(({ mark }) => mark.length > 100 && mark.length <= 6144));
});

test('a draft serves in training, marked; in a real interview the interpreter reads English, and the record says so', async () => {
    await signIn();
    await schedule();
    await page.click('[data-panel-link="consent"]');
    await page.selectOption('#applicant-language', 'fr');
    await page.click('[data-panel-link="now"]');
    await handOver();
    await page.locator('[data-draft]').waitFor();
    assert.equal(await page.getAttribute('.body', 'lang'), 'fr');
    await inspect('consent-draft');
    await answer();
    await screen('applicant', 'understand');
    assert.deepEqual(new Set(kiosk.session?.consents.map(({ language, mode }) => `${language} ${mode}`)), new Set(['fr touch']));

    kiosk.step('close-consent');
    kiosk.step('end', { reason: 'technical' });
    kiosk.clear();
    await screen('applicant', 'ended');
    await touch('take-back');
    await page.fill('#staff-pin', kPin);
    await touch('sign-in');
    await schedule({ training: false });
    await tickAll();
    await touch('check-in');
    await page.locator('[data-needs-interpreter]').waitFor();
    await page.fill('#room-interpreter', 'Interpreter R');
    await touch('hand-over');
    await page.click('[data-action="go-on"]');
    await page.locator('[data-voice="interpreter"]').waitFor();
    assert.equal(await page.getAttribute('.body', 'lang'), 'en');
    assert.equal(await page.locator('[data-draft]').count(), 0);
    await inspect('consent-read');
    await answer();
    await screen('applicant', 'understand');
    assert.deepEqual(new Set(kiosk.session?.consents.map(({ language, mode, interpreter }) => `${language} ${mode} ${interpreter}`)),
        new Set(['en spoken Interpreter R']));
});

test('a guardian answers for a child, and the child is asked too', async () => {
    await signIn();
    await schedule({ child: true });
    await page.click('[data-panel-link="check-in"]');
    await page.locator('[data-check^="suitable-"]').check();
    await page.click('[data-panel-link="now"]');
    await handOver();
    const whom: string[] = [];
    for (let signer = 0; signer < 3; signer += 1) {
        whom.push(await page.innerText('.whom'));
        await answer(signer === 2 ? ['video'] : []);
        await page.waitForFunction((before) => document.querySelector('.whom')?.textContent !== before, whom.at(-1));
    }
    assert.deepEqual(whom, ['Applicant A', 'Applicant A answers for Child C', 'Child C']);
    const [adult, child] = kiosk.session!.subjects.map(({ person }) => person);
    const asked = kiosk.session!.consents.filter(({ item }) => item === 'video').map(({ person, on_behalf, answer: given }) => [person, on_behalf, given]);
    assert.deepEqual(asked, [[adult, null, 'given'], [adult, child, 'given'], [child, null, 'refused']]);
});

test('the applicant pauses with one touch, and stops after one question', async () => {
    await signIn();
    await schedule();
    await handOver();
    // Before the interview there is only the page to rest.
    await page.click('[data-action="yes"]');
    await page.click('[data-action="ask-pause"]');
    await page.locator('[data-pause="before"]').waitFor();
    await inspect('resting');
    await page.click('[data-action="go-on"]:visible');
    await page.locator('[data-item="audio"]').waitFor();
    await answer();
    await page.click('[data-action="no-interpreter"]');
    await screen('applicant', 'ready');
    await state('waiting');
    kiosk.step('start');
    await screen('applicant', 'live');
    await page.click('[data-action="ask-pause"]');
    await screen('applicant', 'paused');
    assert.deepEqual(kiosk.saidOf('applicant.ask').map(({ what, as }) => [what, as]), [['pause', undefined]]);
    kiosk.step('resume');
    await screen('applicant', 'live');
    await page.click('[data-action="complaint"]');
    await page.locator('[data-dialog="complaint"]').waitFor();
    await inspect('complaint');
    await page.click('[data-action="close-dialog"]');
    await page.click('[data-action="ask-end"]');
    await inspect('stop');
    await page.click('[data-action="stop-no"]');
    assert.equal(kiosk.saidOf('applicant.ask').length, 1);
    await page.click('[data-action="ask-end"]');
    await page.click('[data-action="stop-yes"]');
    await screen('applicant', 'ended');
});

test('a kiosk that does not answer costs nothing of what was answered', async () => {
    await signIn();
    await schedule();
    await handOver();
    await page.click('[data-action="yes"]');
    kiosk.silent = true;
    await page.locator('[data-unreachable]').waitFor();
    await page.click('[data-item="audio"] [data-action="no"]');
    for (const item of ['metadata', 'share-dossier']) await page.click(`[data-item="${item}"] [data-action="yes"]`);
    await draw();
    await page.click('[data-action="confirm-mark"]');
    await page.locator('.confirm [role="alert"]').waitFor();
    await inspect('unreachable');
    kiosk.silent = false;
    await page.locator('[data-unreachable]').waitFor({ state: 'detached' });
    await page.click('[data-action="confirm-mark"]');
    await screen('applicant', 'understand');
    assert.deepEqual(kiosk.session?.consents.map(({ item, answer: given }) => `${item} ${given}`),
        ['video given', 'audio refused', 'metadata given', 'share-dossier given']);
});

test('whoever was slower is told so by the kiosk, and nothing was changed', async () => {
    await signIn();
    await schedule();
    await page.route('**/v1/do', async (route) => {
        // The page still shows the plan while somebody else checks in.
        if (route.request().postDataJSON().do === 'session.step') kiosk.step('check-in');
        await route.continue();
    });
    await touch('check-in');
    const band = page.locator('[data-refused="conflict"]');
    await band.waitFor();
    assert.match(await band.innerText(), /somebody was faster: the interview is checked-in/);
    await inspect('conflict');
    assert.equal(kiosk.session?.state, 'checked-in');
    await touch('dismiss');
    await band.waitFor({ state: 'detached' });
});

test('a locked store asks for its PIN, and a reload or a forgotten token for the PIN of staff', async () => {
    kiosk.locked = true;
    await touch('take-back');
    await page.locator('[data-locked]').waitFor();
    await inspect('locked');
    await page.fill('#store-pin', '111111');
    await touch('unlock');
    await page.locator('.door [role="alert"]', { hasText: 'the PIN is wrong' }).waitFor();
    await page.fill('#store-pin', kPin);
    await touch('unlock');
    await page.locator('#staff-name').fill('Staff S');
    await page.fill('#staff-pin', kPin);
    await touch('sign-in');
    await schedule();
    await page.reload();
    await screen('applicant', 'idle');
    await signIn();
    await screen('staff', 'interview');
    kiosk.forget();
    await screen('staff', 'sign-in');
    await page.locator('.door [role="alert"]', { hasText: 'you are signed out' }).waitFor();
});

test('an interpreter is swapped: removed with a reason, and the next one invited', async () => {
    await signIn();
    await schedule();
    await tickAll();
    await touch('check-in');
    const row = page.locator('[data-role="interpreter"]');
    await row.locator('[data-action="remove"]').click();
    await page.locator('[data-dialog="remove"]').waitFor();
    await inspect('remove');
    await page.click('[data-reason="dialect"]');
    await page.click('[data-action="remove-confirm"]');
    await row.waitFor({ state: 'detached' });
    assert.deepEqual(kiosk.saidOf('participant.remove').map(({ reason }) => reason), ['Other dialect']);
    assert.equal(await page.inputValue('#invite-role'), 'interpreter');
    await page.fill('#invite-name', 'Interpreter U');
    await page.click('[data-action="invite"]');
    await row.filter({ hasText: 'Interpreter U' }).locator('[data-action="show-link"]').click();
    await page.click('[data-action="copy-link"]');
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^https:\/\/hub\.example\/console\/#/);
});

test('breaks have a timer that can be set anew, and a private talk is without the observers', async () => {
    await signIn();
    await schedule({ observer: true });
    for (const step of ['check-in', 'open-consent', 'close-consent', 'start']) kiosk.step(step);
    await state('live');
    await page.fill('#pause-minutes', '500');
    await page.locator('[data-panel="pause"] [role="alert"]').waitFor();
    await page.click('[data-minutes="15"]');
    await touch('pause');
    await page.locator('[data-paused="break"]').waitFor();
    assert.match(await page.innerText('[data-panel="pause"] .countdown'), /^(15:00|14:5\d) left$/);
    await page.click('[data-minutes="5"]');
    await touch('pause');
    await page.waitForFunction(() => /^(5:00|05:00|04:5\d|4:5\d) left$/.test(document.querySelector('[data-panel="pause"] .countdown')?.textContent ?? ''));
    await touch('private-talk');
    await page.locator('[data-paused="private-talk"]').waitFor();
    assert.deepEqual(kiosk.saidOf('session.step').map(({ reason, minutes }) => [reason, minutes]), [['break', 15], ['break', 5], ['private-talk', undefined]]);
    await touch('resume');
    await state('live');
});

test('what there is to hear says whose voice it is', async () => {
    kiosk.prompts = { en: { say_welcome: { file: 'en/say_welcome.ogg', synthetic: true } }, fr: { say_welcome: { file: 'fr/say_welcome.ogg', synthetic: false } } };
    await page.reload();
    await page.locator('[data-prompt="say_welcome"][data-voice="computer"]').waitFor();
    const asked = page.waitForRequest(/\/prompts\/en\/say_welcome\.ogg$/);
    await page.click('[data-action="play-prompt"]');
    await asked;
    await page.click('[data-language="fr"]');
    await page.locator('[data-prompt="say_welcome"][data-voice="person"]').waitFor();
});

test('a dossier’s persons are planned for', async () => {
    kiosk.dossiers['d000000000000001'] = { number: '123-45C67890', persons: { e000000000000001: { given_names: 'Applicant', family_name: 'A' } } };
    await signIn();
    await touch('plan');
    await page.selectOption('#plan-dossier', 'd000000000000001');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('#person-0')?.value === 'Applicant A');
    await page.fill('#plan-title', 'Interview 2');
    await page.selectOption('#plan-state', 'other');
    await page.fill('#plan-state-code', 'arg');
    await touch('schedule');
    await screen('staff', 'interview');
    const [said] = kiosk.saidOf('session.schedule');
    assert.deepEqual([said?.['dossier'], said?.['subjects'], said?.['delegation']],
        ['d000000000000001', [{ person: 'e000000000000001' }], { state: 'ARG', basis: 'consent' }]);
});

test('staff come from sign-in to the applicant’s first answer by keyboard alone, in French and in the dark', async () => {
    await page.emulateMedia({ colorScheme: 'dark' });
    const walk = async (selector: string): Promise<void> => {
        for (let steps = 0; steps < 120; steps += 1) {
            if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector)) return;
            await page.keyboard.press('Tab');
        }
        assert.fail(`${selector} is not reached by Tab`);
    };
    const press = async (action: string): Promise<void> => {
        await walk(`[data-action="${action}"]`);
        const outline = await page.evaluate(() => getComputedStyle(document.activeElement as Element).outlineStyle);
        assert.equal(outline, 'solid', action);
        await page.keyboard.press('Enter');
    };
    await press('take-back');
    await screen('staff', 'sign-in');
    await walk('.language select');
    await page.keyboard.type('Fran');
    await page.locator('html[lang="fr"]').waitFor();
    await walk('#staff-name');
    await page.keyboard.type('Staff S');
    await walk('#staff-pin');
    await page.keyboard.type(kPin);
    await page.keyboard.press('Enter');
    await screen('staff', 'today');
    await press('plan');
    await walk('#plan-title');
    await page.keyboard.type('Entretien 1');
    await walk('#person-0');
    await page.keyboard.type('Applicant A');
    await walk('#plan-state');
    await page.keyboard.type('Pays-Bas');
    await walk('[name="training"]');
    await page.keyboard.press('Space');
    await press('schedule');
    await screen('staff', 'interview');
    await inspect('dark-french');
    await walk('[data-check="identity-document"]');
    await page.keyboard.press('Space');
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('[data-check="identity-document"]')?.checked === true);
    await press('check-in');
    await page.locator('[data-panel="consent"]').waitFor();
    await press('hand-over');
    await screen('applicant', 'inform');
    await press('go-on');
    await screen('applicant', 'consent');
    await press('no');
    await page.locator('[data-item="audio"]').waitFor();
    await inspect('dark-question');
});

test('staff without a keyboard write with their fingers', async () => {
    await context.close();
    context = await browser.newContext({ viewport: { width: 1080, height: 1920 }, locale: 'en-GB', hasTouch: true });
    page = await context.newPage();
    page.setDefaultTimeout(kPatienceMs);
    await page.goto(`${kiosk.origin}/kiosk/`);
    const keys = async (...all: string[]): Promise<void> => {
        for (const key of all) await page.tap(`[data-key="${key}"]`);
    };
    await page.tap('[data-action="take-back"]');
    await page.tap('#staff-name');
    await page.locator('.keyboard').waitFor();
    await keys('shift', 's', 't', 'a', 'f', 'f', 'f', 'delete', 'space', 'shift', 's');
    await inspect('keyboard');
    assert.equal(await page.inputValue('#staff-name'), 'Staff S');
    await page.tap('#staff-pin');
    for (const digit of kPin) await page.tap(`[data-digit="${digit}"]`);
    await page.tap('[data-action="sign-in"]');
    await screen('staff', 'today');
    await page.locator('.keyboard').waitFor({ state: 'detached' });
    await page.tap('[data-action="plan"]');
    await page.tap('#plan-title');
    await keys('more', 'é', 'more', 't', 'close');
    await page.locator('.keyboard').waitFor({ state: 'detached' });
    assert.equal(await page.inputValue('#plan-title'), 'ét');
});

test('an applicant reads Arabic from right to left, with its numbers and names of countries; staff behind them English', async () => {
    await page.click('[data-language="ar"]');
    await page.locator('html[lang="ar"][dir="rtl"]').waitFor();
    await inspect('ar-idle');
    await signIn();
    await page.locator('html[lang="en"][dir="ltr"]').waitFor();
    await schedule({ observer: true });
    await tickAll();
    await touch('check-in');
    await touch('hand-over');
    await page.locator('html[lang="ar"][dir="rtl"]').waitFor();
    assert.match(await page.innerText('[data-role="interviewer"] .role'), /هولندا/);
    await inspect('ar-inform');
    await page.click('[data-action="go-on"]');
    await page.locator('[data-item="video"] .body[lang="ar"][dir="rtl"]').waitFor();
    await inspect('ar-question');
    await answer();
    await screen('applicant', 'understand');
    await inspect('ar-understand');
    await page.click('[data-action="understood-yes"]');
    await screen('applicant', 'ready');
    await state('waiting');
    kiosk.step('start');
    kiosk.step('pause', { reason: 'break', minutes: 15 });
    await screen('applicant', 'paused');
    await inspect('ar-paused');
    assert.deepEqual(new Set(kiosk.session?.consents.map(({ language, mode }) => `${language} ${mode}`)), new Set(['ar touch']));
});

test('of a language that is only begun, what is missing is English and runs its own way', async () => {
    await page.click('[data-language="ps"]');
    await page.locator('html[lang="ps"][dir="rtl"]').waitFor();
    await inspect('ps-idle');
    await signIn();
    await schedule();
    await handOver();
    // There is no text of it: the interpreter reads English, from left to right.
    await page.locator('.body[lang="en"][dir="ltr"]').waitFor();
    await page.locator('[data-voice="interpreter"]').waitFor();
    await inspect('ps-question');
});
