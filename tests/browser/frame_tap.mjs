// What passes through a page's worker, seen from inside: every frame before it is protected and after, and what the
// worker makes of those that arrive. The worker's code is the pages' own, with a few lines in front of it; the tests
// that use this measure what leaves an encoder and what nobody between may ever have.

const kPattern = /\/sframe[^/]*\.js$/;

// Runs in the worker, before its own code. Keeps a bound on everything: a test looks at some seconds. Without
// `keepFrames` only what is on the wire is told.
function install(keepFrames, isOnWire) {
    const channel = new BroadcastChannel('sightline-frame-tap');
    let way;
    let handler;
    let inClear = false;
    let enough = false;
    channel.onmessage = ({ data }) => {
        if (data === 'in clear') inClear = true;
        if (data === 'enough') enough = true;
    };
    const says = (direction, kind, side, frame) => {
        if (enough || !(keepFrames || isOnWire({ direction, side }))) return;
        const bytes = new Uint8Array(frame.data);
        channel.postMessage({
            direction, kind, side, size: bytes.length, at: performance.timeOrigin + performance.now(),
            tail: bytes.slice(-20), bytes: keepFrames ? bytes.slice() : undefined,
        });
    };
    const seen = (direction, kind, side) => new TransformStream({
        transform(frame, controller) {
            says(direction, kind, side, frame);
            controller.enqueue(frame);
        },
    });
    Object.defineProperty(self, 'onrtctransform', {
        configurable: true,
        get: () => handler,
        set(value) {
            handler = value;
            self.addEventListener('rtctransform', (event) => {
                way = event.transformer.options;
                value(event);
                way = undefined;
            });
        },
    });
    const pipeThrough = ReadableStream.prototype.pipeThrough;
    ReadableStream.prototype.pipeThrough = function piped(stream, ...rest) {
        if (way === undefined) return pipeThrough.call(this, stream, ...rest);
        const { direction, kind } = way;
        const before = pipeThrough.call(this, seen(direction, kind, 'encoder-or-wire'));
        // The control: what a page sends that does not encrypt.
        const through = direction === 'out' && inClear ? before : pipeThrough.call(before, stream, ...rest);
        return pipeThrough.call(through, seen(direction, kind, 'wire-or-decoder'));
    };
}

const isOnWire = ({ direction, side }) => (direction === 'out') === (side === 'wire-or-decoder');

/** Under which key and counter each protected frame went that any page has sent or received. */
export class CounterBook {
    constructor() {
        Object.assign(this, { tails: new Map(), keys: new Set(), clashes: [] });
    }

    note(frame) {
        const trailer = trailerOf(frame);
        if (trailer === null) return;
        this.keys.add(trailer.kid);
        const place = `${trailer.kid} ${trailer.counter}`;
        const tail = frame.tail.toString('hex');
        const before = this.tails.get(place);
        // The same frame comes to several people; another one under the same counter gives both away.
        if (before === undefined) this.tails.set(place, tail);
        else if (before !== tail) this.clashes.push(place);
    }
}

export class FrameTap {
    /** Before the page goes anywhere: `appliance.open(browser, link, (page) => tap.prepare(page))`. */
    constructor({ keepFrames = true, inClear = false, book = undefined } = {}) {
        Object.assign(this, { keepFrames, inClear, book, frames: [] });
    }

    async prepare(page) {
        this.page = page;
        const front = `(${install})(${this.keepFrames}, ${isOnWire});`.replace('let inClear = false', `let inClear = ${this.inClear}`);
        await page.context().route(kPattern, async (route) => {
            const reply = await route.fetch();
            await route.fulfill({ response: reply, body: `${front}\n${await reply.text()}` });
        });
        await page.exposeBinding('sightlineTapped', (_, frames) => {
            for (const { bytes, tail, ...facts } of frames) {
                const frame = {
                    ...facts, tail: Buffer.from(tail, 'base64'), bytes: bytes === '' ? undefined : Buffer.from(bytes, 'base64'),
                };
                if (this.keepFrames) this.frames.push(frame);
                if (isOnWire(frame)) this.book?.note(frame);
            }
        });
        await page.addInitScript(() => {
            const text = (bytes) => (bytes === undefined ? '' : btoa(String.fromCharCode(...bytes)));
            const channel = new BroadcastChannel('sightline-frame-tap');
            let kept = [];
            channel.onmessage = ({ data }) => {
                if (typeof data !== 'string') kept.push({ ...data, bytes: text(data.bytes), tail: text(data.tail) });
            };
            setInterval(() => {
                if (kept.length > 0) void window.sightlineTapped(kept);
                kept = [];
            }, 200);
        });
    }

    /** No more from here on: a machine that is loaded would drown in frames that nobody looks at. */
    async stop() {
        await this.page.evaluate(() => {
            const channel = new BroadcastChannel('sightline-frame-tap');
            channel.postMessage('enough');
            channel.close();
        });
    }

    /** What this page's encoders gave, and what its decoders got: the others' encoders' output. */
    plain() {
        return this.frames.filter(({ direction, side }) => (direction === 'out') === (side === 'encoder-or-wire'));
    }

    wire(direction) {
        return this.frames.filter((frame) => frame.direction === direction && isOnWire(frame));
    }
}

/** KID and counter of a protected frame's trailer (RFC 9605 section 4.3; the header's length is the last byte). Null: none. */
export function trailerOf({ tail }) {
    const length = tail.at(-1);
    if (length === undefined || length < 1 || length > 17 || tail.length < length + 1) return null;
    const header = tail.subarray(tail.length - 1 - length, tail.length - 1);
    const number = (from, size) => [...header.subarray(from, from + size)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
    const config = header[0];
    const kidSize = config & 0x80 ? ((config >> 4) & 7) + 1 : 0;
    const counterSize = config & 0x08 ? (config & 7) + 1 : 0;
    if (length !== 1 + kidSize + counterSize) return null;
    return {
        kid: kidSize > 0 ? number(1, kidSize) : BigInt((config >> 4) & 7),
        counter: counterSize > 0 ? number(1 + kidSize, counterSize) : BigInt(config & 7),
    };
}
