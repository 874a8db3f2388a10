// The pages and an OfficeHub at one origin, with the headers of the real hub. By itself it shows nothing: tests drive it.

import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, normalize } from 'node:path';
import type { OfficeHub } from './office_hub';

const kCsp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    + "connect-src 'self'; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const kTypes: Record<string, string> = {
    html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml', json: 'application/json',
};

export class OfficeServer {
    private readonly server_: Server;

    private constructor(private readonly pages_: string, private readonly hub_: OfficeHub) {
        this.server_ = createServer((request, response) => {
            this.serve(request, response).catch(() => response.destroy());
        });
    }

    static async start(pages: string, hub: OfficeHub): Promise<OfficeServer> {
        const server = new OfficeServer(pages, hub);
        await new Promise<void>((done) => server.server_.listen(0, '127.0.0.1', done));
        return server;
    }

    get origin(): string {
        return `http://localhost:${(this.server_.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server_.closeAllConnections();
        await new Promise((done) => this.server_.close(done));
    }

    private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
        const url = new URL(request.url ?? '/', this.origin);
        if (url.pathname.startsWith('/v1/sync/')) {
            const parts: Buffer[] = [];
            for await (const part of request) parts.push(part as Buffer);
            const reply = await this.hub_.fetch(url.href, {
                method: 'POST', headers: { Authorization: request.headers.authorization ?? '' }, body: Buffer.concat(parts),
            });
            response.writeHead(reply.status, Object.fromEntries(reply.headers));
            response.end(Buffer.from(await reply.arrayBuffer()));
            return;
        }
        const path = normalize(url.pathname.endsWith('/') ? `${url.pathname}index.html` : url.pathname);
        const type = kTypes[path.split('.').at(-1) ?? ''];
        const file = await readFile(join(this.pages_, path)).catch(() => undefined);
        if (file === undefined || type === undefined) {
            response.writeHead(404).end();
            return;
        }
        response.writeHead(200, {
            'Content-Type': type, 'Content-Security-Policy': kCsp, 'Cache-Control': type.startsWith('text/html') ? 'no-store' : 'no-cache',
            'Cross-Origin-Opener-Policy': 'same-origin',
        });
        response.end(file);
    }
}
