// A link of a given rate and round trip between a browser and a server, as a TCP relay on loopback: no rights are needed,
// and nothing else on the machine is slowed down. What all connections send in one direction shares one rate, first come,
// first served, and comes half a round trip later. Two things that a relay does not see are added: the round trip of
// TCP's own handshake, and its slow start (RFC 6928: ten segments before the first acknowledgement, RFC 5681 from there).
import net from 'node:net';

const kSegment = 1460;
const kFirstWindow = 10 * kSegment;
/** No TCP here keeps more than this under way: what comes in faster waits at its sender. */
const kMostWaiting = 256 * 1024;

/** One direction of the link: bytes leave at its rate, whichever connection they are of. */
class Lane {
    constructor(kbps, delayMs) {
        Object.assign(this, { bytesPerMs: kbps / 8, delayMs, freeAt: 0, bytes: 0 });
    }

    /** When the last of so many bytes, handed over now, is at the other end. */
    passes(bytes) {
        this.bytes += bytes;
        this.freeAt = Math.max(this.freeAt, performance.now()) + bytes / this.bytesPerMs;
        return this.freeAt + this.delayMs;
    }
}

/** What one end of one connection sends: in segments, no more of them under way than its window allows. */
class Stream {
    constructor(from, to, lane, notBefore) {
        Object.assign(this, { from, to, lane, notBefore });
        Object.assign(this, { window: kFirstWindow, unacknowledged: 0, waits: 0, waiting: [], underWay: [], ended: false });
        from.on('data', (bytes) => this.take(bytes));
        from.on('end', () => {
            this.ended = true;
            this.go();
        });
    }

    take(bytes) {
        for (let at = 0; at < bytes.length; at += kSegment) this.waiting.push(bytes.subarray(at, at + kSegment));
        this.waits += bytes.length;
        if (this.waits > kMostWaiting) this.from.pause();
        this.go();
    }

    /** Does all that is due, and comes back when the next thing is. Timers alone would not keep the order. */
    go() {
        clearTimeout(this.timer);
        const now = performance.now();
        while (this.underWay[0]?.acknowledgedAt <= now) this.acknowledged(this.underWay.shift());
        for (const segment of this.underWay) {
            if (segment.arrivesAt > now) break;
            if (!segment.arrived && this.to.writable) this.to.write(segment.bytes);
            segment.arrived = true;
        }
        if (this.notBefore <= now) this.send();
        if (this.ended && this.waiting.length === 0 && this.underWay.every(({ arrived }) => arrived)) this.to.end();
        const next = this.nextDue(now);
        if (next !== undefined) this.timer = setTimeout(() => this.go(), Math.max(1, next - now));
    }

    nextDue(now) {
        if (this.notBefore > now) return this.notBefore;
        const arrives = this.underWay.find(({ arrived }) => !arrived)?.arrivesAt;
        return this.underWay.length === 0 ? undefined : Math.min(arrives ?? Infinity, this.underWay[0].acknowledgedAt);
    }

    send() {
        while (this.waiting.length > 0 && this.unacknowledged + this.waiting[0].length <= this.window) {
            const bytes = this.waiting.shift();
            this.waits -= bytes.length;
            this.unacknowledged += bytes.length;
            const arrivesAt = this.lane.passes(bytes.length);
            this.underWay.push({ bytes, arrivesAt, acknowledgedAt: arrivesAt + this.lane.delayMs, arrived: false });
        }
        if (this.waits <= kMostWaiting && this.from.isPaused()) this.from.resume();
    }

    acknowledged({ bytes }) {
        this.unacknowledged -= bytes.length;
        this.window += bytes.length;
    }
}

/** `link`: { down, up, rtt } in kbit/s and ms; `down` is from the server at `port`. */
export class SlowRelay {
    static async open(port, { down, up, rtt }) {
        const relay = new SlowRelay(port, rtt, new Lane(down, rtt / 2), new Lane(up, rtt / 2));
        await new Promise((done) => relay.server.listen(0, '127.0.0.1', done));
        return relay;
    }

    constructor(port, rtt, down, up) {
        Object.assign(this, { down, up, sockets: new Set() });
        this.server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
            const server = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
            // The handshake that the browser believes to have had took no time on loopback.
            const shaken = performance.now() + rtt;
            new Stream(client, server, up, shaken);
            new Stream(server, client, down, shaken);
            for (const [socket, other] of [[client, server], [server, client]]) {
                this.sockets.add(socket);
                socket.on('error', () => other.destroy());
                socket.on('close', () => {
                    this.sockets.delete(socket);
                    if (socket.errored) other.destroy();
                });
            }
        });
    }

    get port() {
        return this.server.address().port;
    }

    close() {
        for (const socket of this.sockets) socket.destroy();
        this.server.close();
    }
}
