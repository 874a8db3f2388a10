// What must not have happened in a page, not even for a moment: everything that arrived, everything that was shown and
// everything the hub said is kept, and judged afterwards. The part in the page runs after page_probe.mjs.

/** The script for Playwright's addInitScript. */
export const witnessScript = () => `(${install})();`;

function install() {
    const { connections, Original } = window.sightlineProbe;
    const heard = {};   // by whose tile it is for: packets and energy
    const known = new WeakMap();
    const kLookMs = 250;
    let first = 0;      // receivers that ever got a packet: also of connections that are closed by now
    const addTransceiver = Original.prototype.addTransceiver;
    Original.prototype.addTransceiver = function add(...args) {
        const transceiver = addTransceiver.apply(this, args);
        transceiver.receiver.track.addEventListener('unmute', () => { ++first; });
        return transceiver;
    };

    function whose(track) {
        for (const player of document.querySelectorAll('figure[data-role] :is(audio, video)')) {
            if (player.srcObject?.getTracks().some(({ id }) => id === track)) return player.closest('figure').dataset.role;
        }
        return 'nobody';
    }

    // Of a connection that is closed while it is asked, Chromium may never answer.
    const statsOf = (pc) => Promise.race([pc.getStats(), new Promise((done) => setTimeout(() => done(new Map()), 2000))]);

    async function lookNow() {
        for (const pc of connections) {
            if (pc.connectionState === 'closed') continue;
            if (!known.has(pc)) known.set(pc, new Map());
            const before = known.get(pc);
            for (const report of (await statsOf(pc)).values()) {
                if (report.type !== 'inbound-rtp') continue;
                const last = before.get(report.id) ?? { packets: 0, energy: 0 };
                const now = { packets: report.packetsReceived, energy: report.totalAudioEnergy ?? 0 };
                before.set(report.id, now);
                const of = (heard[whose(report.trackIdentifier)] ??= { audio: 0, video: 0, energy: 0 });
                of[report.kind] += now.packets - last.packets;
                of.energy += now.energy - last.energy;
            }
        }
    }
    let looking = Promise.resolve();
    const look = () => (looking = looking.then(lookNow, lookNow));
    // Looks never queue up: on a starved machine they would leave the page no time for anything else.
    void (async () => {
        for (;;) {
            const since = performance.now();
            await look().catch(() => undefined);
            await new Promise((done) => setTimeout(done, Math.max(kLookMs, 2 * (performance.now() - since))));
        }
    })();

    // Where the page said that one is, and whether it named or showed anybody.
    const shown = [];
    const note = () => {
        const root = document.querySelector('.root[data-place]');
        if (root === null) return;
        const named = document.querySelector('[data-person], figure[data-role]') === null ? '' : ' with people';
        const text = `${root.dataset.place} ${root.dataset.state}${named}`;
        if (shown.at(-1) !== text) shown.push(text);
    };
    new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true });

    window.sightlineWitness = {
        async heard() {
            await look();
            return structuredClone(heard);
        },
        firsts: () => first,
        shown,
    };
}

/** Keeps what the hub says to a page, oldest first, in `page.said`. */
export function listen(page) {
    page.said = [];
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => page.said.push(JSON.parse(payload))));
}
