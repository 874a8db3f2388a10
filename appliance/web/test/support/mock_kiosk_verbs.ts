// A kiosk as the touch screen sees it: its pages and POST /v1/do at one address, with a state machine that answers as
// the real one does. Tests drive what people elsewhere do.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { ConsentText, Participant, Role, SessionLine, View } from '../../src/kiosk/answers';
import { consentTexts, nextId, record, Refused, takeStep, type MockInterview, type Said } from './mock_kiosk_state';

const kCsp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    + "connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const kTypes: Record<string, string> = {
    html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', json: 'application/json', ogg: 'audio/ogg',
    woff2: 'font/woff2',
};
export const kPin = '246810';

export class MockKioskVerbs {
    session: MockInterview | null = null;
    readonly said: Said[] = [];
    readonly dossiers: Record<string, { number: string; persons: Record<string, { given_names: string; family_name: string }> }> = {};
    sessions: SessionLine[] = [];
    /** Planned, and not at hand. */
    waiting: MockInterview[] = [];
    locked = false;
    fresh = false;
    /** Hangs up on everybody. */
    silent = false;
    mute = { audio: false, video: false };
    selfTest: readonly { name: string; ok: boolean; what: string; what_to_do: string }[] = [
        { name: 'disk', ok: true, what: 'the store can be written', what_to_do: '' },
    ];
    /** What is at /prompts/; without it there are none. */
    prompts: Record<string, Record<string, { file: string; synthetic: boolean }>> = {};
    private readonly tokens_ = new Set<string>();
    private readonly server_: Server;

    private constructor(private readonly pages_: string, readonly texts: readonly ConsentText[]) {
        this.server_ = createServer((request, response) => {
            this.serve(request, response).catch(() => response.destroy());
        });
    }

    static async start(pages: string, languages: string): Promise<MockKioskVerbs> {
        const kiosk = new MockKioskVerbs(pages, await consentTexts(languages));
        await new Promise<void>((done) => kiosk.server_.listen(0, '127.0.0.1', done));
        return kiosk;
    }

    get origin(): string { return `http://localhost:${(this.server_.address() as AddressInfo).port}`; }

    async stop(): Promise<void> {
        this.server_.closeAllConnections();
        await new Promise((done) => this.server_.close(done));
    }

    /** Somebody who was invited comes to the waiting room. */
    arrive(role: Role): void { this.change((person) => person.role === role, { present: true, invitation: 'used' }); }

    wish(view: View): void { if (this.session !== null) this.session.asked_view = view; }

    /** Nobody's token is known any more. */
    forget(): void { this.tokens_.clear(); }

    saidOf(verb: string): Said[] { return this.said.filter((each) => each['do'] === verb); }

    /** As a member of staff elsewhere does it. */
    step(step: string, more: Said = {}): void { takeStep(this.running(), { step, ...more }, Date.now()); }

    /** What has ended is gone, as after the end by a step of the page's own. */
    clear(): void { this.session = null; }

    private running(): MockInterview {
        if (this.session === null) throw new Refused('conflict', 'no interview is planned or running');
        return this.session;
    }

    private change(which: (person: Participant) => boolean, part: Partial<Participant>): void {
        const session = this.running();
        if (!session.participants.some(which)) throw new Refused('not-found', 'there is nobody like that');
        session.participants = session.participants.map((each) => (which(each) ? { ...each, ...part } : each));
    }

    private answer(said: Said): Said {
        const verb = String(said['do']);
        if (verb === 'status') return this.status(this.asks(said));
        if (verb === 'unlock') {
            if (said['pin'] !== kPin) throw new Refused('unauthorized', 'unlock the store: the PIN is wrong');
            this.locked = false;
            return {};
        }
        if (this.locked) throw new Refused('unavailable', 'the store is locked; enter its PIN');
        if (verb === 'sign-in') return this.signIn(said);
        if (verb === 'sign-out') {
            this.tokens_.delete(String(said['as']));
            return {};
        }
        if (verb === 'applicant.view') return { session: this.applicantView(), hub: true };
        if (verb === 'applicant.ask') {
            if (said['what'] === 'pause') this.step('pause', { reason: 'break' });
            else this.step('end', { reason: 'by-applicant' });
            return this.over();
        }
        if (!this.asks(said)) throw new Refused('unauthorized', 'who asks? Sign in');
        const state = this.session?.state ?? 'none';
        if (said['if_state'] !== undefined && said['if_state'] !== state)
            throw new Refused('conflict', `somebody was faster: the interview is ${state}, not ${String(said['if_state'])} any more. Nothing was changed; look again and decide anew`);
        return this.perform(verb, said);
    }

    private asks(said: Said): boolean {
        if (said['as'] === undefined) return false;
        if (!this.tokens_.has(String(said['as']))) throw new Refused('unauthorized', 'you are signed out; sign in again');
        return true;
    }

    private signIn(said: Said): Said {
        if (said['name'] !== 'Staff S' || said['pin'] !== kPin) throw new Refused('unauthorized', 'sign in: the name or the PIN is wrong; try again');
        const token = nextId();
        this.tokens_.add(token);
        return { as: token };
    }

    private perform(verb: string, said: Said): Said {
        switch (verb) {
            case 'session.schedule': return this.schedule(said);
            case 'session.choose': return this.choose(said);
            case 'session.step':
                takeStep(this.running(), said, Date.now());
                return { state: this.running().state, ...this.over() };
            case 'consent.texts': return { texts: this.texts.filter(({ language }) => language === said['language']) };
            case 'consent.record':
                if (!['consenting', 'waiting', 'live', 'paused'].includes(this.running().state)) throw new Refused('conflict', 'consent is not open');
                record(this.running(), said, this.texts);
                return {};
            case 'consent.withdraw': {
                const session = this.running();
                const given = session.consents
                    .filter((each) => each.item === said['item'] && each.person === said['person'] && each.scope === (said['scope'] ?? '')).at(-1);
                if (given?.answer !== 'given') throw new Refused('conflict', 'nothing is given that could be withdrawn');
                session.consents.push({ ...given, answer: 'withdrawn' });
                return {};
            }
            case 'invite': return this.invite(said);
            case 'participant.admit': return this.place(said, 'admitted');
            case 'participant.send-back': return this.place(said, 'lobby');
            case 'participant.remove': {
                const session = this.running();
                session.participants = session.participants.filter(({ id }) => id !== said['participant']);
                return {};
            }
            case 'check': {
                const session = this.running();
                const others = session.checks.filter((item) => item !== said['item']);
                session.checks = said['done'] === true ? [...others, String(said['item'])] : others;
                return {};
            }
            case 'understood':
                this.running().understood = said['understood'] === true;
                return {};
            case 'view':
                this.running().view = said['view'] as View;
                this.running().asked_view = '';
                return {};
            case 'subject.judge':
                this.running().subjects = this.running().subjects.map((each) => (each.person === said['person'] ? { ...each, suitable: said['suitable'] === true } : each));
                return {};
            case 'mute':
                this.mute = { ...this.mute, ...(said as Partial<typeof this.mute>) };
                return {};
            case 'words': return { words: ['amber', 'bridge', 'candle', 'dune', 'ember', 'field'] };
            case 'words.judge':
                this.running().words_judged['staff'] = said['match'] === true;
                return {};
            case 'incident': return { kept: 'held' };
            case 'self-test': return { checks: this.selfTest, passed: this.selfTest.every(({ ok }) => ok) };
            case 'sessions.list': return { sessions: this.lines() };
            case 'dossier.list': return { dossiers: Object.entries(this.dossiers).map(([dossier, { number }]) => ({ dossier, number, readable: true })) };
            case 'dossier.show': return { dossier: said['dossier'], form: { persons: this.dossiers[String(said['dossier'])]?.persons } };
            default: throw new Refused('unsupported', `this kiosk cannot do "${verb}"`);
        }
    }

    /** Several wait; one is at hand. */
    private setAside(what: string): void {
        if (this.session === null) return;
        if (this.session.state !== 'scheduled') throw new Refused('conflict', `${what}: one is running`);
        this.waiting.push(this.session);
        this.session = null;
    }

    private choose(said: Said): Said {
        const chosen = this.waiting.find(({ id }) => id === said['session']);
        if (chosen === undefined) throw new Refused('not-found', 'choose an interview: it does not wait to be held');
        this.setAside('choose an interview');
        this.waiting = this.waiting.filter((each) => each !== chosen);
        this.session = chosen;
        return {};
    }

    private lines(): SessionLine[] {
        const waiting = [...this.waiting, ...(this.session === null ? [] : [this.session])].map(({ id, title, planned, state }) => ({
            id, title, planned, state, opened: new Date().toISOString(), ended: null, end_reason: null,
        }));
        return [...waiting, ...this.sessions];
    }

    private schedule(said: Said): Said {
        this.setAside('schedule an interview');
        if (said['title'] === '') throw new Refused('malformed', 'open an interview: the title must be 1 to 200 bytes of plain text');
        const planned = said['subjects'] as { person?: string; name?: string; child?: boolean; guardian?: string }[];
        if (planned.length === 0) throw new Refused('malformed', 'schedule an interview: name 1 to 32 subjects, who are to be interviewed');
        const persons = Object.values(this.dossiers).flatMap((each) => Object.entries(each.persons));
        const subjects = planned.map((each) => {
            const known = persons.find(([id]) => id === each.person)?.[1];
            return { ...each, person: each.person ?? nextId(), name: each.name ?? `${known?.given_names} ${known?.family_name}`, child: each.child === true };
        });
        this.session = {
            id: nextId(), title: String(said['title']), training: said['training'] === true, delegation: said['delegation'] as MockInterview['delegation'],
            state: 'scheduled', pause: null, pause_until: null, planned: (said['at'] as number | undefined) ?? null, checks: [], understood: null,
            view: 'face', asked_view: '', live_ms: 0, consents: [], words_judged: {},
            subjects: subjects.map(({ person, name, child, guardian }) => ({
                person, name, child, suitable: !child,
                guardian: child ? subjects.find((other) => other.name === guardian)?.person ?? nextId() : null,
            })),
            participants: [{ id: nextId(), name: 'Applicant', role: 'applicant', organisation: '', place: 'admitted', present: true, invitation: 'none' }],
        };
        return { session: this.session.id, subjects: this.session.subjects.map(({ person }) => person) };
    }

    private invite(said: Said): Said {
        const session = this.running();
        if (said['name'] === '') throw new Refused('malformed', 'invite: the name must be 1 to 120 bytes of plain text');
        if (said['role'] === 'observer' && !said['organisation']) throw new Refused('malformed', 'invite: an observer comes from an organisation; name it');
        const id = nextId();
        session.participants = [...session.participants, {
            id, name: String(said['name']), role: said['role'] as Role, organisation: String(said['organisation'] ?? ''), place: 'lobby',
            present: false, invitation: 'open', undertaken: false,
        }];
        return { participant: id, link: `https://hub.example/console/#${'T'.repeat(43)}.${'R'.repeat(43)}.${'S'.repeat(43)}`, until: '2026-01-01T00:00:00.000Z' };
    }

    private place(said: Said, place: Participant['place']): Said {
        this.change(({ id }) => id === said['participant'], { place });
        return {};
    }

    private over(): Said {
        if (this.session?.state === 'ended') this.session = null;
        return {};
    }

    private shared(): Said {
        const { participants: _, title: __, delegation: ___, ...rest } = this.running();
        return { ...rest, send: { audio: !this.mute.audio, video: !this.mute.video } };
    }

    private applicantView(): Said | null {
        if (this.session === null || this.session.state === 'scheduled') return null;
        const { participants, delegation } = this.session;
        return { ...this.shared(), delegation: delegation.state, basis: delegation.basis, people: participants };
    }

    private status(shown: boolean): Said {
        const store = { open: !this.locked, new: this.fresh, epoch: 1, dossiers: 0 };
        if (!shown) return { session: null, store };
        const session = this.session === null ? null
            : { ...this.shared(), title: this.session.title, delegation: this.session.delegation, participants: this.session.participants, known_to_hub: true };
        return { session, store, mute: this.mute };
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        if (this.silent) {
            response.destroy();
            return;
        }
        const url = new URL(request.url ?? '/', this.origin);
        if (url.pathname === '/v1/do') {
            const parts: Buffer[] = [];
            for await (const part of request) parts.push(part as Buffer);
            const said = JSON.parse(Buffer.concat(parts).toString()) as Said;
            if (said['do'] !== 'status' && said['do'] !== 'applicant.view') this.said.push(said);
            let reply: Said;
            try {
                reply = { ok: true, ...this.answer(said) };
            } catch (error) {
                if (!(error instanceof Refused)) throw error;
                reply = { ok: false, code: error.code, error: error.message };
            }
            response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply));
            return;
        }
        if (url.pathname === '/prompts/prompts.json') {
            response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(this.prompts));
            return;
        }
        const path = normalize(url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname);
        const type = kTypes[path.split('.').at(-1) ?? ''];
        const file = await readFile(join(this.pages_, path)).catch(() => undefined);
        if (file === undefined || type === undefined) {
            response.writeHead(404).end();
            return;
        }
        response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': kCsp, 'Cache-Control': 'no-store' }).end(file);
    }
}
