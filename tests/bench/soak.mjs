// A two-way call for N minutes with one interviewer and one observer in headless Chromium. Every 10 s it writes the
// resident memory and the open descriptors of hub, kiosk and engine to a CSV file; at the end it compares the mean of
// the last fifth with the mean of the minute that follows the first five. Fails when memory of hub or kiosk drifted by
// 2 % or more, or a program holds more descriptors than it did.
// usage: soak.mjs --build-dir DIR --minutes N --csv FILE
import { appendFile, readFile, readdir, writeFile } from 'node:fs/promises';
import { eventually, sleep, withAppliance } from '../browser/harness.mjs';

const option = (name, otherwise) => {
    const at = process.argv.indexOf(name);
    return at > 0 ? process.argv[at + 1] : otherwise;
};
const kMinutes = Number(option('--minutes', '30'));
const kCsv = option('--csv', 'soak.csv');
const kEveryMs = 10000;
// A shorter call has proportionally less time to settle.
const kSettleMs = Math.min(5, kMinutes / 3) * 60000;
const kUnits = ['hub', 'kiosk', 'engine'];

async function sample(pid) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
    const descriptors = (await readdir(`/proc/${pid}/fd`)).length;
    return { kib, descriptors };
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

await withAppliance(async (appliance) => {
    await eventually('the applicant is live', 15000, async () => (await appliance.status()).engine?.state === 'live');
    const { page: interviewer, join } = await appliance.joinConsole();
    await join.click();
    const observer = await appliance.joinObserver();
    for (const page of [interviewer, observer]) {
        if ((await page.evaluate(() => window.sightlineProbe.nextFrame('applicant', 10000))) === null) {
            throw new Error('no picture of the applicant');
        }
    }
    const pids = Object.fromEntries(Object.entries(await appliance.units()).map(([name, unit]) => [name, unit.pid]));
    await writeFile(kCsv, `seconds,${kUnits.map((name) => `${name}_rss_kib,${name}_fds`).join(',')},frames_interviewer,frames_kiosk\n`);
    const rows = [];
    const start = Date.now();
    while (Date.now() - start < kMinutes * 60000) {
        await sleep(kEveryMs - ((Date.now() - start) % kEveryMs));
        const row = { ms: Date.now() - start };
        for (const name of kUnits) row[name] = await sample(pids[name]);
        const frames = await interviewer.evaluate(() => window.sightlineProbe.framesDecoded());
        const { engine } = await appliance.status();
        rows.push(row);
        await appendFile(kCsv, `${Math.round(row.ms / 1000)},` +
            `${kUnits.map((name) => `${row[name].kib},${row[name].descriptors}`).join(',')},${frames},${engine.frames_decoded}\n`);
    }
    const settled = rows.filter(({ ms }) => ms >= kSettleMs);
    if (settled.length < 6) throw new Error('the call was too short to tell anything');
    const early = settled.slice(0, 6);
    const late = settled.slice(-Math.max(6, Math.floor(settled.length / 5)));
    const bad = [];
    for (const name of kUnits) {
        const before = mean(early.map((row) => row[name].kib));
        const after = mean(late.map((row) => row[name].kib));
        const drift = (100 * (after - before)) / before;
        const more = Math.max(...late.map((row) => row[name].descriptors)) - Math.max(...early.map((row) => row[name].descriptors));
        console.log(`${name}_rss ${(after / 1024).toFixed(1)} MiB`);
        console.log(`${name}_rss_drift ${drift.toFixed(2)} %`);
        console.log(`${name}_descriptors_gained ${more} descriptors`);
        if (name !== 'engine' && drift >= 2) bad.push(`${name} grew by ${drift.toFixed(2)} %`);
        if (more > 0) bad.push(`${name} holds ${more} descriptors more`);
    }
    const units = await appliance.units();
    for (const name of kUnits) if (units[name].pid !== pids[name]) bad.push(`${name} was restarted`);
    if (bad.length > 0) throw new Error(bad.join('; '));
});
