// The rates of a thin link between the centre and the hub, for real programs in a network of their own that has only
// loopback: what kiosk and engine send to the hub shares one rate, what comes back another, first come, first served.
// The kernel here cannot delay packets. Keys and media go the same way, so what a delay would add is the same for both.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { demand, hasOnlyLoopback, kRoot } from './harness.mjs';

const run = promisify(execFile);
const tc = (text) => run('tc', text.split(' '));

/** { up, down, rtt } of a link by its name in tests/vectors/network-profiles.csv: kbit/s, kbit/s, ms. */
export async function profile(name) {
    const lines = (await readFile(path.join(kRoot, 'tests/vectors/network-profiles.csv'), 'utf8')).trim().split('\n');
    const line = lines.find((text) => text.startsWith(`${name},`));
    demand(line !== undefined, `there is no link ${name}; there are ${lines.slice(1).map((text) => text.split(',')[0]).join(', ')}`);
    const [, down, up, rtt] = line.split(',').map(Number);
    return { up, down, rtt };
}

/** The UDP port from which the engine speaks to the hub. */
async function portOf(pid) {
    const { stdout } = await run('ss', ['-Hunap']);
    const line = stdout.split('\n').find((text) => text.includes(`pid=${pid},`));
    demand(line !== undefined, 'the engine has no UDP socket');
    return Number(/:(\d+)\s/.exec(line)[1]);
}

/** `withMedia`: false leaves the engine's media beside the link, where it would not fit into it. */
export async function shape(appliance, { up, down }, withMedia) {
    demand(hasOnlyLoopback(), 'a thin link needs a network of its own: unshare -n sh -c "ip link set lo up; node ..."');
    const media = await portOf((await appliance.units()).engine.pid);
    await run('ip', ['link', 'set', 'lo', 'mtu', '1500']);
    await tc('qdisc add dev lo root handle 1: htb default 9 r2q 1');
    await tc('class add dev lo parent 1: classid 1:9 htb rate 10gbit quantum 60000');
    for (const [at, kbps, [from, to]] of [[1, up, ['sport', 'dport']], [2, down, ['dport', 'sport']]]) {
        await tc(`class add dev lo parent 1: classid 1:${at} htb rate ${kbps}kbit ceil ${kbps}kbit quantum 1500`);
        await tc(`filter add dev lo parent 1: protocol ip u32 match ip ${to} ${appliance.tlsPort} 0xffff flowid 1:${at}`);
        if (withMedia) await tc(`filter add dev lo parent 1: protocol ip u32 match ip ${from} ${media} 0xffff flowid 1:${at}`);
    }
}
