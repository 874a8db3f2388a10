// Which files the appliance's programs write while it runs: looked at through their open descriptors, through what
// changed in the directories where they may write, and through the bytes that the kernel has counted for them.
import { readFile, readdir, readlink, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sleep } from './harness.mjs';

const kLookEveryMs = 40;

async function filesUnder(directory, depth = 6) {
    const found = new Map();
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
        const file = path.join(directory, entry.name);
        if (entry.isDirectory() && depth > 0) {
            for (const [name, size] of await filesUnder(file, depth - 1)) found.set(name, size);
        } else if (entry.isFile()) {
            const { size } = await stat(file).catch(() => ({ size: -1 }));
            if (size >= 0) found.set(file, size);
        }
    }
    return found;
}

// Where programs put what they have no place for, and how such files of ours would be called.
const kPlaces = [os.tmpdir(), '/var/tmp', '/dev/shm', process.env.XDG_RUNTIME_DIR].filter((place) => place !== undefined);
const kLikeOurs = /sightline|gst|orc|\.(webm|mkv|mp4|mov|avi|ogg|opus|ivf|wav|flac|mp3|rtp|pcap|dump)$/i;
const kOfOtherTests = /^sightline-(check|sign-in)-/;

async function elsewhere() {
    const names = [];
    for (const place of kPlaces) {
        for (const name of await readdir(place).catch(() => [])) {
            if (kLikeOurs.test(name) && !kOfOtherTests.test(name)) names.push(path.join(place, name));
        }
    }
    return new Set(names);
}

export class WrittenFiles {
    /** `pids`: gives the programs' processes by name; they may change. */
    static async watch(directory, pids) {
        const watch = new WrittenFiles(directory, pids);
        watch.otherNames = await elsewhere();
        watch.looking = watch.look();
        return watch;
    }

    constructor(directory, pids) {
        /** Regular files open for writing: the path, and which programs had it open. */
        Object.assign(this, { directory, pids, open: new Map(), bytes: new Map(), looks: 0, over: false });
    }

    async look() {
        while (!this.over) {
            for (const [name, pid] of Object.entries(await this.pids().catch(() => ({})))) {
                await this.lookAt(name, pid).catch(() => undefined); // It may end while one looks.
            }
            ++this.looks;
            await sleep(kLookEveryMs);
        }
    }

    async lookAt(name, pid) {
        const io = await readFile(`/proc/${pid}/io`, 'utf8').catch(() => '');
        const bytes = Number(/^write_bytes: (\d+)/m.exec(io)?.[1] ?? NaN);
        if (!Number.isNaN(bytes)) this.bytes.set(`${name} ${pid}`, bytes);
        for (const fd of await readdir(`/proc/${pid}/fd`)) {
            const file = await readlink(`/proc/${pid}/fd/${fd}`).catch(() => '');
            if (!file.startsWith('/') && !file.startsWith('memfd')) continue;
            const info = await stat(`/proc/${pid}/fd/${fd}`).catch(() => undefined);
            if (info === undefined || !info.isFile()) continue;
            const flags = parseInt(/^flags:\s+(\d+)/m.exec(await readFile(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '0', 8);
            if ((flags & 3) === 0) continue; // for reading only
            const known = this.open.get(file) ?? { by: new Set(), largest: 0 };
            known.by.add(name);
            known.largest = Math.max(known.largest, info.size);
            this.open.set(file, known);
        }
    }

    /** { open, bytes, files, elsewhere }: what was seen. `files` are the sizes of all under the directory. */
    async end() {
        this.over = true;
        await this.looking;
        const fresh = [...await elsewhere()].filter((name) => !this.otherNames.has(name));
        return { open: this.open, bytes: this.bytes, files: await filesUnder(this.directory), elsewhere: fresh };
    }
}
