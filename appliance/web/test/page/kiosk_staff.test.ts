// Staff at the touch screen: people, breaks, dossiers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect, kiosk, page, schedule, screen, signIn, state, tickAll, touch } from './kiosk_hands';

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

test('several interviews are planned, and staff take up one after the other', async () => {
    await signIn();
    await schedule();
    await touch('today');
    await screen('staff', 'today');
    assert.equal(await page.locator('[data-waiting]').count(), 0, 'what is at hand does not wait');
    await touch('plan');
    await page.fill('#plan-title', 'Interview 2');
    await page.fill('#person-0', 'Applicant B');
    await page.selectOption('#plan-state', 'NLD');
    await page.fill('#plan-at', '2030-05-06T09:30');
    await touch('schedule');
    await screen('staff', 'interview');
    await touch('today');
    await page.locator('[data-waiting]', { hasText: 'Interview 1' }).waitFor();
    await inspect('today-several');
    await touch('choose');
    await screen('staff', 'interview');
    assert.equal(kiosk.session?.title, 'Interview 1');
    await touch('check-in');
    await page.locator('[data-panel="consent"]').waitFor();
    await touch('today');
    const second = page.locator('[data-waiting]', { hasText: 'Interview 2' });
    assert.match(await second.locator('.time').innerText(), /6 May,? 09:30/);
    assert.equal(await second.locator('button').isDisabled(), true, 'the kiosk is taken');
    assert.equal(await page.locator('[data-action="plan"]').count(), 0);
    await inspect('today-taken');
    kiosk.step('end', { reason: 'applicant-absent' });
    kiosk.clear();
    await page.waitForFunction(() => document.querySelector<HTMLButtonElement>('[data-action="choose"]')?.disabled === false);
    await touch('choose');
    await page.locator('[data-action="check-in"]').waitFor();
    assert.equal(kiosk.session?.title, 'Interview 2');
});

test('staff who read French are told in French what was not done, and the kiosk’s own words below', async () => {
    await touch('take-back');
    await page.selectOption('.language select', 'fr');
    await page.fill('#staff-name', 'Staff S');
    await page.fill('#staff-pin', '000000');
    await touch('sign-in');
    const refusal = page.locator('.door [data-refused="unauthorized"]');
    await refusal.filter({ hasText: 'Le nom ou le code est faux' }).waitFor();
    assert.match(await refusal.locator('[lang="en"]').innerText(), /the PIN is wrong/);
    await inspect('refused-french');
});
