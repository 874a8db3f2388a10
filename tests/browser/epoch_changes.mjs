// What a change of epoch costs the others: the applicant takes the consent to observers back and gives it again, over and
// over, while interviewer and interpreter see and hear the applicant. Nobody's connection comes or goes by it, which would
// cost a small machine more than any key. Sound that had to be made up and the longest time without a new picture, against
// as long a time in which nothing changed, in the same run.
//
//   node epoch_changes.mjs --build-dir DIR [--times N] [--on-loaded-machine]
import { demand, eventually, sleep, withAppliance } from './harness.mjs';
import { comeIn, hostOf, inPlace, kOrganisation, sees } from './play.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at > 0 ? process.argv[at + 1] : otherwise;
};
const kTimes = Number(option('--times', '6'));
const kBetweenMs = 1500;
const kMargin = process.argv.includes('--on-loaded-machine') ? 10 : 1;
const kConcealedMs = 20 * kMargin;
const kFreezeMs = 200 * kMargin;

/** Runs in the page: what has become of the applicant's sound and picture between two moments. */
function startWatching() {
    const watch = { gaps: [], on: true };
    const video = document.querySelector('[data-role="applicant"] video');
    let last = performance.now();
    const look = (now) => {
        watch.gaps.push(now - last);
        last = now;
        if (watch.on) video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback((now) => { last = now; video.requestVideoFrameCallback(look); });
    watch.sound = async () => {
        let concealed = 0;
        const track = document.querySelector('[data-role="applicant"] audio').srcObject.getAudioTracks()[0].id;
        for (const pc of window.sightlineProbe.connections) {
            if (pc.connectionState === 'closed') continue;
            for (const report of (await pc.getStats()).values()) {
                if (report.type === 'inbound-rtp' && report.trackIdentifier === track) concealed += report.concealedSamples;
            }
        }
        return concealed / 48;
    };
    window.epochWatch = watch;
}

async function over(pages, deed) {
    for (const page of pages) await page.evaluate(startWatching);
    const before = await Promise.all(pages.map((page) => page.evaluate(() => window.epochWatch.sound())));
    const start = Date.now();
    await deed();
    return {
        took: Date.now() - start,
        of: await Promise.all(pages.map((page, index) => page.evaluate(async (concealed) => {
            window.epochWatch.on = false;
            return { concealedMs: await window.epochWatch.sound() - concealed, longestMs: Math.max(...window.epochWatch.gaps) };
        }, before[index]))),
    };
}

await withAppliance(async (appliance) => {
    const host = await hostOf(appliance);
    await host.prepare('Interview of the test', { video: 'given', audio: 'given', observers: 'given', metadata: 'given' });
    const interviewer = await comeIn(appliance, host, 'interviewer', 'Interviewer I');
    const observer = await comeIn(appliance, host, 'observer', 'Observer O');
    const interpreter = await comeIn(appliance, host, 'interpreter', 'Interpreter T');
    for (const role of ['interviewer', 'observer', 'interpreter']) await host.admit(role);
    await inPlace(observer, 'admitted');
    await host.step('start');
    const pages = [interviewer, interpreter];
    for (const page of pages) demand(await sees(page, 'applicant', 20000), 'nobody sees the applicant to begin with');
    await sleep(3000);

    const epochs = async () => (await host.status()).keys.epoch;
    const first = await epochs();
    const changed = await over(pages, async () => {
        for (let i = 0; i < kTimes; ++i) {
            await host.withdraw('observers', kOrganisation);
            await sleep(kBetweenMs);
            await host.answer('observers', 'given', kOrganisation);
            await sleep(kBetweenMs);
        }
    });
    const count = await epochs() - first;
    demand(count >= 2 * kTimes, `only ${count} epochs in ${2 * kTimes} changes`);
    const quiet = await over(pages, () => sleep(changed.took));
    for (const [index, name] of ['interviewer', 'interpreter'].entries()) {
        const [busy, calm] = [changed.of[index], quiet.of[index]];
        console.log(`epoch_change_${name} concealed ${(busy.concealedMs / count).toFixed(1)} ms an epoch, longest without a picture ` +
            `${busy.longestMs.toFixed(0)} ms; without changes ${(calm.concealedMs / count).toFixed(1)} ms, ${calm.longestMs.toFixed(0)} ms`);
        demand((busy.concealedMs - calm.concealedMs) / count <= kConcealedMs, `the ${name} loses sound when an epoch begins`);
        demand(busy.longestMs <= Math.max(kFreezeMs, calm.longestMs + kFreezeMs / 2), `the ${name}'s picture freezes when an epoch begins`);
    }
    await eventually('the pages are in the newest epoch', 5000, async () => {
        const now = await epochs();
        const seen = await Promise.all(pages.map((page) => page.evaluate(() => Number(document.documentElement.dataset.epoch))));
        return seen.every((epoch) => epoch === now);
    });
}, { demo: false });
