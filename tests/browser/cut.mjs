// How fast a door is closed. In each trial the observers' consent is withdrawn, or the interview paused, and the last
// media packet that reached the observer's browser is compared with the moment at which staff asked, and for a pause also
// the last packet that left the kiosk; then the way is opened again. At the end the kiosk falls silent, as a cut link
// would make it: stopped, not ended, so that nobody starts another one.
//   cut.mjs --build-dir DIR [--trials N]
import { demand, eventually, kMargin, sleep, withAppliance } from './harness.mjs';
import { comeIn, hostOf, inPlace, kOrganisation, mustSee, received } from './play.mjs';

const at = process.argv.indexOf('--trials');
const kTrials = at > 0 ? Number(process.argv[at + 1]) : 6;
const kCutMs = 200;
const kSendingMs = 50;
const kSilenceMs = 2200;

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.ceil(q * values.length) - 1];

function judge(name, values, limit) {
    console.log(`${name}_p50 ${quantile(values, 0.5).toFixed(1)} ms`);
    console.log(`${name}_p99 ${quantile(values, 0.99).toFixed(1)} ms`);
    console.log(`${name}_max ${Math.max(...values).toFixed(1)} ms of ${values.length} trials`);
    demand(quantile(values, 0.99) <= limit * kMargin, `${name}: more than ${limit} ms`);
}

/** Milliseconds from `act` until the last media packet that reached the page. It must have been receiving before. */
async function lastAfter(page, act, settleMs) {
    await eventually('media flows', 8000, async () => {
        const before = await received(page);
        await sleep(60);
        return (await received(page)).packets > before.packets;
    }, 1);
    const asked = Date.now();
    await act();
    await sleep(settleMs);
    const after = await received(page);
    await sleep(200);
    demand((await received(page)).packets === after.packets, 'packets still arrive');
    return { asked, late: Math.max(0, after.last - asked) };
}

/** When the last packet of sound or picture left the kiosk, as its engine says in a report made after `since`. */
async function lastSent(appliance, since) {
    await sleep(Math.max(0, since + 700 - Date.now())); // The engine reports twice a second.
    return (await appliance.status()).engine.up.last_sent_ms;
}

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const host = await hostOf(appliance);
    await host.prepare('Doors', { video: 'given', audio: 'given', observers: 'given', metadata: 'given' });
    const interviewer = await comeIn(appliance, host, 'interviewer', 'Interviewer I');
    const observer = await comeIn(appliance, host, 'observer', 'Observer O');
    for (const role of ['interviewer', 'observer']) await host.admit(role);
    for (const page of [interviewer, observer]) await inPlace(page, 'admitted');
    await host.step('start');
    await mustSee(observer, 'applicant', 'the observer never saw the applicant');

    const withdrawn = [];
    const paused = [];
    const sending = [];
    for (let trial = 0; trial < kTrials; ++trial) {
        withdrawn.push((await lastAfter(observer, () => host.withdraw('observers', kOrganisation), 300)).late);
        await host.answer('observers', 'given', kOrganisation);
        const { asked, late } = await lastAfter(observer, () => host.step('pause', 'break'), 300);
        paused.push(late);
        const sent = (await lastSent(appliance, asked)) - asked;
        demand(sent > -500, `the kiosk had sent nothing for ${-sent} ms: nothing was measured`);
        sending.push(Math.max(0, sent));
        await host.step('resume');
        if ((trial + 1) % 25 === 0) console.error(`${trial + 1} of ${kTrials} trials`);
    }
    judge('withdrawal_to_last_packet_at_observer', withdrawn, kCutMs);
    judge('pause_to_last_packet_at_observer', paused, kCutMs);
    judge('pause_to_last_packet_of_kiosk', sending, kSendingMs);

    await mustSee(observer, 'applicant', 'the observer does not see the applicant after the last trial');
    const { kiosk } = await appliance.units();
    const silence = await lastAfter(observer, () => process.kill(kiosk.pid, 'SIGSTOP'), 2600);
    process.kill(kiosk.pid, 'SIGCONT');
    judge('silent_kiosk_to_last_packet_at_observer', [silence.late], kSilenceMs);
}, { demo: false });
