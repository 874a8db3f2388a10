// The worker that every encoded frame of a page passes through: out of the encoder it is protected, before the decoder
// it is opened. Without a key nothing goes out and nothing is shown; a page cannot send in clear by mistake.

import type { MediaKind } from './frame';
import { FrameLine } from './frame_line';
import { KeyStore } from './key_store';
import type { Opening } from './keyring';
import type { Order, Report, Way } from './orders';
import { SlotHealth } from './slot_health';

// Of the worker's global scope, which this project's pages otherwise do not know.
interface EncodedFrame {
    data: ArrayBuffer;
}
interface Transformer {
    readonly readable: ReadableStream<EncodedFrame>;
    readonly writable: WritableStream<EncodedFrame>;
    readonly options: Way;
}
type Passer = (frame: EncodedFrame, pass: (frame: EncodedFrame) => void) => Promise<void> | void;
declare const self: {
    onrtctransform: (event: { readonly transformer: Transformer }) => void;
    onmessage: (event: { readonly data: Order }) => void;
    postMessage: (report: Report) => void;
};

const kReportMs = 250;

const keys = new KeyStore();
const health = new SlotHealth();
const lines = new Set<FrameLine>();
const counts = {
    protected: { audio: 0, video: 0 },
    withheld: { audio: 0, video: 0 },
    openings: { opened: 0, no_trailer: 0, unknown_key: 0, wrong_sender: 0, replayed: 0, not_authentic: 0 },
};
/** Of each kind: the connections whose frames have been seen to go out protected. */
const proved: Record<MediaKind, Set<number>> = { audio: new Set(), video: new Set() };
let moved = false;
let seats: readonly (string | null)[] = [];

function out(kind: MediaKind, connection: number): Passer {
    return async (frame, pass) => {
        const sender = keys.sender(kind);
        ++(sender === undefined ? counts.withheld : counts.protected)[kind];
        if (sender === undefined) return;
        frame.data = (await sender.protect(kind, new Uint8Array(frame.data))).buffer;
        pass(frame);
        if (proved[kind].has(connection)) return;
        proved[kind].add(connection);
        self.postMessage({ say: 'protecting', kind, connection });
    };
}

function into(kind: MediaKind, slot: number, line: FrameLine): Passer {
    const note = (opening: Opening): void => {
        ++counts.openings[opening];
        // A frame that comes twice is no trouble of the picture's.
        if (opening !== 'replayed') health.note(slot, kind, opening === 'opened', performance.now());
    };
    return (frame, pass) => {
        const taken = line.enter(async (last) => {
            const { opening, frame: opened } = await keys.open(kind, slot, new Uint8Array(frame.data), performance.now());
            // Its key may be on its way.
            if (opening === 'unknown_key' && !last) return false;
            note(opening);
            if (opened !== undefined) {
                frame.data = opened.buffer;
                pass(frame);
            }
            return true;
        });
        if (!taken) note('unknown_key');
    };
}

self.onrtctransform = ({ transformer }) => {
    const { options, readable, writable } = transformer;
    const line = new FrameLine();
    const see = options.direction === 'out' ? out(options.kind, options.connection) : into(options.kind, options.slot, line);
    let open = true;
    const stream = new TransformStream<EncodedFrame, EncodedFrame>({
        transform(frame, controller) {
            moved = true;
            return see(frame, (passed) => {
                if (open) controller.enqueue(passed);
            });
        },
        flush() { open = false; },
    });
    lines.add(line);
    // Either end closes with its connection.
    readable.pipeThrough(stream).pipeTo(writable).catch(() => undefined).finally(() => {
        open = false;
        lines.delete(line);
    });
};

/** Kinds without a key are proved anew when they have one again. */
function settleProofs(): void {
    for (const kind of ['audio', 'video'] as const) {
        if (keys.sender(kind) !== undefined || proved[kind].size === 0) continue;
        proved[kind].clear();
        self.postMessage({ say: 'withholding', kind });
    }
}

async function obey(order: Order): Promise<void> {
    switch (order.do) {
        case 'take':
            try {
                await keys.take(order.epoch, order.send, order.receive);
            } finally {
                for (const line of lines) line.news();
                self.postMessage({ say: 'taken', epoch: order.epoch });
            }
            break;
        case 'switch':
            keys.switchTo(order.epoch, order.oldMs, performance.now());
            settleProofs();
            break;
        case 'hold':
            keys.hold(order.held);
            settleProofs();
            break;
        case 'seat':
            order.people.forEach((person, slot) => {
                if (person !== seats[slot]) health.clear(slot);
            });
            seats = order.people;
            keys.seat(seats);
            break;
        case 'forget':
            keys.forget();
            settleProofs();
    }
}

// One after the other, as they were given: making a key takes a moment. One that fails leaves frames that cannot be opened,
// which the person is told; it must not keep back the ones behind it.
let obeyed: Promise<void> = Promise.resolve();
self.onmessage = ({ data }) => { obeyed = obeyed.then(() => obey(data)).catch(() => undefined); };

let reported = '';
setInterval(() => {
    const now = performance.now();
    keys.tick(now);
    const unavailable = health.unavailable(now);
    if (!moved && String(unavailable) === reported) return;
    moved = false;
    reported = String(unavailable);
    self.postMessage({ say: 'counts', counts, unavailable });
}, kReportMs);
