// General text: small documents of three to five sentences, each a scene about the same people and things.
import type { RandomStream } from '../../../base/math/random';
import { SlotFiller } from './filler';
import type { GeneralTemplates } from './world';

/** Documents of at least `characters` together; none in `seen`, to which they are added. */
export function writeStories(general: GeneralTemplates, characters: number, random: RandomStream, seen: Set<string>): string[] {
  const stories: string[] = [];
  const scenes = Object.values(general.scenes);
  for (let written = 0; written < characters;) {
    const scene = random.pick(scenes);
    const filler = new SlotFiller(general.world, random);
    const middles = random.shuffled(scene.middle).slice(0, 1 + random.integer(3));
    const story = [random.pick(scene.opening), ...middles, random.pick(scene.closing)].map((template) => filler.fill(template)).join(' ');
    if (seen.has(story)) continue;
    seen.add(story);
    stories.push(story);
    written += story.length + 1;
  }
  return stories;
}
