// What dies comes back: the hub and the engine are killed and stopped in the middle of a call; the unit runs again, the
// pages say what happens, and the picture returns without anybody touching anything.
import { demand, eventually, patiently, withAppliance } from './harness.mjs';
import { mustSee } from './play.mjs';

const kBackMs = 5000;

/** Milliseconds from `signal` sent to the unit until a new picture of the applicant is shown in both pages. */
async function disturb(appliance, pages, name, signal, limits) {
    const before = (await appliance.units())[name];
    // A frame that counts is one whose clock was drawn after the disturbance.
    const start = Date.now();
    process.kill(before.pid, signal);
    await eventually(`the ${name} is noticed and runs again`, limits.unitMs, async () => {
        const now = (await appliance.units())[name];
        return now.state === 'running' && now.pid !== before.pid;
    });
    const unitBack = Date.now() - start;
    await Promise.all(pages.map(async (page, index) => {
        const left = patiently(limits.pictureMs) - (Date.now() - start);
        const fresh = await page.evaluate(([since, ms]) => window.sightlineProbe.frameDrawnAfter('applicant', since, ms),
            [start + unitBack / 2, Math.max(left, 1)]);
        demand(fresh !== null, `page ${index}: no new picture ${patiently(limits.pictureMs)} ms after the ${name} got ${signal}`);
    }));
    console.log(`${name} ${signal}: unit back after ${unitBack} ms, picture after ${Date.now() - start} ms`);
}

/** Remembers every value of data-connection, so that a short-lived notice is not missed. */
function recordConnection() {
    const root = document.querySelector('[data-connection]');
    window.said = [root.dataset.connection];
    new MutationObserver(() => window.said.push(root.dataset.connection))
        .observe(root, { attributes: true, attributeFilter: ['data-connection'] });
}

await withAppliance(async (appliance) => {
    await eventually('the applicant is live', 15000, async () => (await appliance.status()).engine?.state === 'live');
    const { page: interviewer, join } = await appliance.joinConsole();
    await join.click();
    const observer = await appliance.joinObserver();
    const pages = [interviewer, observer];
    for (const page of pages) {
        await mustSee(page, 'applicant', 'no picture of the applicant to begin with', 10000);
        await page.waitForFunction(() => document.querySelector('[data-connection]').dataset.connection === 'connected',
            undefined, { timeout: patiently(10000) });
        await page.evaluate(recordConnection);
    }

    await disturb(appliance, pages, 'engine', 'SIGKILL', { unitMs: 1000, pictureMs: kBackMs });
    // Frozen: noticed within 2 s, running again within 1 s more.
    await disturb(appliance, pages, 'engine', 'SIGSTOP', { unitMs: 3000, pictureMs: 3000 + kBackMs });
    for (const page of pages) await page.evaluate(() => window.said.splice(0));
    await disturb(appliance, pages, 'hub', 'SIGKILL', { unitMs: 1500, pictureMs: 2 * kBackMs });
    for (const page of pages) {
        await page.waitForFunction(() => document.querySelector('[data-connection]').dataset.connection === 'connected',
            undefined, { timeout: patiently(15000) });
        const said = await page.evaluate(() => window.said);
        demand(said.some((word) => word.startsWith('lost')), `the page never said that it lost the hub: ${said.join(' ')}`);
    }
    const { engine } = await appliance.status();
    demand(engine.state === 'live', `the engine is ${engine.state} in the end`);
});
