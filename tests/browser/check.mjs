// `deploy/run --check`: a whole call on free ports, measured from where a person would see and hear it. Prints one
// "name value unit" line for each figure, and fails with the reason when one is out of bounds.
//
// How the delays are measured. The synthetic applicant carries a clock in the picture and sounds a tone at each full
// second of that clock. camera_to_console is the median, over the frames shown in six seconds, of the time at which the
// browser expects the frame on the screen (requestVideoFrameCallback) less the clock in it; both run on this machine's
// wall clock. lip_sync is when the tone is heard less when its second is seen, the sound late if positive: the tone's
// beginning in WebAudio, in output time, against the picture's delay in the same second. Nothing is compensated. The
// measurement begins some ten seconds into the call, because browsers move sound and picture together step by step.
import { demand, eventually, kMargin, kOnLoadedMachine, patiently, sleep, withAppliance } from './harness.mjs';
import { injectRtp, tryControl, tryWhip } from './observer_uplink.mjs';
import { hears, kQuietest, mustSee } from './play.mjs';

const kMeasureMs = 6000;
const kPictureMs = 10_000; // until there is one at all
// What people notice. In the test suite, on a machine that may be loaded, only what no load explains is a failure.
const kMaxApartMs = kOnLoadedMachine ? 450 : 150;

const report = (name, value, unit) => console.log(`${name} ${Number.isInteger(value) ? value : value.toFixed(1)} ${unit}`);

async function measureLevels(page, role) {
    for (let left = kMargin; ; --left) {
        const level = await hears(page, role, 2500);
        if (level > kQuietest || left <= 1) return level;
    }
}

/** The loudest level that the engine reports to hear in a few seconds. */
async function levelAtKiosk(appliance) {
    let loudest = -120;
    for (const until = Date.now() + 3000; Date.now() < until; await sleep(200)) {
        const { engine } = await appliance.status();
        for (const person of engine?.remote ?? []) loudest = Math.max(loudest, person.audio_level_dbfs ?? -120);
        loudest = Math.max(loudest, engine?.audio_level_dbfs ?? -120);
    }
    return loudest;
}

async function refusedUplinks(appliance, observer) {
    await tryWhip(observer);
    await tryControl(observer);
    const before = await appliance.metric('sightline_sfu_rtp_from_subscriber_total');
    const packets = await injectRtp(observer);
    demand(packets > 0, 'no RTP left the observer in the injection attempt, so it proved nothing');
    const dropped = (await appliance.metric('sightline_sfu_rtp_from_subscriber_total')) - before;
    demand(dropped > 0, `${packets} packets of an observer reached the hub, and it did not count them as dropped`);
    return 3;
}

await withAppliance(async (appliance) => {
    await eventually('the applicant is live', 15000, async () => (await appliance.status()).engine?.state === 'live');
    const { page: interviewer, join } = await appliance.joinConsole();
    const observerJoins = appliance.joinObserver();

    const clicked = await interviewer.evaluate(() => performance.now());
    await join.click();
    const shown = await interviewer.evaluate((ms) => window.sightlineProbe.nextFrame('applicant', ms), patiently(kPictureMs));
    demand(shown !== null, 'the interviewer saw no frame of the applicant after joining');
    const observer = await observerJoins;
    for (const role of ['applicant', 'interviewer']) {
        await mustSee(observer, role, `the observer saw no frame of the ${role}`, kPictureMs);
    }

    const [atInterviewer, atObserver, atKiosk] = await Promise.all([
        measureLevels(interviewer, 'applicant'), measureLevels(observer, 'applicant'), levelAtKiosk(appliance)]);
    const observerHears = await measureLevels(observer, 'interviewer');
    const refused = await refusedUplinks(appliance, observer);
    const delays = await interviewer.evaluate((ms) => window.sightlineProbe.delays('applicant', ms), kMeasureMs);

    const framesInterviewer = await interviewer.evaluate(() => window.sightlineProbe.framesDecoded());
    const framesObserver = await observer.evaluate(() => window.sightlineProbe.framesDecoded());
    const { engine } = await appliance.status();

    report('frames_decoded_interviewer', framesInterviewer, 'frames');
    report('frames_decoded_observer', framesObserver, 'frames');
    report('frames_decoded_kiosk', engine.frames_decoded, 'frames');
    report('audio_level_interviewer', atInterviewer, 'dBFS');
    report('audio_level_observer', atObserver, 'dBFS');
    report('audio_level_kiosk', atKiosk, 'dBFS');
    report('observer_uplink_refused', refused, 'attempts');
    report('join_to_first_frame', Math.round(shown - clicked), 'ms');
    demand(delays.picture !== null, 'no frame of the applicant had a readable clock');
    report('camera_to_console', Math.round(delays.picture), 'ms');
    demand(delays.lipSync !== null, 'the marked tone was not heard at the console');
    report('lip_sync', Math.round(delays.lipSync), 'ms');

    demand(framesInterviewer > 60, 'the interviewer decoded too few frames');
    demand(framesObserver > 60, 'the observer decoded too few frames');
    demand(engine.frames_decoded > 60, 'the kiosk decoded too few frames');
    demand(atInterviewer > kQuietest, 'the interviewer does not hear the applicant');
    demand(atObserver > kQuietest, 'the observer does not hear the applicant');
    demand(observerHears > kQuietest, 'the observer does not hear the interviewer');
    demand(atKiosk > kQuietest, 'the applicant does not hear the interviewer');
    demand(Math.abs(delays.lipSync) <= kMaxApartMs, `sound and picture are more than ${kMaxApartMs} ms apart`);
    demand(interviewer.problems.length + observer.problems.length === 0,
        `a page complained: ${[...interviewer.problems, ...observer.problems].join(' | ')}`);
});
