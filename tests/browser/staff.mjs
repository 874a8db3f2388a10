// A member of staff at the kiosk, as the tests play one: the same requests on the same socket as the command line's.
import net from 'node:net';
import path from 'node:path';
import { patiently, within } from './harness.mjs';

const kAnswerMs = patiently(20000);

export class Staff {
    /** Signs in; `dir` is the appliance's directory of sockets. */
    static async signIn(dir, name, pin) {
        const staff = new Staff(dir);
        staff.as = (await staff.ask('sign-in', { name, pin })).as;
        return staff;
    }

    constructor(dir) {
        this.socket = path.join(dir, 'kiosk.sock');
    }

    /** The kiosk's answer; throws with its sentence when it refuses. */
    async ask(verb, members = {}) {
        const answer = await this.reply(verb, members);
        if (answer.ok !== true) throw new Error(`${verb}: ${answer.error}`);
        return answer;
    }

    /** The kiosk's answer, whatever it is. */
    reply(verb, members = {}) {
        return within(kAnswerMs, `${verb}: the kiosk answers`, this.exchange({ do: verb, as: this.as, ...members }));
    }

    exchange(request) {
        return new Promise((done, failed) => {
            const socket = net.createConnection(this.socket);
            let text = '';
            socket.setEncoding('utf8');
            socket.on('connect', () => socket.write(`${JSON.stringify(request)}\n`));
            socket.on('data', (more) => {
                text += more;
                if (!text.endsWith('\n')) return;
                socket.destroy();
                done(JSON.parse(text));
            });
            socket.on('error', failed);
            socket.on('end', () => failed(new Error(`${request.do}: the kiosk hung up`)));
        });
    }
}
