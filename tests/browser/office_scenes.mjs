// The office page in each of its states, for the tour: enrolled, a dossier that the kiosk has released, a decision.
import { consentToShare, kState, takeCircle } from './delegation.mjs';
import { eventually, patiently } from './harness.mjs';

const kLimitMs = patiently(30000);
/** Fictional. */
const form = JSON.stringify({
    format: 'sightline-dossier-1',
    case: { number: '100-24C00001', office: 'Transit centre' },
    persons: [
        { id: '00000000000000a1', given_names: 'Applicant', family_name: 'A', relation: 'self' },
        { id: '00000000000000a2', given_names: 'Applicant', family_name: 'B', relation: 'child' },
    ],
    need: { priority: 'urgent' },
});

async function releaseDossier(host) {
    const { dossier } = await host.staff.ask('dossier.import', { form, ids: 'own' });
    await consentToShare(host, dossier, 'Applicant A');
    return { dossier, ...await host.staff.ask('dossier.release', { dossier, state: kState, agreement: 'Agreement 7' }) };
}

/** `at(page, state)` is called in each state; `open(address)` gives the page. */
export async function playOffice({ appliance, host, administrator, open, at }) {
    const kiosk = await host.staff.ask('circle.keys');
    await administrator.add('Kiosk', JSON.stringify(kiosk.keys), kiosk.code);
    const page = await open(`${appliance.origin}/office/`);
    await page.locator('[data-own-keys]').waitFor({ timeout: kLimitMs });
    await page.locator('[data-code]').waitFor({ timeout: kLimitMs });
    await at(page, 'enrol');
    await administrator.add('Headquarters', await page.inputValue('[data-own-keys]'), await page.innerText('[data-code]'));
    await takeCircle(host, administrator);
    const { pseudonym } = await releaseDossier(host);

    const invitation = { root: JSON.parse(await administrator.root()), circle: await administrator.circle() };
    await page.fill('#enrol-paste', JSON.stringify(invitation));
    await page.click('[data-action="continue"]');
    await page.locator('[data-delegation]').waitFor({ timeout: kLimitMs });
    await at(page, 'confirm');
    await page.click('[data-action="confirm"]');
    const entry = page.locator(`[data-dossier="${pseudonym}"]`);
    await entry.waitFor({ timeout: patiently(60000) });
    await at(page, 'dossiers');
    await entry.click();
    await page.locator(`[data-open="${pseudonym}"]`, { hasText: 'Applicant' }).waitFor({ timeout: kLimitMs });
    await at(page, 'dossier');
    await page.click('[data-action="begin-decision"]');
    await page.check('input[value="accepted"]');
    await page.fill('#decision-reason', 'The account is consistent.');
    await at(page, 'decision');
    await page.click('[data-action="decide"]');
    await page.locator('[data-action="sign"]').waitFor({ timeout: kLimitMs });
    await at(page, 'sign');
    await page.click('[data-action="sign"]');
    await page.locator('[data-given="accepted"]').waitFor({ timeout: kLimitMs });
    await eventually('the decision has gone', 60000, async () => await page.locator('.progress[data-waiting="0"]').count() > 0);
    await at(page, 'decided');
    await page.context().close();
}
