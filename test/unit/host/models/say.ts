// The editor's words as they are in English.
export function say(message: string, ...values: (string | number)[]): string {
  return message.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]));
}
