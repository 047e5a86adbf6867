// The address of a Git remote without anything secret in it.

/** Drops user, password, query and fragment: `https://user:token@host/x.git?key=1` becomes `https://host/x.git`. */
export function withoutCredentials(remote: string): string {
  const helper = /^[a-z0-9+-]+::/i.exec(remote)?.[0] ?? '';
  const address = remote.slice(helper.length);
  if (!address.includes('://')) return helper + withoutUser(address);
  try {
    const url = new URL(address);
    url.username = '';
    url.password = '';
    url.search = '';
    url.hash = '';
    return helper + url.href;
  } catch {
    return helper + afterLastAt(address);
  }
}

/** What no parser understands, such as a password with an unescaped slash: nothing before the last @ is kept. */
function afterLastAt(address: string): string {
  const at = address.lastIndexOf('@');
  const scheme = address.slice(0, address.indexOf('://') + 3);
  return at < 0 ? `${scheme}…` : scheme + address.slice(at + 1).replace(/[?#].*$/s, '');
}

/** `user@host:path`, as ssh has it; a local path is kept. */
function withoutUser(address: string): string {
  return address.replace(/^[^/\\]*@/s, '');
}
