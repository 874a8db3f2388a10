// A delegation as the tests play one: its administrator, on files, and what a kiosk is asked before a dossier may go to it.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const kState = 'NLD';

/** The delegation's administrator, on files. */
export class Administrator {
    static async begin(buildDir) {
        const folder = await mkdtemp(path.join(os.tmpdir(), 'sightline-delegation-'));
        const administrator = new Administrator();
        Object.assign(administrator, { folder, buildDir });
        await writeFile(path.join(folder, 'pin'), 'a pin of the test, long enough\n', { mode: 0o600 });
        await administrator.command('init', 'Delegation of the test');
        await administrator.command('circle', 'init', '--recovery-out', path.join(folder, 'recovery.jwk'));
        return administrator;
    }

    async command(...words) {
        const { stdout } = await run(path.join(this.buildDir, 'bin/sightline'),
            ['delegation', '--folder', this.folder, ...words, '--pin-file', path.join(this.folder, 'pin')], { timeout: 60000 });
        return stdout;
    }

    file(name) {
        return path.join(this.folder, name);
    }

    /** `keys`: what the site shows; `code`: what is read out by whoever has it before them. */
    async add(name, keys, code) {
        await writeFile(this.file('keys.json'), keys);
        await this.command('circle', 'add', '--name', name, '--keys', this.file('keys.json'), '--code', code);
    }

    circle() {
        return readFile(this.file('circle.jws'), 'utf8').then((text) => text.trim());
    }

    root() {
        return readFile(this.file('delegation.jwk'), 'utf8').then((text) => text.trim());
    }

    close() {
        return rm(this.folder, { recursive: true, force: true });
    }
}

/** Has the kiosk join the circle, or take its newer list. */
export async function takeCircle(host, administrator) {
    await host.staff.ask('circle.take', { root: await administrator.root(), circle: await administrator.circle(), state: kState });
}

/** Has the consent to share it recorded for a dossier that the kiosk has. */
export async function consentToShare(host, dossier, name) {
    const { subjects } = await host.staff.ask('session.schedule', {
        title: 'Consent to share', dossier, subjects: [{ name }], delegation: { state: kState, basis: 'consent' }, training: true,
    });
    [host.subject] = subjects;
    const { texts } = await host.staff.ask('consent.texts', { language: 'en' });
    host.texts = Object.fromEntries(texts.map((text) => [text.item, text.sha256]));
    await host.step('check-in');
    await host.step('open-consent');
    await host.answer('share-dossier', 'given', kState);
    await host.step('end', 'interrupted');
}
