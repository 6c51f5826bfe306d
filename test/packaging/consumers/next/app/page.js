'use client';
import { report } from './report.js';

export default function Page() {
  return <p>{report()}</p>;
}
