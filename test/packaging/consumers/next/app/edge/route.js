import { report } from '../report.js';

export const runtime = 'edge';
export const dynamic = 'force-dynamic';
export const GET = () => new Response(report());
