// What a change of epoch costs the others: the applicant takes the consent to observers back and gives it again, over and
// over, while the interviewer sees and hears them. Nobody's connection comes or goes by it, which would cost a small machine
// more than any key. Sound that had to be made up and the longest time without a new picture, against as long a time in
// which nothing changed, in the same run; and how long after the touch the page has the next epoch's keys.
//
//   node epoch_changes.mjs --build-dir DIR [--times N] [--on-loaded-machine]
//   unshare -n sh -c "ip link set lo up; node epoch_changes.mjs --build-dir DIR --link NAME"
//
// With a link of tests/vectors/network-profiles.csv it is sound alone, and the figures are stated, not judged. The sound of
// 20 ms packets does not fit into the slowest of them: --keys-alone sends it beside the link.
import { demand, eventually, kMargin, sleep, withAppliance } from './harness.mjs';
import { comeIn, hostOf, inPlace, isHeard, kOrganisation, mustSee } from './play.mjs';
import { profile, shape } from './thin_link.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at > 0 ? process.argv[at + 1] : otherwise;
};
const kTimes = Number(option('--times', '6'));
const kLink = option('--link', undefined);
const kBetweenMs = kLink === undefined ? 1500 : 8000;
const kConcealedMs = 20 * kMargin;
const kFreezeMs = 200 * kMargin;

/** Runs in the page: what has become of the applicant's sound and picture between two moments. */
function startWatching() {
    const watch = { gaps: [0], on: true, keysAt: [] };
    const video = document.querySelector('[data-role="applicant"] video');
    let last = performance.now();
    const look = (now) => {
        watch.gaps.push(now - last);
        last = now;
        if (watch.on) video.requestVideoFrameCallback(look);
    };
    video?.requestVideoFrameCallback((now) => { last = now; video.requestVideoFrameCallback(look); });
    // Of which epoch the page has the keys; it says so itself.
    watch.epochs = new MutationObserver(() => watch.keysAt.push([Number(document.documentElement.dataset.epoch), Date.now()]));
    watch.epochs.observe(document.documentElement, { attributeFilter: ['data-epoch'] });
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

async function over(page, deed) {
    await page.evaluate(startWatching);
    const before = await page.evaluate(() => window.epochWatch.sound());
    const start = Date.now();
    await deed();
    const took = Date.now() - start;
    return page.evaluate(async ([concealed, ms]) => {
        const watch = window.epochWatch;
        watch.on = false;
        watch.epochs.disconnect();
        return { took: ms, concealedMs: await watch.sound() - concealed, longestMs: Math.max(...watch.gaps), keysAt: watch.keysAt };
    }, [before, took]);
}

await withAppliance(async (appliance) => {
    const host = await hostOf(appliance);
    await host.prepare('Interview of the test', {
        video: kLink === undefined ? 'given' : 'refused', audio: 'given', observers: 'given', metadata: 'given',
    });
    const interviewer = await comeIn(appliance, host, 'interviewer', 'Interviewer I');
    const observer = await comeIn(appliance, host, 'observer', 'Observer O');
    for (const role of ['interviewer', 'observer']) await host.admit(role);
    await inPlace(observer, 'admitted');
    await host.step('start');
    if (kLink === undefined) {
        await mustSee(interviewer, 'applicant', 'nobody sees the applicant to begin with', 20000);
    } else {
        // Nothing adapts to the link yet: a camera's picture alone would fill it.
        await interviewer.click('.controls [data-capture="camera"]');
        demand(await isHeard(interviewer, 'applicant', 20000), 'nobody hears the applicant to begin with');
        await shape(appliance, await profile(kLink), !process.argv.includes('--keys-alone'));
    }
    await sleep(3000);

    const epochs = async () => (await host.status()).keys.epoch;
    const first = await epochs();
    const touches = { cut: [], grow: [] };
    const touch = async (what, deed) => {
        const at = Date.now();
        await deed();
        touches[what].push({ at, epoch: await epochs() });
        await sleep(kBetweenMs);
    };
    const changed = await over(interviewer, async () => {
        for (let i = 0; i < kTimes; ++i) {
            await touch('cut', () => host.withdraw('observers', kOrganisation));
            await touch('grow', () => host.answer('observers', 'given', kOrganisation));
        }
    });
    const count = await epochs() - first;
    demand(count >= 2 * kTimes, `only ${count} epochs in ${2 * kTimes} changes`);
    const quiet = await over(interviewer, () => sleep(changed.took));
    console.log(`epoch_change concealed ${(changed.concealedMs / count).toFixed(1)} ms an epoch, longest without a picture ` +
        `${changed.longestMs.toFixed(0)} ms; without changes ${(quiet.concealedMs / count).toFixed(1)} ms, ${quiet.longestMs.toFixed(0)} ms`);
    for (const [what, all] of Object.entries(touches)) {
        const delays = all.map(({ at, epoch }) => (changed.keysAt.find(([has]) => has >= epoch)?.[1] ?? Infinity) - at).sort((a, b) => a - b);
        console.log(`epoch_keys_at_page_${what} median ${delays[Math.floor(delays.length / 2)]} ms, worst ${delays.at(-1)} ms`);
    }
    if (kLink === undefined) {
        demand((changed.concealedMs - quiet.concealedMs) / count <= kConcealedMs, 'sound is lost when an epoch begins');
        demand(changed.longestMs <= Math.max(kFreezeMs, quiet.longestMs + kFreezeMs / 2), 'the picture freezes when an epoch begins');
    }
    await eventually('the page is in the newest epoch', 10000, async () =>
        (await epochs()) === await interviewer.evaluate(() => Number(document.documentElement.dataset.epoch)));
}, { demo: false, picture: '320x180@30' });
