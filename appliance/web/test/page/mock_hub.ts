// A hub for the pages' own tests: static pages under the real Content-Security-Policy, WHIP and WHEP answered by a
// page of the same browser, the control socket by Playwright. The real hub is tested in tests/browser.

import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { kSession, MockKiosk } from '../support/mock_kiosk';
import { answerOffer, dropAll, preparePeers, receivedCounts, restartIce, setPeerKeys } from './peer_page';

const kCsp =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
    "connect-src 'self' ws://localhost:*; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const kTypes: Record<string, string> = {
    html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml',
};

export interface Member {
    id: string; name: string; role: string; present: boolean; publishing: boolean; audio: string; video: string;
    organisation?: string;
}

export type Place = 'lobby' | 'admitted';

/** As the hub tells it: in the lobby nothing but to wait, or that it is over. */
export interface Situation {
    place: Place; state: string; pause: string | null; end_reason: string | null;
}

const kLive: Situation = { place: 'admitted', state: 'live', pause: null, end_reason: null };

export class MockHub {
    readonly requests: string[] = [];
    readonly said: Record<string, unknown>[] = [];
    members: Member[] = [];
    slots: (string | null)[] = [];
    situation: Situation = kLive;
    /** Answer requests to /v1/… with this status instead. */
    failWith: number | undefined;
    /** What the pages' door is answered: who is signed in already, and with what signing in is refused. */
    signedIn: string | undefined = 'J. de Vries';
    refuseSignIn: number | undefined;
    /** The origin of another hub that has the interview. */
    elsewhere: string | undefined;
    /** The same, as the reason of `closeWith`. */
    socketElsewhere: string | undefined;
    offersPasskey = false;
    /** Slots that send no picture. */
    pictureless: readonly number[] = [];
    /** People of whom frames come in clear. */
    clear: readonly string[] = [];
    /** Who has the keys; undefined: the kiosk is away, and letters are refused. */
    kiosk: MockKiosk | undefined;
    /** Letters of the page, and what went wrong with them at the kiosk. */
    readonly letters: string[] = [];
    readonly letterTroubles: unknown[] = [];
    /** Requests of the door, in order; `said` has the rest of the talk. */
    readonly door: { path: string; body: Record<string, unknown> }[] = [];
    /** Requests that did not say from which page they came. */
    pageless = 0;
    /** Close every control socket with this code at once. */
    closeWith: number | undefined;

    private server_: Server;
    private sockets_ = new Set<WebSocketRoute>();
    private may_: string[] = [];
    private self_ = '';
    private whep_ = '';
    private tickets = 0;
    private next_ = 1;
    private carrying_: Promise<void> = Promise.resolve();
    private told_ = 0; // the epoch of which the peers have the keys

    private constructor(private readonly pages_: string, private readonly peers_: Page) {
        this.server_ = createServer((request, response) => {
            this.serve(request, response).catch(() => response.writeHead(500).end());
        });
    }

    static async start(browser: Browser, pages: string): Promise<MockHub> {
        const context = await browser.newContext();
        const hub = new MockHub(pages, await context.newPage());
        await new Promise<void>((done) => hub.server_.listen(0, '127.0.0.1', done));
        await context.grantPermissions(['camera', 'microphone'], { origin: hub.origin });
        await hub.peers_.goto(`${hub.origin}/index.html`);
        await hub.preparePeers();
        return hub;
    }

    get origin(): string {
        return `http://localhost:${(this.server_.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        await this.peers_.context().close();
        this.server_.closeAllConnections();
        await new Promise((done) => this.server_.close(done));
    }

    /** Takes the page's control socket. */
    async attach(page: Page, self: string, may: string[]): Promise<void> {
        this.may_ = may;
        this.self_ = self;
        await page.routeWebSocket(/\/v1\/control$/, (socket) => {
            if (this.closeWith !== undefined) {
                void socket.close({ code: this.closeWith, ...(this.socketElsewhere !== undefined && { reason: this.socketElsewhere }) });
                return;
            }
            this.sockets_.add(socket);
            socket.onClose(() => this.sockets_.delete(socket));
            socket.onMessage((text) => {
                const message = JSON.parse(String(text)) as Record<string, unknown>;
                if (message['type'] === 'letter') {
                    // In the order in which they were said, as the hub passes them on.
                    this.carrying_ = this.carrying_.then(() => this.carry(String(message['text'])));
                    return;
                }
                this.said.push(message);
                if (message['type'] !== 'hello') return;
                const me = this.members.find((member) => member.id === self);
                socket.send(JSON.stringify({
                    ...this.told(), type: 'welcome', session: kSession, title: this.title, self,
                    name: me?.name, role: me?.role, server_time_ms: 0,
                }));
                this.tellAll();
            });
        });
    }

    private async carry(letter: string): Promise<void> {
        this.letters.push(letter);
        if (this.kiosk === undefined) {
            this.send({ type: 'error', code: 503, detail: 'the centre cannot be reached' });
            return;
        }
        try {
            const answers = await this.kiosk.hear(this.self_, letter);
            await this.tellPeers();
            for (const answer of answers) this.letter(answer);
        } catch (error) {
            this.letterTroubles.push(error);
        }
    }

    letter(text: string): void {
        this.send({ type: 'letter', text });
    }

    /** The other people have the kiosk's newest keys, and use them. */
    private async tellPeers(): Promise<void> {
        const { kiosk } = this;
        if (kiosk === undefined || kiosk.keys.length === 0 || this.told_ === kiosk.epoch) return;
        this.told_ = kiosk.epoch;
        await this.peers_.evaluate(setPeerKeys, {
            epoch: kiosk.epoch, keys: kiosk.keys, self: this.self_, slots: [...this.slots],
        });
    }

    /** A new epoch for everybody. */
    async renewKeys(): Promise<void> {
        if (this.kiosk === undefined) return;
        this.kiosk.next(this.kiosk.members.filter(({ role }) => role !== 'observer').map(({ id }) => id));
        this.letter(await this.kiosk.epochLetter(this.self_));
        await this.tellPeers();
    }

    /** Other people in the slots of the way down, and their media with them. */
    async seat(slots: (string | null)[]): Promise<void> {
        this.slots = slots;
        this.tellAll();
        await this.renewKeys();
    }

    /** Of the frames that the page sent: how many could be opened, and how many were in clear. */
    async received(): Promise<{ opened: number; no_trailer: number; unknown_key: number }> {
        const counts = await this.peers_.evaluate(receivedCounts) as { openings: never } | undefined;
        return counts?.openings ?? { opened: 0, no_trailer: 0, unknown_key: 0 };
    }

    /** A kiosk with these members; the worker of each test's page begins with epochs of its own. */
    async useKiosk(kiosk: MockKiosk): Promise<void> {
        this.kiosk = kiosk;
        this.told_ = 0;
        kiosk.members = this.members.map(({ id, name, role, organisation }) => ({ id, name, role, ...(organisation && { organisation }) }));
        // Nobody else's browser is run: theirs are devices of no matter which key.
        for (const member of kiosk.members) if (member.id !== this.self_) member.key = member.id.padEnd(43, 'k');
        await this.peers_.reload();
        await this.preparePeers();
    }

    private async preparePeers(): Promise<void> {
        const worker = (await readdir(join(this.pages_, 'assets'))).find((name) => /^sframe-\w+\.js$/.test(name));
        await this.peers_.evaluate(preparePeers, `/assets/${worker}`);
    }

    get inside(): boolean {
        return this.situation.place === 'admitted';
    }

    private get title(): string {
        return this.inside ? 'Interview 12, room 2' : '';
    }

    private told(): object {
        const may = this.inside && this.situation.state !== 'ended' ? this.may_ : [];
        return { ...this.situation, may };
    }

    /** The centre lets the person in or sends them back, whose media the hub then cuts. */
    async move(place: Place): Promise<void> {
        this.situation = place === 'admitted' ? kLive : { place, state: 'waiting', pause: null, end_reason: null };
        this.send({ type: 'place', place, title: this.title });
        this.send({ ...this.told(), type: 'state' });
        if (!this.inside) {
            await this.peers_.evaluate(dropAll);
            this.whep_ = '';
        }
        this.tellAll();
        // Another membership is another epoch; in the waiting room there is none.
        if (this.inside && this.kiosk?.devices.has(this.self_) === true) await this.renewKeys();
    }

    stand(state: string, more: Partial<Situation> = {}): void {
        this.situation = { ...kLive, state, ...more };
        this.send({ ...this.told(), type: 'state' });
    }

    tellAll(): void {
        if (!this.inside) return;
        this.send({ type: 'roster', participants: this.members });
        if (this.whep_ !== '') this.send({ type: 'slots', resource: this.whep_, slots: this.slots });
    }

    send(message: object): void {
        for (const socket of this.sockets_) socket.send(JSON.stringify(message));
    }

    /** What a restart of the hub looks like: sockets closed, resources and peers gone. */
    async restart(): Promise<void> {
        await this.peers_.evaluate(dropAll);
        this.whep_ = '';
        const sockets = [...this.sockets_];
        this.sockets_.clear();
        await Promise.all(sockets.map((socket) => socket.close({ code: 1001 })));
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const path = new URL(request.url ?? '/', this.origin).pathname;
        if (path.startsWith('/v1/')) await this.signal(request, response, path);
        else await this.page(response, path);
    }

    private async signal(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const body = Buffer.concat(chunks).toString();
        if (request.headers['sightline-page'] === undefined) ++this.pageless;
        if (/^\/v1\/(sign-in|passkeys|tickets|place)/.test(path)) {
            this.answerDoor(response, path, body === '' ? {} : JSON.parse(body) as Record<string, unknown>);
            return;
        }
        this.requests.push(`${request.method} ${path.split('/').slice(0, 3).join('/')}`);
        if (this.failWith !== undefined) {
            response.writeHead(this.failWith).end();
        } else if (request.method === 'POST' && !this.inside) {
            response.writeHead(403).end();
        } else if (request.method === 'POST') {
            const id = String(this.next_++).padStart(16, '0');
            const answer = await this.peers_.evaluate(answerOffer, {
                id, offer: body, source: path.endsWith('whep'), pictureless: [...this.pictureless], slots: [...this.slots],
                clear: [...this.clear],
            });
            response.writeHead(201, { 'Content-Type': 'application/sdp', Location: `${path}/${id}`, ETag: '"1"' });
            response.end(answer);
            if (path.endsWith('whep')) {
                this.whep_ = id;
                this.tellAll();
            }
        } else if (request.method === 'PATCH') {
            const id = path.split('/').pop() ?? '';
            const fragment = await this.peers_.evaluate(restartIce, { id, fragment: body });
            if (request.headers['if-match'] !== '*') response.writeHead(428).end();
            else if (fragment === undefined) response.writeHead(404).end();
            else response.writeHead(200, { 'Content-Type': 'application/trickle-ice-sdpfrag' }).end(fragment);
        } else {
            response.writeHead(200).end();
        }
    }

    private get role(): string {
        return this.members.find(({ id }) => id === this.self_)?.role ?? 'interviewer';
    }

    private answerDoor(response: ServerResponse, path: string, body: Record<string, unknown>): void {
        this.door.push({ path, body });
        const json = (status: number, value: object): void => {
            response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
            response.end(JSON.stringify(value));
        };
        if (this.failWith !== undefined) json(this.failWith, {});
        else if (path === '/v1/place') json(200, { origin: this.elsewhere ?? '' });
        else if (this.elsewhere !== undefined && (path === '/v1/sign-in' || this.signedIn !== undefined)) {
            response.writeHead(307, { Location: `${this.elsewhere}${path}` }).end();
        } else if (path === '/v1/tickets') {
            if (this.signedIn === undefined) json(401, { detail: 'not signed in' });
            else json(200, { ticket: `ticket-${++this.tickets}`, name: this.signedIn, role: this.role, participant: this.self_ });
        } else if (path === '/v1/sign-in') {
            if (this.refuseSignIn !== undefined) json(this.refuseSignIn, { detail: 'no' });
            else {
                this.signedIn = 'Ida Bauer';
                json(200, { name: this.signedIn, role: this.role, participant: this.self_, passkey: this.offersPasskey });
            }
        } else response.writeHead(204).end();
    }

    private async page(response: ServerResponse, path: string): Promise<void> {
        const file = normalize(path.endsWith('/') ? `${path}index.html` : path);
        try {
            const contents = await readFile(join(this.pages_, file));
            const type = kTypes[file.split('.').pop() ?? ''] ?? 'application/octet-stream';
            response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': kCsp }).end(contents);
        } catch {
            response.writeHead(404).end();
        }
    }
}
