// The applicant at the touch screen: informed, asked, heard, in their own language, able to stop.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kPin } from '../support/mock_kiosk_verbs';
import { answer, handOver, inspect, kiosk, page, schedule, screen, signIn, state, takeBack, tickAll, touch } from './kiosk_hands';

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
