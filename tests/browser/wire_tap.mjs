// Everything that the network hands to one page: replies with their headers (session descriptions among them) and
// messages on sockets, as the browser's own debugger sees them. What a script of the page would miss is in it too.

import { sleep } from './harness.mjs';

const kPatienceMs = 2000;

export class WireTap {
    /** Before the page goes anywhere. */
    constructor(page) {
        this.files = [];
        this.said = [];
        this.pending = [];
        page.on('response', (response) => this.pending.push(this.note(response)));
        page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => this.said.push(String(payload))));
    }

    async note(response) {
        // A page that is left takes what is still missing of its last replies along.
        const orNothing = (wanted, nothing) =>
            Promise.race([wanted.catch(() => nothing), sleep(kPatienceMs).then(() => nothing)]);
        const headers = await orNothing(response.allHeaders(), {});
        const body = await orNothing(response.text(), '');
        const isFile = !new URL(response.url()).pathname.startsWith('/v1/');
        (isFile ? this.files : this.said).push(`${response.status()} ${JSON.stringify(headers)}\n${body}`);
    }

    /** What the hub said to this page alone, from the message `from` on. */
    async told(from = 0) {
        await Promise.allSettled(this.pending);
        return this.said.slice(from).join('\n');
    }
}

/** The text has it as a word: within sealed letters, which are base64, any few letters are found by chance. */
export function hasWord(text, word) {
    const isOfAWord = (letter) => letter !== undefined && /[A-Za-z0-9+/_-]/.test(letter);
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
        if (!isOfAWord(text[at - 1]) && !isOfAWord(text[at + word.length])) return true;
    }
    return false;
}

/** What somebody else could reach or imitate this page by: ICE credentials, ports, addresses that are not of this machine alone. */
export const traces = (page) => page.evaluate(async () => {
    const found = { secrets: new Set(), peers: new Set() };
    for (const pc of window.sightlineProbe.connections) {
        for (const [, text] of (pc.localDescription?.sdp ?? '').matchAll(/^a=ice-(?:ufrag|pwd):(\S+)/gm)) found.secrets.add(text);
        if (pc.connectionState === 'closed') continue;
        for (const report of (await pc.getStats()).values()) {
            if (report.type === 'local-candidate') found.secrets.add(`${report.address ?? report.ip} ${report.port}`);
            if (report.type === 'remote-candidate') found.peers.add(`${report.address ?? report.ip}:${report.port}`);
        }
    }
    return { secrets: [...found.secrets].filter((text) => !/^(null|undefined|) |undefined/.test(text)), peers: [...found.peers] };
});
