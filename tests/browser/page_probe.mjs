// What the tests measure inside a page: put there before the page's own scripts run, it watches the peer
// connections and sockets that they make and looks at their videos; it changes nothing.
import { decodeClock, sinceClock } from './clock_strip.mjs';

/** The script for Playwright's addInitScript. */
export function probeScript() {
    return `(() => { ${decodeClock}\n${sinceClock}\n(${install})(decodeClock, sinceClock); })()`;
}

function install(decodeClock, sinceClock) {
    const connections = [];
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
        constructor(...args) {
            super(...args);
            connections.push(this);
        }
    };

    const sockets = [];
    const OriginalSocket = window.WebSocket;
    window.WebSocket = class extends OriginalSocket {
        constructor(...args) {
            super(...args);
            sockets.push(this);
        }
    };

    /** Of a role, or of one participant where several have that role. */
    const partOf = (who, kind) => document.querySelector(`:is([data-role="${who}"], [data-participant="${who}"]) ${kind}`);
    const videoOf = (who) => partOf(who, 'video');
    const audioOf = (who) => partOf(who, 'audio');
    const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
    const wall = (performanceTime) => performance.timeOrigin + performanceTime;
    const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

    /** What each connection that is open receives as pictures: its state and its report. */
    async function incomingVideo() {
        const found = [];
        for (const pc of connections) {
            if (pc.connectionState === 'closed') continue;
            for (const report of (await pc.getStats()).values()) {
                if (report.type === 'inbound-rtp' && report.kind === 'video') found.push({ state: pc.connectionState, report });
            }
        }
        return found;
    }

    const framesDecoded = async () =>
        (await incomingVideo()).reduce((sum, { report }) => sum + (report.framesDecoded ?? 0), 0);

    /** What a picture that does not come may lack: packets, frames, a key, a decoder that begins, a page that is drawn. */
    async function whyStill() {
        const drawn = await Promise.race([new Promise((done) => requestAnimationFrame(() => done('yes'))), sleep(2000)]);
        const pictures = (await incomingVideo()).filter(({ report }) => report.packetsReceived > 0).map(({ state, report }) => ({
            state, mid: report.mid, packets: report.packetsReceived, frames: report.framesReceived,
            decoded: report.framesDecoded, keyFrames: report.keyFramesDecoded, plis: report.pliCount,
        }));
        const players = [...document.querySelectorAll('figure.tile:not([hidden])')].map((tile) => {
            const video = tile.querySelector('video');
            return { ...tile.dataset, said: tile.innerText, ready: video?.readyState, paused: video?.paused, at: video?.currentTime };
        });
        return { drawn: drawn ?? 'no', visible: document.visibilityState, pictures, players };
    }

    /** Resolves with performance.now() when the role's next frame is shown. */
    async function nextFrame(role, limitMs) {
        const until = performance.now() + limitMs;
        while (performance.now() < until) {
            const video = videoOf(role);
            const shown = video === null ? null : await new Promise((done) => {
                const timer = setTimeout(() => done(null), 250);
                video.requestVideoFrameCallback((now) => {
                    clearTimeout(timer);
                    done(now);
                });
            });
            if (shown !== null) return shown;
            if (video === null) await sleep(20);
        }
        return null;
    }

    /** Resolves with the clock of a shown frame that was drawn after the wall-clock moment, or null after the limit. */
    async function frameDrawnAfter(role, moment, limitMs) {
        const until = performance.now() + limitMs;
        while (performance.now() < until) {
            const frames = [];
            let over = false;
            if (videoOf(role) !== null) watchPicture(role, frames, () => over);
            await sleep(120);
            over = true;
            const fresh = frames.find(({ clock }) => sinceClock(moment, clock) < 0);
            if (fresh !== undefined) return fresh.clock;
        }
        return null;
    }

    /** The loudest 50 ms heard from a role, in dB relative to full scale; -120 when the page does not play it. */
    async function audioLevel(role, durationMs) {
        const player = audioOf(role);
        for (const until = performance.now() + durationMs; player.currentTime === 0 && performance.now() < until;) await sleep(40);
        if (player.currentTime === 0 || player.paused || player.muted) return -120;
        const context = new AudioContext();
        const analyser = new AnalyserNode(context, { fftSize: 2048 });
        context.createMediaStreamSource(audioOf(role).srcObject).connect(analyser);
        const samples = new Float32Array(analyser.fftSize);
        let loudest = 0;
        for (const until = performance.now() + durationMs; performance.now() < until; await sleep(40)) {
            analyser.getFloatTimeDomainData(samples);
            loudest = Math.max(loudest, Math.hypot(...samples) / Math.sqrt(samples.length));
        }
        await context.close();
        return 20 * Math.log10(Math.max(loudest, 1e-6));
    }

    /**
     * For each frame shown: when (wall clock, ms) the browser expects it on the screen, and the clock in it.
     * Frames whose strip cannot be read are left out.
     */
    function watchPicture(role, frames, stopped) {
        const video = videoOf(role);
        const canvas = new OffscreenCanvas(640, 20);
        const context = canvas.getContext('2d', { willReadFrequently: true });
        const look = (now, metadata) => {
            if (stopped()) return;
            const height = Math.max(1, Math.floor(video.videoHeight / 18));
            canvas.width = video.videoWidth;
            canvas.height = height;
            context.drawImage(video, 0, 0);
            const row = context.getImageData(0, Math.floor(height / 2), canvas.width, 1).data;
            const luma = Array.from({ length: 42 }, (_, cell) => {
                const at = 4 * Math.floor(((cell + 0.5) * canvas.width) / 42);
                return 0.299 * row[at] + 0.587 * row[at + 1] + 0.114 * row[at + 2];
            });
            const clock = decodeClock(luma);
            if (clock !== null) frames.push({ shown: wall(metadata.expectedDisplayTime), clock });
            video.requestVideoFrameCallback(look);
        };
        video.requestVideoFrameCallback(look);
    }

    /**
     * When (wall clock, ms) each marked 2 kHz tone begins to be heard. The tone is found with a Goertzel filter over
     * 3 ms windows that step by 1.3 ms; context time becomes wall time through getOutputTimestamp, which counts the
     * latency of the audio output in.
     */
    async function watchTone(role, tones, durationMs) {
        const context = new AudioContext({ latencyHint: 'interactive' });
        const analyser = new AnalyserNode(context, { fftSize: 4096 });
        context.createMediaStreamSource(audioOf(role).srcObject).connect(analyser);
        const rate = context.sampleRate;
        const window = Math.round(rate * 0.003);
        const step = 64;
        const coefficient = 2 * Math.cos((2 * Math.PI * 2000) / rate);
        const amplitude = (samples, from) => {
            let s1 = 0;
            let s2 = 0;
            for (let i = from; i < from + window; ++i) [s2, s1] = [s1, samples[i] + coefficient * s1 - s2];
            return (2 * Math.sqrt(Math.max(0, s1 * s1 + s2 * s2 - coefficient * s1 * s2))) / window;
        };
        const samples = new Float32Array(analyser.fftSize);
        let seenUntil = 0;
        for (const until = performance.now() + durationMs; performance.now() < until; await sleep(20)) {
            analyser.getFloatTimeDomainData(samples);
            const end = context.currentTime;
            const { contextTime, performanceTime } = context.getOutputTimestamp();
            if (!performanceTime) continue;
            let quiet = 0;
            for (let at = 0; at + window <= samples.length; at += step) {
                const loud = amplitude(samples, at);
                // Wanted: 30 ms without the tone, then the tone for 20 ms.
                if (loud < 0.1) {
                    quiet += step;
                    continue;
                }
                const later = at + Math.round(rate * 0.02);
                const heard = end - (samples.length - at) / rate;
                if (quiet >= rate * 0.03 && later + window <= samples.length && amplitude(samples, later) > 0.2 &&
                    heard > seenUntil + 0.5) {
                    seenUntil = heard;
                    tones.push(wall(performanceTime + (heard - contextTime) * 1000));
                }
                quiet = 0;
            }
        }
        await context.close();
    }

    /**
     * Delay of picture and sound of one person, from the clock in the picture and the tone that begins with each full
     * second of that clock. lipSync > 0: the sound comes after the picture. Nothing is compensated.
     */
    async function delays(role, durationMs) {
        const frames = [];
        const tones = [];
        let over = false;
        watchPicture(role, frames, () => over);
        await watchTone(role, tones, durationMs);
        over = true;
        const picture = frames.map(({ shown, clock }) => sinceClock(shown, clock));
        const differences = [];
        for (const tone of tones) {
            // The picture's delay around the time of this very tone.
            const near = frames.filter(({ shown }) => Math.abs(shown - tone) < 700)
                .map(({ shown, clock }) => sinceClock(shown, clock));
            if (near.length < 5) continue;
            // The tone belongs to the full second nearest to what the picture showed when it was heard.
            // Full seconds are those of the 32-bit clock in the picture, whose wrap is no multiple of 1000.
            const late = (tone % 2 ** 32) - median(near);
            differences.push(late - Math.round(late / 1000) * 1000);
        }
        return {
            frames: frames.length, tones: differences.length,
            picture: picture.length > 0 ? median(picture) : null,
            lipSync: differences.length > 0 ? median(differences) : null,
        };
    }

    window.sightlineProbe = {
        connections, sockets, framesDecoded, whyStill, nextFrame, frameDrawnAfter, audioLevel, delays, videoOf, audioOf, Original,
    };
}
