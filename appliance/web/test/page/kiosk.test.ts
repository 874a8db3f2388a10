// The touch screen: an interview from the plan to its end, what it takes by touch and by keyboard, and what a kiosk in trouble costs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kPin } from '../support/mock_kiosk_verbs';
import {
    answer, countTouchesFrom, draw, handOver, inspect, kiosk, kOrganisation, kPatienceMs, openAnew, page, plan,
    schedule, screen, signIn, state, takeBack, tickAll, touch, touches,
} from './kiosk_hands';
import { kTouchScreens } from './sizes';

test('from sign-in to a running interview staff touch at most eight times, beside checklists, lists and the PIN', async () => {
    await signIn();
    countTouchesFrom(1);
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
    kiosk.sessions = [{ id: 'b1', title: 'Interview 0', planned: null, opened: new Date().toISOString(), ended: new Date().toISOString(), state: 'ended', end_reason: 'complete' }];
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
    await openAnew({ hasTouch: true });
    page.setDefaultTimeout(kPatienceMs);
    await page.goto(`${kiosk.origin}/kiosk/`);
    const keys = async (...all: string[]): Promise<void> => {
        for (const key of all) await page.tap(`[data-key="${key}"]`);
    };
    await page.tap('[data-action="take-back"]');
    await page.tap('#staff-name');
    await page.locator('.keyboard').waitFor();
    await keys('shift', 's', 't', 'a', 'f', 'f', 'f', 'delete', 'space', 'shift', 's');
    // Elsewhere people have keys of their own.
    await inspect('keyboard', kTouchScreens);
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
