/** A whole day, so many days away from another one: its beginning and that of the next. */
export function dayRange(days: number, from = new Date()): [Date, Date] {
    const begin = (away: number): Date => new Date(from.getFullYear(), from.getMonth(), from.getDate() + away);
    return [begin(days), begin(days + 1)];
}
