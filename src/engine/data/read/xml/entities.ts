// Names of characters that articles use without declaring them where we look: the sets of ISO 8879 that the DTDs of NLM and JATS
// bring in by reference, which is never followed. HTML took over nearly all of them; those it lacks stand here.
import { decodeHTML } from 'entities';

const notInHtml: Readonly<Record<string, string>> = {
  'b.alpha': 'α', 'b.beta': 'β', 'b.gamma': 'γ', 'b.delta': 'δ', 'b.epsi': 'ε', 'b.kappa': 'κ', 'b.lambda': 'λ', 'b.mu': 'μ', 'b.pi': 'π', 'b.sigma': 'σ', 'b.tau': 'τ', 'b.phi': 'φ', 'b.chi': 'χ', 'b.psi': 'ψ', 'b.omega': 'ω',
  'agr': 'α', 'bgr': 'β', 'ggr': 'γ', 'dgr': 'δ', 'egr': 'ε', 'zgr': 'ζ', 'eegr': 'η', 'thgr': 'θ', 'igr': 'ι', 'kgr': 'κ', 'lgr': 'λ', 'mgr': 'μ', 'ngr': 'ν', 'xgr': 'ξ', 'ogr': 'ο', 'pgr': 'π', 'rgr': 'ρ', 'sgr': 'σ', 'sfgr': 'ς', 'tgr': 'τ', 'ugr': 'υ', 'phgr': 'φ', 'khgr': 'χ', 'psgr': 'ψ', 'ohgr': 'ω',
  'Agr': 'Α', 'Bgr': 'Β', 'Ggr': 'Γ', 'Dgr': 'Δ', 'Thgr': 'Θ', 'Lgr': 'Λ', 'Pgr': 'Π', 'Sgr': 'Σ', 'PHgr': 'Φ', 'PSgr': 'Ψ', 'OHgr': 'Ω',
  'sbsol': '﹨', 'thinsp': '\u2009', 'emsp14': '\u2005', 'fjlig': 'fj', 'pointint': '⨕', 'vprime': '′', 'rarrhk': '↪', 'bumpE': '⪮', 'lozf': '⧫', 'nsube': '⊈', 'nsupe': '⊉',
};

/** The character of an ISO name; undefined for names of no set. */
export function isoEntity(name: string): string | undefined {
  const own = notInHtml[name];
  if (own !== undefined) return own;
  const decoded = decodeHTML(`&${name};`);
  return decoded === `&${name};` || decoded.includes(';') ? undefined : decoded;
}

/**
 * Names an article uses, for a parser that looks them up: its own five first. What a DTD declares is not among them, so that no
 * declaration can grow.
 */
export function entityTable(): Record<string, string> {
  const predefined = new Map([['amp', '&'], ['gt', '>'], ['lt', '<'], ['quot', '"'], ['apos', "'"]]);
  return new Proxy<Record<string, string>>({}, { get: (_, name) => (typeof name === 'string' ? predefined.get(name) ?? isoEntity(name) : undefined) });
}
