/** What ends the program, each with its exit code. Anything else that is thrown is a fault of ours. */

/** Bad usage: exit code 2. */
export class UsageError extends Error {
  readonly code: number = 2;
}

/** Bad input: exit code 1. */
export class InputError extends Error {
  readonly code: number = 1;
}

/** A system error (no such file, no permission, a full disk) in one sentence. */
export function systemError(file: string, error: unknown, special: { [code: string]: string } = {}): InputError {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: { readonly [code: string]: string } = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EISDIR: 'it is a folder, not a file',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'the disk is full',
    EROFS: 'the disk is read-only',
    EMFILE: 'too many files are open',
    ELOOP: 'its links lead in a circle',
    EIO: 'the disk reports an error',
    EDQUOT: 'the disk quota is used up',
    EFBIG: 'it would be larger than a file may be',
    ENAMETOOLONG: 'its name is too long',
    EBADF: 'it is closed',
    ...special,
  };
  return new InputError(`${file}: ${words[code ?? ''] ?? message}`);
}
