import { report } from '../report.js';

export const runtime = 'nodejs';
export const dynamic = 'force-dynamic';
export const GET = () => new Response(report());
