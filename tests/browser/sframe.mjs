// SFrame in the browser itself: the shared vectors under Chromium's WebCrypto, and a call within one page whose frames
// pass through the pages' worker both ways: nothing without a key, all of it under the right one, nothing under another.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { demand, eventually, kRoot, launchChromium, sleep, webRequire } from './harness.mjs';

const { build } = webRequire('esbuild');
const kSource = path.join(kRoot, 'appliance/web/src/sframe');

const bundle = async (entry, format) => (await build({
    stdin: { contents: entry, resolveDir: kSource, loader: 'ts' }, bundle: true, write: false, format, globalName: 'sframe',
    target: 'chrome111', logLevel: 'warning',
})).outputFiles[0].text;

const library = await bundle("export * from './frame'; export * from './frame_cipher'; export * from './header';", 'iife');
const worker = await bundle("import './worker';", 'iife');
const vectors = JSON.parse(await readFile(path.join(kRoot, 'tests/vectors/sframe.json'), 'utf8'));

// Runs in the page.
async function checkVectors(all) {
    const { FrameCipher, joined, kSuites, parseHeader, parseTrailer, protect, unprotect, writeHeader } = window.sframe;
    const bytes = (text) => new Uint8Array((text.match(/../g) ?? []).map((two) => parseInt(two, 16)));
    const hex = (some) => [...some].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const wrong = [];
    const same = (what, is, wanted) => { if (is !== wanted) wrong.push(`${what}: ${is} instead of ${wanted}`); };
    for (const { kid, counter, encoded } of all.header) {
        same('header', hex(writeHeader({ kid: BigInt(kid), counter: BigInt(counter) })), encoded);
        same('parsed', String(parseHeader(bytes(encoded))?.kid), kid);
    }
    for (const vector of all.sframe) {
        const suite = kSuites.find(({ id }) => id === vector.suite);
        const cipher = await FrameCipher.create(BigInt(vector.kid), bytes(vector.base_key), suite);
        const header = writeHeader({ kid: BigInt(vector.kid), counter: BigInt(vector.counter) });
        const sealed = await cipher.seal(BigInt(vector.counter), joined(header, bytes(vector.metadata)), bytes(vector.plain));
        same(`suite ${vector.suite}`, hex(joined(header, sealed)), vector.sealed);
    }
    for (const vector of all.ctr_hmac) {
        const suite = kSuites.find(({ id }) => id === vector.suite);
        const cipher = await FrameCipher.fromKeys(0n, suite, bytes(vector.cipher_key + vector.mac_key), bytes(vector.nonce));
        same(`C.2 suite ${vector.suite}`, hex(await cipher.seal(0n, bytes(vector.aad), bytes(vector.plain))), vector.sealed);
    }
    for (const vector of all.frames) {
        const cipher = await FrameCipher.create(BigInt(vector.kid), bytes(vector.base_key));
        same('frame', hex(await protect(cipher, BigInt(vector.counter), vector.kind, bytes(vector.frame))), vector.protected);
        const sealed = bytes(vector.protected);
        same('opened', hex(await unprotect(cipher, parseTrailer(sealed), vector.kind, sealed) ?? bytes('ff')), vector.frame);
    }
    return wrong;
}

// Runs in the page: milliseconds that a second of 720p30 at 1 Mbit/s and of sound takes, on the average of twenty.
async function costOfASecond() {
    const { FrameCipher, parseTrailer, protect, unprotect } = window.sframe;
    const cipher = await FrameCipher.create(8388737n, new Uint8Array(32).fill(7));
    const frames = [];
    for (let i = 0; i < 30; ++i) frames.push(['video', new Uint8Array(4200).fill(1)]);
    for (let i = 0; i < 50; ++i) frames.push(['audio', new Uint8Array(80).fill(0x78)]);
    const spent = { protect: 0, open: 0 };
    let counter = 0n;
    const kSeconds = 20;
    for (let second = 0; second < kSeconds; ++second) {
        const sealed = [];
        let start = performance.now();
        for (const [kind, frame] of frames) sealed.push([kind, await protect(cipher, counter++, kind, frame)]);
        spent.protect += performance.now() - start;
        start = performance.now();
        for (const [kind, frame] of sealed) await unprotect(cipher, parseTrailer(frame), kind, frame);
        spent.open += performance.now() - start;
    }
    return { protect: spent.protect / kSeconds, open: spent.open / kSeconds };
}

// Runs in the page: one connection to another, sound and a moving picture, transforms set before the offer.
async function call(source) {
    const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const sending = new Worker(url), receiving = new Worker(url);
    const counts = { sending: undefined, receiving: undefined };
    const proved = [];
    sending.onmessage = ({ data }) => {
        if (data.say === 'counts') counts.sending = data.counts;
        if (data.say === 'protecting') proved.push(data.kind);
    };
    receiving.onmessage = ({ data }) => { if (data.say === 'counts') counts.receiving = data.counts; };
    receiving.postMessage({ do: 'seat', people: ['a1'] });
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d');
    let turn = 0;
    setInterval(() => { pen.fillStyle = `hsl(${turn += 7} 80% 50%)`; pen.fillRect(0, 0, 300, 150); }, 40);
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const speaker = audio.createMediaStreamDestination();
    tone.connect(speaker);
    tone.start();
    await audio.resume();
    const from = new RTCPeerConnection(), to = new RTCPeerConnection();
    from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
    to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate);
    for (const track of [speaker.stream.getAudioTracks()[0], canvas.captureStream(25).getVideoTracks()[0]]) {
        const { sender } = from.addTransceiver(track, { direction: 'sendonly' });
        sender.transform = new RTCRtpScriptTransform(sending, { direction: 'out', kind: track.kind, connection: 1 });
    }
    to.ontrack = ({ receiver, track }) => {
        receiver.transform = new RTCRtpScriptTransform(receiving, { direction: 'in', kind: track.kind, slot: 0 });
        const video = document.createElement('video');
        Object.assign(video, { srcObject: new MediaStream([track]), autoplay: true, muted: track.kind === 'video' });
        document.body.append(video);
    };
    const [, video] = from.getTransceivers();
    video.setCodecPreferences(RTCRtpReceiver.getCapabilities('video').codecs.filter(({ mimeType }) => /VP8|rtx/i.test(mimeType)));
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription);
    const state = async () => {
        const report = { sent: 0, frames: 0, samples: 0 };
        for (const stat of (await from.getStats()).values()) if (stat.type === 'outbound-rtp') report.sent += stat.packetsSent;
        for (const stat of (await to.getStats()).values()) {
            if (stat.type !== 'inbound-rtp') continue;
            report.frames += stat.framesDecoded ?? 0;
            report.samples += stat.kind === 'audio' ? (stat.totalSamplesReceived ?? 0) - (stat.concealedSamples ?? 0) : 0;
        }
        return { ...report, ...counts, proved };
    };
    window.played = { sending, receiving, state };
}

// `keys`: of one epoch, each a kind, a KID and what fills the base key.
const give = (page, who, epoch, keys) => page.evaluate(([to, number, list]) => {
    const all = list.map(([kind, kid, fill]) => ({ kind, kid: BigInt(kid), key: new Uint8Array(32).fill(fill), sender: 'a1' }));
    window.played[to].postMessage({ do: 'take', epoch: number, send: to === 'sending' ? all : [], receive: to === 'sending' ? [] : all });
    window.played[to].postMessage({ do: 'switch', epoch: number, oldMs: 0 });
}, [who, epoch, keys]);
const state = (page) => page.evaluate(() => window.played.state());

const server = createServer((_, reply) => reply.setHeader('Content-Type', 'text/html').end('<!doctype html><title>SFrame</title>'));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const browser = await launchChromium({ capture: false });
try {
    const page = await browser.newPage();
    await page.goto(`http://localhost:${server.address().port}/`);
    await page.evaluate(library + '; window.sframe = sframe;');
    const wrong = await page.evaluate(checkVectors, vectors);
    demand(wrong.length === 0, wrong.join('\n'));
    console.log(`vectors ${vectors.header.length} headers, ${vectors.ctr_hmac.length} + ${vectors.sframe.length} suites, ${vectors.frames.length} frames`);

    const cost = await page.evaluate(costOfASecond);
    console.log(`sframe_browser_720p30 protect ${(cost.protect / 10).toFixed(2)} % of one core, open ${(cost.open / 10).toFixed(2)} %`);

    await page.evaluate(call, worker);
    await eventually('frames are withheld for want of a key', 10_000, async () => {
        const { sending } = await state(page);
        return sending?.withheld.audio > 20 && sending.withheld.video > 5;
    });
    demand((await state(page)).sent === 0, 'packets went out without a key');

    const first = [['audio', 21, 1], ['video', 22, 1]];
    await give(page, 'sending', 1, first);
    await eventually('frames come that nobody can open', 10_000, async () => (await state(page)).receiving?.openings.unknown_key > 20);
    demand((await state(page)).frames === 0, 'a picture was shown without a key');
    await give(page, 'receiving', 1, first);
    await eventually('pictures and sound', 10_000, async () => {
        const { frames, samples } = await state(page);
        return frames > 10 && samples > 24_000;
    });
    // Frames that had to wait for their key a busy browser may give up, or damage: those are not what is asked here.
    const begun = await state(page);
    await eventually('frames under the key', 10_000, async () =>
        (await state(page)).receiving.openings.opened - begun.receiving.openings.opened > 200);
    const good = await state(page);
    const since = (opening) => good.receiving.openings[opening] - begun.receiving.openings[opening];
    demand(good.proved.sort().join() === 'audio,video', 'the worker has not said that it protects');
    demand(good.receiving.openings.no_trailer === 0, 'a frame came in clear');
    demand(since('not_authentic') === 0 && since('replayed') === 0, `frames were damaged: ${JSON.stringify(good.receiving.openings)}`);
    console.log(`protected ${JSON.stringify(good.sending.protected)} openings ${JSON.stringify(good.receiving.openings)}`);

    // The next generation, of which the receiver gets a wrong key for the picture.
    await give(page, 'receiving', 2, [['audio', 31, 2], ['video', 32, 9]]);
    await give(page, 'sending', 2, [['audio', 31, 2], ['video', 32, 2]]);
    await eventually('pictures under the wrong key are not opened', 10_000,
        async () => (await state(page)).receiving.openings.not_authentic > 10);
    const before = await state(page);
    await sleep(1000);
    const after = await state(page);
    demand(after.frames === before.frames, 'a picture under the wrong key was shown');
    demand(after.samples - before.samples > 24_000, 'the sound did not go on under its new key');
    console.log('no picture under a wrong key, sound goes on');
} finally {
    await browser.close();
    server.close();
}
