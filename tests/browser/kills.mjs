// kill -9 of everything in the middle of an interview, over and over: the hub, the kiosk, the engine, somebody's browser,
// somebody's tab. Each time everything must be back within 5 s, unless the machine is loaded, and be as it was: where the
// interview stands, who is where, what everybody has switched off. In the time between, nothing may flow that did not
// before, nobody in the waiting room may be told of anybody, and no pause may end by itself; and no frame may be encrypted
// under a key and a counter that were used.
//
//   node kills.mjs --build-dir DIR [--times N] [--kinds hub,tab] [--every N] [--on-loaded-machine]
//
// With --every N only each N-th of these kills is done, counted over all rounds.
// Each time is measured from the kill until staff and all pages show the same as before, and after that a frame that was
// drawn after that has been shown to everybody who ought to see one, and sound has come to everybody who ought to hear.
// For a browser and a tab it contains the start of the new one and the device check, whose button is pressed at once:
// this part of it is told apart, as is the start of a program by the supervisor (restart_median).
import os from 'node:os';
import { CounterBook } from './frame_tap.mjs';
import { demand, eventually, kOnLoadedMachine, patiently, sleep, within, withAppliance } from './harness.mjs';
import { assemble } from './party.mjs';
import { hostOf } from './play.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at > 0 ? process.argv[at + 1] : otherwise;
};
const kTimes = Number(option('--times', '4'));
const kKinds = option('--kinds', 'hub,kiosk,engine,browser,tab').split(',');
const kEvery = Number(option('--every', '1'));
// Four browsers on two processors that others use too need over a minute at times, most of it for Chromium's own start:
// there it is asked only that everything comes back, and how long it took is told.
const kGiveUpMs = patiently(30000);
const kBackMs = kOnLoadedMachine ? kGiveUpMs : 5000;
// Of sound: silence adds nothing, the fake microphone's beep some hundredths in a second.
const kSilentEnergy = 1e-4;
const kCookieIsOnDiskMs = 35000; // Chromium writes cookies every 30 s
// Four browsers on a small machine: what is looked for here does not depend on how large a picture is.
const kPicture = '320x180@10';
const kCameraFps = 5;

const kUnits = ['hub', 'kiosk', 'engine'];
const kSituations = [
    { name: 'live', state: 'live', pause: null, muted: false },
    { name: 'live-kiosk-muted', state: 'live', pause: null, muted: true },
    { name: 'break', state: 'paused', pause: 'break', muted: false },
    { name: 'private-talk', state: 'paused', pause: 'private-talk', muted: false },
];

/** Brings about a situation, by staff. */
async function bringAbout(host, wanted) {
    const now = await host.status();
    if (now.state !== wanted.state || now.pause !== wanted.pause) {
        await (wanted.state === 'live' ? host.step('resume') : host.step('pause', wanted.pause));
    }
    await host.staff.ask('mute', { audio: false, video: wanted.muted });
}

/** Who ought to receive what of whom now. */
function flowsOf(situation, people) {
    const applicant = { role: 'applicant', has: { audio: true, video: !situation.muted } };
    const mayReceive = ({ key, role }) => key !== 'waiting' &&
        (situation.state === 'live' || (situation.pause === 'private-talk' && role !== 'observer'));
    const senders = [applicant, ...people.filter(({ role }) => role !== 'observer')];
    return people.filter(mayReceive).flatMap((to) => senders.filter((from) => from !== to).map((from) => ({ to, from })));
}

/** As staff see it. */
async function staffView(host) {
    const { session, mute, engine, hub } = await host.staff.ask('status');
    return {
        state: session.state, pause: session.pause, mute, hub: hub.connected, known: session.known_to_hub,
        lease: session.lease.alive, send: session.send,
        engine: { state: engine?.state, muted: engine?.muted, sending: engine?.sending },
        people: session.participants.map(({ id, role, place, present }) => ({ id, role, place, present })),
    };
}

/** Staff's view and everybody's; whoever cannot be asked at the moment sees nothing. */
async function everything(host, people) {
    const views = { staff: await staffView(host).catch((error) => error.message) };
    await Promise.all(people.map(async (person) => {
        views[person.key] = await person.view().catch((error) => error.message.split('\n')[0]);
    }));
    return views;
}

function difference(before, now) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(now ?? {})])];
    return keys.flatMap((key) => {
        const [was, is] = [before[key], now?.[key]];
        if (JSON.stringify(was) === JSON.stringify(is)) return [];
        const deep = typeof was === 'object' && was !== null && !Array.isArray(was) && typeof is === 'object';
        return deep ? difference(was, is).map((text) => `${key}.${text}`)
            : [`${key}: ${JSON.stringify(is)}, not ${JSON.stringify(was)}`];
    });
}

/** Everything is as it ought to be, and stays so for a moment; what is seen then is what must come back. */
async function settled(host, people, situation) {
    const as = { state: situation.state, pause: situation.pause, mute: { audio: false, video: situation.muted } };
    let view;
    let why;
    await eventually('it settles', 30000, async () => {
        view = await everything(host, people);
        why = difference({ ...view.staff, ...as, hub: true, known: true, lease: true }, view.staff);
        const { engine, send } = view.staff;
        // The engine tells once a second only.
        const wantedOfEngine = { state: 'live', muted: as.mute, sending: { audio: send?.audio, video: send?.video && !situation.muted } };
        why.push(...difference(wantedOfEngine, engine).map((text) => `engine.${text}`));
        if (view.staff.people?.some(({ present }) => !present)) why.push('somebody is not there');
        for (const person of people) {
            const page = view[person.key];
            const inside = person.key !== 'waiting';
            const wanted = { connection: 'connected', place: inside ? 'admitted' : 'lobby', state: inside ? situation.state : 'waiting' };
            if (person.role !== 'observer') {
                wanted.microphone = person.has.audio ? 'on' : 'off';
                wanted.camera = person.has.video ? 'on' : 'off';
            }
            why.push(...difference({ ...page, ...wanted }, page).map((text) => `${person.key}.${text}`));
            const applicant = { id: view.staff.people?.find(({ role }) => role === 'applicant').id, has: wantedOfEngine.sending };
            for (const { id, has } of inside ? [applicant, ...people.filter(({ role }) => role !== 'observer')] : []) {
                const line = page.roster?.find((text) => text.startsWith(id)) ?? '';
                const told = { audio: !line.includes('microphone off'), video: !line.includes('camera off') };
                why.push(...difference(has, told).map((text) => `${person.key}'s roster on ${id}: ${text}`));
            }
            const seen = flowsOf(situation, people).filter(({ to }) => to === person)
                .map(({ from }) => `${from.role}: ${from.has.video ? 'moves' : 'camera_off'}`).sort();
            why.push(...difference({ tiles: seen }, page).filter((text) => text.startsWith('tiles')).map((text) => `${person.key}.${text}`));
        }
        return why.length === 0;
    }).catch(async (error) => {
        for (const person of people.filter(({ key }) => why.some((text) => text.startsWith(`${key}.tiles`)))) {
            const how = await person.asked(() => window.sightlineProbe.whyStill()).catch(({ message }) => message);
            why.push(`${person.key} ${JSON.stringify(how)}`);
        }
        throw new Error(`${error.message}: ${why.join('; ')}`);
    });
    return view;
}

/** Resolves when everything that ought to flow does; with what does not, after the limit. */
async function mediaFlows(situation, people, limitMs) {
    const since = Date.now();
    const missing = await Promise.all(flowsOf(situation, people).map(async ({ to, from }) => {
        const { role, has } = from;
        if (has.video) {
            const seen = await within(2 * limitMs, `${to.key} sees the ${role}`, to.page.evaluate(([of, moment, ms]) => (of === 'applicant'
                ? window.sightlineProbe.frameDrawnAfter(of, moment, ms) : window.sightlineProbe.nextFrame(of, ms)), [role, since, limitMs]));
            if (seen === null) return `${to.key} does not see the ${role}`;
        }
        if (!has.audio) return undefined;
        const before = (await to.heard())[role]?.audio ?? 0;
        return eventually(`${to.key} hears the ${role}`, limitMs, async () => ((await to.heard())[role]?.audio ?? 0) > before)
            .then(() => undefined, ({ message }) => message);
    }));
    return missing.filter((text) => text !== undefined);
}

/** What must not have been, since everybody's mark or, for a new page, since it was loaded. */
async function forbidden(situation, people, newcomer) {
    const found = [];
    const everybody = ['Applicant', ...people.map(({ name }) => name)];
    const flows = flowsOf(situation, people);
    for (const person of people) {
        const say = (text) => found.push(`${person.key}: ${text}`);
        const inside = person.key !== 'waiting';
        const mine = flows.filter(({ to }) => to === person).map(({ from }) => from);
        const heard = await person.heard();
        const { firsts, shown } = await person.traces();
        if (mine.length === 0 && (firsts > 0 || Object.keys(heard).some((role) => heard[role].audio + heard[role].video > 0))) {
            say(`received ${JSON.stringify(heard)}, ${firsts} receivers anew`);
        }
        for (const { role, has } of mine) {
            if (!has.video && heard[role]?.video > 0) say(`received ${heard[role].video} packets of the ${role}'s camera`);
            if (!has.audio && heard[role]?.energy > kSilentEnergy) say(`heard the ${role}: ${heard[role].energy}`);
        }
        const allowed = inside ? [`admitted ${situation.state} with people`] : ['lobby waiting'];
        if (person === newcomer && inside) allowed.push('lobby waiting', `admitted ${situation.state}`);
        for (const text of shown) if (!allowed.includes(text)) say(`the page showed "${text}"`);
        for (const message of person.page.said) {
            const text = JSON.stringify(message);
            if (!inside) {
                const names = everybody.filter((name) => name !== person.name && text.includes(name));
                const ids = people.filter(({ id }) => id !== person.id && text.includes(id));
                if (names.length + ids.length > 0 || ['roster', 'slots'].includes(message.type)) say(`is told ${text}`);
            }
            if ('state' in message) {
                const [state, pause] = inside ? [situation.state, situation.pause] : ['waiting', null];
                if (message.state !== state || (message.pause ?? null) !== pause) say(`is told ${text}`);
            }
            if ('place' in message && (message.place === 'admitted') !== inside) say(`is told ${text}`);
            if (message.type !== 'roster') continue;
            for (const { role, name, audio, video } of message.participants) {
                const sender = role === 'applicant' ? { audio: true, video: !situation.muted }
                    : people.find((other) => other.name === name)?.has;
                if (sender === undefined) say(`the roster names ${name}`);
                else if ((audio === 'on' && !sender.audio) || (video === 'on' && !sender.video)) {
                    say(`the roster says of ${name}: microphone ${audio}, camera ${video}`);
                }
            }
        }
        for (const problem of person.page.problems.splice(0)) say(problem);
    }
    return found;
}

/** Kills, brings back what a person would; when it was killed, and when a person had pressed the button again. */
async function kill(appliance, kind, victim) {
    if (kUnits.includes(kind)) {
        const { pid } = (await appliance.units())[kind];
        const at = Date.now();
        process.kill(pid, 'SIGKILL');
        await eventually(`the ${kind} runs again`, kGiveUpMs, async () => {
            const now = (await appliance.units())[kind];
            return now.state === 'running' && now.pid !== pid;
        }, 20);
        return { at, ready: Date.now() };
    }
    victim.mark = undefined;
    if (kind === 'browser') {
        const at = Date.now();
        await victim.profile.kill();
        await victim.comeBack();
        return { at, ready: Date.now() };
    }
    const at = await victim.profile.killTab(victim.page);
    await victim.openAgain();
    return { at, ready: Date.now() };
}

/** Nothing is under way any more of what somebody has switched off. */
const untilQuiet = (situation, people) => eventually('the last pictures are through', 20000, async () => {
    const dark = flowsOf(situation, people).filter(({ from }) => !from.has.video);
    const pictures = () => Promise.all(dark.map(async ({ to, from }) => (await to.heard())[from.role]?.video ?? 0));
    const before = await pictures();
    await sleep(400);
    return (await pictures()).every((count, index) => count === before[index]);
});

async function oneKill(appliance, host, people, situation, kind, victim) {
    await settled(host, people, situation);
    await untilQuiet(situation, people);
    const before = await settled(host, people, situation);
    for (const person of people) await person.setMark();
    const { at, ready } = await kill(appliance, kind, victim);
    let now;
    await eventually('', kGiveUpMs, async () => {
        now = await everything(host, people);
        return difference(before, now).length === 0;
    }, 20).catch(() => demand(false, `${kind} in ${situation.name}: after ${kGiveUpMs} ms: ${difference(before, now).join('; ')}`));
    const same = Date.now() - at;
    const missing = await mediaFlows(situation, people, kGiveUpMs);
    demand(missing.length === 0, `${kind} in ${situation.name}: ${missing.join('; ')}`);
    const back = Date.now() - at;
    // Whatever is late comes now.
    await sleep(500);
    const found = await forbidden(situation, people, kUnits.includes(kind) ? undefined : victim);
    for (const { to, from } of flowsOf(situation, people)) {
        if (!from.has.audio) continue;
        await eventually(`${to.key} hears the ${from.role} after the ${kind} was killed`, 8000,
            async () => (await to.heard())[from.role]?.energy > kSilentEnergy);
    }
    const who = victim === undefined ? '' : ` of the ${victim.key}`;
    console.log(`${kind}${who}, ${situation.name}: the same after ${same} ms, media after ${back} ms`);
    if (back > kBackMs) found.push(`back after ${back} ms only`);
    return { back, ready: ready - at, found: found.map((text) => `${kind}${who}, ${situation.name}: ${text}`) };
}

const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

await withAppliance(async (appliance) => {
    await eventually('the engine is there', 15000, async () => (await appliance.status()).engine !== undefined);
    const host = await hostOf(appliance);
    await host.prepare('Interview of the test', { video: 'given', audio: 'given', observers: 'given', metadata: 'given' });
    const book = new CounterBook();
    const people = await assemble(appliance, host, { book, fps: kCameraFps });
    await host.step('start');
    await sleep(Math.max(0, Math.max(...people.map(({ signedIn }) => signedIn)) + kCookieIsOnDiskMs - Date.now()));

    const times = Object.fromEntries(kKinds.map((kind) => [kind, []]));
    const restarts = Object.fromEntries(kKinds.map((kind) => [kind, []]));
    const troubles = [];
    for (let round = 0; round < kTimes; ++round) {
        const situation = kSituations[round % kSituations.length];
        await bringAbout(host, situation);
        for (const [index, kind] of kKinds.entries()) {
            if ((round * kKinds.length + index) % kEvery !== 0) continue;
            const victim = kUnits.includes(kind) ? undefined : people[(round + index) % people.length];
            // Every other time they change their mind just before.
            const flips = victim !== undefined && victim.role !== 'observer' && round % 8 >= 4 ? ['audio', 'video'] : [];
            for (const device of flips) await victim.switch(device, !victim.has[device]);
            const { back, ready, found } = await oneKill(appliance, host, people, situation, kind, victim);
            times[kind].push(back);
            restarts[kind].push(ready);
            for (const text of found) console.error(`trouble: ${text}`);
            troubles.push(...found);
            for (const device of flips) await victim.switch(device, !victim.has[device]);
        }
    }
    console.log(`sframe_counters ${book.tails.size} under ${book.keys.size} keys, ${book.clashes.length} used twice`);
    demand(book.tails.size > 1000, 'hardly a protected frame was seen');
    demand(book.clashes.length === 0, `a key and a counter were used twice: ${book.clashes[0]}`);
    console.log(`load_average ${os.loadavg()[1].toFixed(1)} processes`);
    for (const [kind, values] of Object.entries(times).filter(([, all]) => all.length > 0)) {
        console.log(`kill_${kind}_times ${values.length} kills`);
        console.log(`kill_${kind}_restart_median ${middle(restarts[kind])} ms`);
        console.log(`kill_${kind}_back_median ${middle(values)} ms`);
        console.log(`kill_${kind}_back_max ${Math.max(...values)} ms`);
    }
    demand(troubles.length === 0, `${troubles.length} troubles; the first: ${troubles[0]}`);
}, { demo: false, picture: kPicture });
