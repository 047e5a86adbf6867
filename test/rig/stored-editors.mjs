// What a workbench in a browser has stored of its editors, to bring them back after a reload.

/**
 * Runs in the page: waits until the description of an editor in sight, as it is stored, matches the pattern `source`. A
 * description holds JSON in JSON; it is matched with its quotes bare. The workbench stores when its window loses the focus, else
 * once a minute; a page that is driven never loses it by itself.
 */
export async function storedInSight(source) {
  const groups = ({ data }) => (Array.isArray(data) ? data.flatMap(groups) : [data]);
  const read = (name) => new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => {
      const reading = opening.result.transaction('ItemTable').objectStore('ItemTable').get('memento/workbench.parts.editor');
      reading.onsuccess = () => {
        opening.result.close();
        resolve(reading.result);
      };
    };
  });
  const isStored = async () => {
    const databases = (await indexedDB.databases()).map(({ name }) => name).filter((name) => name.startsWith('vscode-web-state-db-'));
    const stored = (await Promise.all(databases.map(read))).map((text) => text && JSON.parse(text)['editorpart.state']?.serializedGrid.root);
    return stored.filter(Boolean).flatMap(groups).some(({ editors, mru }) => {
      const inSight = editors?.[mru?.[0]];
      return inSight !== undefined && new RegExp(source).test(inSight.value.replaceAll('\\', ''));
    });
  };
  document.hasFocus = () => false;
  document.dispatchEvent(new Event('visibilitychange'));
  while (!await isStored()) await new Promise((resolve) => { setTimeout(resolve, 100); });
}
