// The hub cannot see or hear: an interview from the kiosk to Chromium and back, and then everything that the hub had,
// searched for sixteen bytes in a row of what any encoder gave or of a note that was written. Its memory while they talk,
// what it keeps on disk, its log, and all that went over its sockets. As a control the same with a page that does not
// encrypt: there the search must find what it looks for, and nobody may see or hear that page.
//
//   node blind_hub.mjs --build-dir DIR
import { execFileSync, spawn } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { FrameTap, trailerOf } from './frame_tap.mjs';
import { demand, eventually, patiently, sleep, withAppliance } from './harness.mjs';
import { memoryOf, Needles } from './memory_search.mjs';
import { comeIn, hears, hostOf, inPlace, isHeard, mustSee, sees } from './play.mjs';

const kTalkMs = 6000;
const kSnapshots = 4;
const kNote = 'The applicant hesitated at the word harbour and looked away, 7431.';

/** How much of a frame stays in clear, as designed. */
const clearBytes = ({ kind, bytes }) => (kind === 'audio' ? 1 : (bytes[0] & 1) === 0 ? 10 : 3);

async function bytesUnder(directory) {
    const all = [];
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
        const name = path.join(directory, entry.name);
        if (entry.isDirectory()) all.push(...await bytesUnder(name));
        else if (entry.isFile()) all.push(await readFile(name));
    }
    return all;
}

/** Everything on the loopback interface that a port of the hub's has to do with. */
class Wire {
    static async start(file) {
        try {
            execFileSync('tcpdump', ['--version'], { stdio: 'ignore' });
        } catch {
            return undefined;
        }
        const process = spawn('tcpdump', ['-i', 'lo', '-U', '-w', file, '-s', '0', 'udp or tcp'], { stdio: ['ignore', 'ignore', 'pipe'] });
        const wire = Object.assign(new Wire(), { file, process, said: '' });
        process.stderr.on('data', (text) => { wire.said += text; });
        await eventually('the capture starts', 5000, () => /listening on/.test(wire.said) || process.exitCode !== null);
        return process.exitCode === null ? wire : undefined;
    }

    async stop() {
        const gone = new Promise((done) => this.process.once('exit', done));
        this.process.kill('SIGINT');
        await gone;
        return readFile(this.file);
    }
}

async function snapshots(pid, count, everyMs) {
    const all = [];
    for (let i = 0; i < count; ++i) {
        for await (const piece of memoryOf(pid)) all.push(Buffer.from(piece));
        await sleep(everyMs);
    }
    return all;
}

function needlesOf(frames) {
    const needles = new Needles();
    for (const frame of frames) needles.add(frame.bytes.subarray(clearBytes(frame)));
    return needles;
}

const total = (needles, heaps) => heaps.reduce((sum, heap) => sum + needles.in(heap), 0);
const kilobytes = (heaps) => Math.ceil(heaps.reduce((sum, { length }) => sum + length, 0) / 1e3);

await withAppliance(async (appliance) => {
    const host = await hostOf(appliance);
    await host.prepare('Interview of the test', { video: 'given', audio: 'given', observers: 'given', metadata: 'given' });
    const tap = new FrameTap();
    const interviewer = await comeIn(appliance, host, 'interviewer', 'Interviewer I', (page) => tap.prepare(page));
    await host.admit('interviewer');
    await inPlace(interviewer, 'admitted');
    await host.step('start');
    const wire = await Wire.start(path.join(appliance.dir, 'wire.pcap'));
    await mustSee(interviewer, 'applicant', 'the interviewer does not see the applicant', 15000);
    demand(await isHeard(interviewer, 'applicant'), 'the interviewer does not hear the applicant');

    await interviewer.locator('[data-action="note"]').click();
    await interviewer.locator('textarea').fill(kNote);
    await interviewer.locator('[data-action="note-send"]').click();
    await interviewer.locator('[data-note][data-sent="1"]').waitFor({ timeout: patiently(10000) });

    const pid = (await appliance.units()).hub.pid;
    const memory = await snapshots(pid, kSnapshots, kTalkMs / kSnapshots);
    await tap.stop();
    const captured = wire === undefined ? undefined : await wire.stop();
    const disk = await bytesUnder(path.join(appliance.dir, 'state/hub'));
    const log = [await readFile(path.join(appliance.dir, 'hub.log'))];

    const plain = tap.plain();
    const from = (direction, kind) => plain.filter((frame) => frame.direction === direction && frame.kind === kind);
    for (const direction of ['in', 'out']) {
        for (const kind of ['audio', 'video']) {
            demand(from(direction, kind).length >= 50, `only ${from(direction, kind).length} frames of ${kind} ${direction} were seen`);
        }
    }
    for (const frame of tap.wire('out')) demand(trailerOf(frame) !== null, 'a frame left the page without a trailer');
    const needles = needlesOf(plain);
    needles.add(Buffer.from(kNote));
    needles.add(Buffer.from(Buffer.from(kNote).toString('base64')));
    demand(kilobytes(memory) > 1000, 'the hub\'s memory could not be read');
    const heaps = { memory, disk, log, ...(captured === undefined ? {} : { wire: [captured] }) };
    for (const [name, bytes] of Object.entries(heaps)) {
        const found = total(needles, bytes);
        console.log(`${name}: ${kilobytes(bytes)} kB, ${found} of ${needles.count} runs of 16 bytes found`);
        demand(found === 0, `the hub's ${name} has what an encoder gave, or the note`);
    }
    if (captured === undefined) console.log('*** NOT PROVEN HERE: the wire was not searched: tcpdump is not there or may not capture ***');
    // What is looked for must be findable: what the hub forwards is in its memory.
    const ciphertext = new Needles();
    for (const frame of tap.wire('out')) ciphertext.add(frame.bytes);
    const carried = total(ciphertext, memory);
    console.log(`control: ${carried} runs of the ciphertext found in the hub's memory`);
    demand(carried > 0, 'not even the ciphertext is found: the search is worth nothing');

    // The control: a page that leaves out SFrame.
    const clearTap = new FrameTap({ inClear: true });
    const interpreter = await comeIn(appliance, host, 'interpreter', 'Interpreter T', (page) => clearTap.prepare(page));
    await host.admit('interpreter');
    await inPlace(interpreter, 'admitted');
    await eventually('the page sends in clear', 20000, () => clearTap.wire('out').filter(({ kind }) => kind === 'video').length > 50);
    const dropped = await appliance.metric('sightline_sfu_rtp_unprotected_total');
    const leaking = await snapshots(pid, 2, 300);
    await clearTap.stop();
    const clear = needlesOf(clearTap.plain().filter(({ direction }) => direction === 'out'));
    const found = total(clear, leaking);
    console.log(`control: without SFrame ${found} of ${clear.count} runs found in the hub's memory, ${dropped} frames dropped by it`);
    demand(found > 0, 'what is sent in clear is not found either: the search is worth nothing');
    demand(dropped > 0, 'the hub has dropped nothing of what came in clear');
    demand(!await sees(interviewer, 'interpreter', 2000), 'a picture that was sent in clear is shown');
    demand(await hears(interviewer, 'interpreter', 1000) < -90, 'what was sent in clear is heard');
    console.log('passed');
}, { demo: false });
